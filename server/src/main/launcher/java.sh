# Builds the distribution when the sources are newer, and starts its Java part.
# shellcheck shell=bash

. "$launcher/jdk.sh"

MAIN_CLASS=dev.cloister.server.command.Main

# A build is copied to a folder of its own, so that a server that runs from an earlier one keeps its
# files. 'current' leads to the newest.
releases=$home/server/target/releases
current=$releases/current

is_built() {
    [[ -e $current/complete ]]
}

is_up_to_date() {
    is_built || return 1
    local newer
    newer=$(find "$home"/pom.xml "$home"/.mvn "$home"/*/pom.xml "$home"/*/src/main \
        -newer "$current/complete" -not -path '*/launcher/*' -print -quit)
    [[ -z $newer ]]
}

require_build() {
    is_up_to_date && return
    make_data_folder
    step "Building" "$data/log/build.log" build_once ||
        fail "$EXIT_FAILED" "the build failed; the whole log is $data/log/build.log"
}

# Of several installations of one clone that start together, the first builds.
build_once() {
    mkdir -p "$releases"
    (flock 9 && { is_up_to_date || build; }) 9>"$releases/lock"
}

build() {
    local release stamp=$releases/stamp
    release=$releases/$(date +%Y%m%d-%H%M%S)-$$
    rm -rf "$home/server/target/dist"
    # What changes while the build runs is newer than the stamp, and is built the next time.
    touch "$stamp" &&
        maven -Dmaven.test.skip=true -pl server -am package &&
        cp -a "$home/server/target/dist" "$release" &&
        write_java_options "$release" || return 1
    record_start "$release" || say "The recorded start failed."
    [[ -e $release/cloister.aot ]] || say "There is no AOT cache; starts are slower."
    mv "$stamp" "$release/complete" && ln -sfn "$release" "$current" && remove_old_releases
}

maven() (
    cd "$home" && JAVA_HOME=$jdk ./mvnw -B -ntp "$@"
)

# The three newest stay: a running server may use one of them.
remove_old_releases() {
    local old
    for old in $(find "$releases" -mindepth 1 -maxdepth 1 -type d | sort | head -n -3); do
        rm -rf "$old"
    done
}

# The options of every start, in a file, which keeps the long class path out of process lists. A
# cache fits only the options and the class path that it was recorded with.
write_java_options() {
    local jars=("$1"/lib/*.jar)
    local IFS=:
    cat >"$1/java.options" <<OPTIONS
-XX:+UseSerialGC
-XX:-UsePerfData
-Xlog:disable
-Xlog:all=error:stderr
--enable-native-access=ALL-UNNAMED
-Dorg.sqlite.lib.path="$1/native/org/sqlite/native/Linux/$(uname -m)"
-Dorg.sqlite.lib.name=libsqlitejdbc.so
-cp "${jars[*]}"
OPTIONS
}

# Lets the server live for a moment while the JVM records what a start needs (JEP 514), so that
# later starts map it from a file instead of doing it again.
record_start() {
    local folder status=0
    folder=$(mktemp -d)
    in_own_mounts timeout 120 "$jdk/bin/java" "-XX:AOTCacheOutput=$1/cloister.aot" \
        "@$1/java.options" -Xmx256m "$MAIN_CLASS" train --data "$folder" || status=$?
    rm -rf "$folder"
    return "$status"
}

# Fills 'java', the beginning of every command that starts Java.
set_java() {
    local release
    release=$(readlink -f "$current")
    java=("$jdk/bin/java" "@$release/java.options")
    [[ ! -e $release/cloister.aot ]] || java+=("-XX:AOTCache=$release/cloister.aot")
}

# run_java COMMAND ARGUMENT...: a subcommand of Main, in this process' place.
run_java() {
    local command=$1
    shift
    require_jdk
    is_built || require_build
    set_java
    exec "${java[@]}" -XX:TieredStopAtLevel=1 -Xmx64m "-Dcloister.command=$called_as" \
        "$MAIN_CLASS" "$command" --data "$data" "$@"
}

# Runs a command in a mount namespace of its own: what it mounts ends with it and is seen by no
# other process. crun refuses a host that has a v2 hierarchy beside v1 ones, so that is hidden.
in_own_mounts() {
    if is_root; then
        unshare --mount --propagation slave -- "$launcher/hide-unified-cgroup" "$@"
    else
        "$@"
    fi
}
