# cloister up, down and logs: the life of one server.
# shellcheck shell=bash

. "$launcher/java.sh"

STOP_SECONDS=40

# Sets 'server' to the process id of the server that runs on the data folder.
find_server() {
    local arguments
    [[ -r $data/run/pid ]] && read -r server <"$data/run/pid" || return 1
    # After a crash the number may belong to another process by now.
    arguments=$(tr '\0' ' ' 2>/dev/null <"/proc/$server/cmdline") || return 1
    [[ $arguments == *" $MAIN_CLASS up --data $data "* ]]
}

require_running_server() {
    find_server || fail "$EXIT_NOT_RUNNING" "no server runs on $data"
}

start_server() {
    local detach='' options=()
    while (($# > 0)); do
        case $1 in
            --detach) detach=yes ;;
            *) options+=("$1") ;;
        esac
        shift
    done
    if find_server; then
        say "A server runs on $data already (process $server)."
        [[ -r $data/run/ready ]] && say "endpoint  $(<"$data/run/ready")"
        return
    fi
    prepare_host
    set_server_command "-Dcloister.detached=$detach" "${options[@]}"
    umask 077
    if [[ -n $detach ]]; then
        start_detached
    else
        exec "${server_command[@]}"
    fi
}

prepare_host() {
    require_packages_of_host
    is_root || fail "$EXIT_HOST" "isolating functions takes root: sudo $called_as up$data_option"
    require_jdk
    require_build
    make_data_folder
}

require_packages_of_host() {
    . "$launcher/packages.sh"
    require_packages
}

# set_server_command PROPERTY OPTION...
set_server_command() {
    local property=$1
    shift
    set_java
    ulimit -c 0 # a core file would hold the root key and what functions were sent
    server_command=(
        unshare --mount --propagation slave -- "$launcher/hide-unified-cgroup"
        "${java[@]}"
        "-Xmx$(setting server.heap 256m)"
        "-XX:ErrorFile=$data/log/crash.log"
        "-Dcloister.called-millis=$((called_micros / 1000))"
        "$property"
        "-Dcloister.command=$called_as"
        "-Dcloister.data-option=$data_option"
        "$MAIN_CLASS" up --data "$data" "$@"
    )
}

# The server's output goes to a file, from which it is shown until the server is ready.
start_detached() {
    local console=$data/log/console.log begun='' started
    rm -f "$data/run/ready"
    : >"$console"
    setsid "${server_command[@]}" </dev/null >"$console" 2>&1 &
    started=$!
    exec {output}<"$console"
    while kill -0 "$started" 2>/dev/null && [[ ! -e $data/run/ready ]]; do
        show_lines
        sleep 0.05
    done
    show_lines
    exec {output}<&-
    if [[ ! -e $data/run/ready ]]; then
        wait "$started"
        explain_failed_start "$?"
    fi
    say "It runs as process $started; '$called_as down$data_option' ends it."
}

# A start that was refused for wrong usage has said so.
explain_failed_start() {
    (($1 == EXIT_USAGE)) ||
        complain "the server did not start (status $1); see $data/log/server.log"
    exit "$1"
}

# Reads as far as the file goes by now; the beginning of a line waits in 'begun' for the rest.
show_lines() {
    local part
    while IFS= read -r part <&"$output"; do
        say "$begun$part"
        begun=''
    done
    begun+=$part
}

stop_server() {
    if find_server; then
        kill -TERM "$server"
        step "Ending process $server" /dev/null await_end "$server" || kill_server
        say "The server has ended."
    else
        say "No server runs on $data."
    fi
    remove_leftovers
}

# await_end PID
await_end() {
    local tenths
    for ((tenths = 0; tenths < STOP_SECONDS * 10; tenths++)); do
        has_ended "$1" && return 0
        sleep 0.1
    done
    return 1
}

# A zombie has ended; that its parent has not asked for its status yet is of no concern here.
has_ended() {
    local status
    status=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
    [[ $status == *') Z '* ]]
}

kill_server() {
    complain "it did not end within $STOP_SECONDS s: killing it"
    kill -KILL "$server" 2>/dev/null
    await_end "$server"
}

# After a server that was killed, what it had made on the host is still there.
remove_leftovers() {
    [[ -r $data/instance ]] || return 0
    await_nothing_left 5 && return
    (run_java remove-leftovers) || complain "removing what was left failed"
    await_nothing_left 50 || fail "$EXIT_FAILED" "this is left on the host:"$'\n'"$left"
}

# await_nothing_left TENTHS: the kernel takes a moment to free the last process' loop devices. Sets
# 'left' to what is left.
await_nothing_left() {
    local tenths
    for ((tenths = 0; tenths < $1; tenths++)); do
        left=$(leftovers)
        [[ -z $left ]] && return 0
        # Processes do not go by themselves.
        [[ $1 -lt 10 && $left == *process* ]] && return 1
        sleep 0.1
    done
    return 1
}

# Everything on the host that has the installation's name: see DataFolder.instance().
leftovers() {
    local instance
    instance=$(<"$data/instance")
    grep -ls "$instance" /proc/[0-9]*/cgroup | sed 's|/proc/\(.*\)/cgroup|process \1|'
    find /sys/fs/cgroup -maxdepth 6 -type d -name "*$instance*" -printf 'cgroup %p\n' 2>/dev/null
    # Each thread may have a mount namespace of its own.
    cat /proc/[0-9]*/task/[0-9]*/mounts 2>/dev/null | grep -F "$instance" | sort -u | sed 's/^/mount /'
    grep -lsF -e "$data/" -e "/$instance/" /sys/block/loop*/loop/backing_file |
        sed 's|/sys/block/\([^/]*\)/.*|loop device \1|'
    find /sys/class/net -name "$(device_prefix "$instance")*" -printf 'network device %f\n'
    have nft && is_root && nft list tables 2>/dev/null | grep -F "$instance"
    find /run/cloister -mindepth 1 -maxdepth 1 -name "*$instance*" -printf 'folder %p\n' 2>/dev/null
    find "$data/run" -type s -printf 'socket %p\n' 2>/dev/null
}

# Names of network devices are short: theirs begin with clv and six digits of the instance's CRC-32,
# which gzip writes behind what it packs (RFC 1952). See SandboxSettings.devicePrefix().
device_prefix() {
    local crc
    crc=$(printf '%s' "$1" | gzip -c | tail -c 8 | od -An -N4 -tx4)
    printf 'clv%s' "${crc: -6}"
}

# Without a function the server's own log, else a function's through the API.
show_logs() {
    local follow='' function='' previous='' argument
    for argument in "$@"; do
        if [[ $previous != --since ]]; then
            case $argument in
                --follow) follow=yes ;;
                --since | --since=*) function=${function:-none} ;;
                -*) usage_error "'$argument' is not an option of logs" logs ;;
                *) function=$argument ;;
            esac
        fi
        previous=$argument
    done
    if [[ -n $function ]]; then
        require_running_server
        run_java logs "$@"
    fi
    [[ -r $data/log/server.log ]] || fail "$EXIT_NOT_RUNNING" "no server has run on $data"
    exec tail -n 200 ${follow:+-F} "$data/log/server.log"
}
