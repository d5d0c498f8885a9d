# Finds JDK 25, or unpacks Debian's into the data folder.
# shellcheck shell=bash

JDK_MAJOR=25

# Sets 'jdk' to the home of a JDK 25, wherever it is installed.
find_jdk() {
    local candidate
    for candidate in "${JAVA_HOME:-}" "$data/jdk/home" /usr/lib/jvm/* /usr/java/* /opt/*jdk* \
        "${HOME:-/root}"/.sdkman/candidates/java/* "${HOME:-/root}"/.jdks/* "$(jdk_on_path)"; do
        if is_wanted_jdk "$candidate"; then
            jdk=$candidate
            return 0
        fi
    done
    return 1
}

# Every JDK has a file 'release'; reading it is quicker than starting Java. A JRE has no compiler.
is_wanted_jdk() {
    local line
    [[ -n $1 && -x $1/bin/javac && -r $1/release ]] || return 1
    while IFS= read -r line; do
        [[ $line =~ ^JAVA_VERSION=\"?$JDK_MAJOR([.\"-]|$) ]] && return 0
    done <"$1/release"
    return 1
}

jdk_on_path() {
    local java
    java=$(command -v java) && java=$(readlink -f "$java") && printf '%s\n' "${java%/bin/java}"
}

require_jdk() {
    find_jdk && return
    have apt-get && have dpkg-deb ||
        fail "$EXIT_HOST" "JDK $JDK_MAJOR was not found. Install it and set JAVA_HOME."
    make_data_folder
    say "JDK $JDK_MAJOR was not found; unpacking Debian's into $data/jdk (about 420 MB to fetch)"
    step "Fetching JDK $JDK_MAJOR" "$data/log/jdk.log" unpack_jdk ||
        fail "$EXIT_HOST" "no JDK $JDK_MAJOR: install one and set JAVA_HOME"
    find_jdk || fail "$EXIT_HOST" "the JDK unpacked to $data/jdk can't be used; see $data/log/jdk.log"
}

# Debian trixie's packages, verified by apt with Debian's keys, unpacked and not installed: it takes
# no root, and the host's own packages stay as they are.
unpack_jdk() {
    local root=$data/jdk.new package
    rm -rf "$root" "$data/jdk"
    write_apt_configuration "$root/apt" && fetch_jdk "$root" || return 1
    for package in "$root"/debs/*.deb; do
        dpkg-deb -x "$package" "$root" || return 1
    done
    rm -rf "$root/debs" "$root/apt" "$root/usr/share/doc"
    mv "$root" "$data/jdk" && finish_jdk "$data/jdk"
}

# fetch_jdk ROOT: apt checks each file against the signed lists.
fetch_jdk() (
    export APT_CONFIG=$1/apt/apt.conf
    mkdir -p "$1/debs" && cd "$1/debs" &&
        apt-get -q update &&
        apt-get -q download "openjdk-$JDK_MAJOR-jdk-headless" \
            "openjdk-$JDK_MAJOR-jre-headless" libc6 libgcc-s1 libstdc++6 zlib1g
)

write_apt_configuration() {
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    if [[ ! -r $keyring ]]; then
        say "Debian's keys are not on this host: install the package debian-archive-keyring"
        return 1
    fi
    mkdir -p "$1/state/lists/partial" "$1/cache/archives/partial" "$1/sources"
    touch "$1/state/status"
    cat >"$1/sources/trixie.sources" <<SOURCES
Types: deb
URIs: http://deb.debian.org/debian
Suites: trixie
Components: main
Signed-By: $keyring
SOURCES
    cat >"$1/apt.conf" <<CONFIGURATION
Dir::State "$1/state";
Dir::State::status "$1/state/status";
Dir::Cache "$1/cache";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$1/sources";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Sandbox::User "";
APT::Default-Release "";
Acquire::Languages "none";
CONFIGURATION
}

# Makes an unpacked JDK run from where it lies.
finish_jdk() {
    local root=$1 homes
    homes=("$root/usr/lib/jvm/java-$JDK_MAJOR-openjdk-"*)
    ln -sfn "${homes[0]}" "$root/home"
    point_links_into "$root"
    "$root/home/bin/java" -version || use_own_loader "$root" || return 1
    rm -f "$root/home/lib/security/cacerts"
    "$root/home/bin/java" "$launcher/TrustStore.java" /etc/ssl/certs/ca-certificates.crt \
        "$root/home/lib/security/cacerts"
}

# Debian's JDK has absolute links into /etc; they have to lead to what was unpacked.
point_links_into() {
    local link target
    find "$1" -type l | while IFS= read -r link; do
        target=$(readlink "$link")
        if [[ $target == /* && $target != "$1"/* && -e $1$target ]]; then
            ln -sfn "$1$target" "$link"
        fi
    done
}

# On a host with an older C library than trixie's, Java's two programs are started by trixie's own
# loader. Java finds its home by the place of libjli.so, so the loader in between does no harm.
use_own_loader() {
    local libraries program
    libraries=$(dirname "$(find "$1" -name libstdc++.so.6 | head -n 1)")
    for program in "$1/home/bin/java" "$1/home/lib/jspawnhelper"; do
        mv "$program" "$program.program"
        cat >"$program" <<WRAPPER
#!/bin/sh
exec "$(echo "$libraries"/ld-linux-*)" --library-path "$libraries" "$program.program" "\$@"
WRAPPER
        chmod +x "$program"
    done
    "$1/home/bin/java" -version
}
