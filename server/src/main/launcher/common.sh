# Shared by every subcommand: messages, arguments, the data folder, steps with progress.
# shellcheck shell=bash

say() {
    printf '%s\n' "$*"
}

complain() {
    printf 'cloister: %s\n' "$*" >&2
}

# fail CODE MESSAGE...
fail() {
    local code=$1
    shift
    complain "$@"
    exit "$code"
}

# usage_error MESSAGE COMMAND
usage_error() {
    complain "$1"
    if [[ $2 == cloister ]]; then
        complain "try '$called_as --help'"
    else
        complain "try '$called_as $2 --help'"
    fi
    exit "$EXIT_USAGE"
}

show_help() {
    printf '%s\n' "$(<"$help_texts/$1.txt")"
}

no_arguments() {
    local command=$1
    shift
    (($# == 0)) || usage_error "'$1' is not an option of $command" "$command"
}

# Takes --output out of the arguments into 'output'; any other argument is an error.
parse_output() {
    local command=$1
    shift
    output=text
    while (($# > 0)); do
        case $1 in
            --output)
                output=${2:-}
                shift
                ;;
            --output=*) output=${1#--output=} ;;
            *) usage_error "'$1' is not an option of $command" "$command" ;;
        esac
        (($# > 0)) && shift
    done
    [[ $output == text || $output == json ]] ||
        usage_error "--output is text or json, not '$output'" "$command"
}

# The first <version> of the root pom.
product_version() {
    local line
    while IFS= read -r line; do
        if [[ $line =~ \<version\>(.*)\</version\> ]]; then
            say "${BASH_REMATCH[1]}"
            return
        fi
    done <"$home/pom.xml"
}

# Sets 'data' to an absolute path, and 'data_option' to what a user has to type to get there again.
set_data_folder() {
    local default=${CLOISTER_HOME:-${HOME:-/root}/.cloister}
    data=${1:-$default}
    [[ $data == /* ]] || data=$PWD/$data
    # Always the same spelling: the running server is known by it.
    [[ $data != */ && $data != *//* && $data != */.* ]] || data=$(realpath -ms -- "$data")
    data_option=
    [[ $data == "$default" ]] || data_option=" --data $(printf '%q' "$data")"
}

make_data_folder() {
    mkdir -p "$data" && chmod 700 "$data" && (umask 077 && mkdir -p "$data/log") ||
        fail "$EXIT_FAILED" "can't make the data folder $data"
}

is_root() {
    ((EUID == 0))
}

have() {
    command -v "$1" >/dev/null 2>&1 || [[ -x /usr/sbin/$1 || -x /sbin/$1 ]]
}

# setting KEY DEFAULT: a value of the data folder's cloister.conf.
setting() {
    local value=
    if [[ -r $data/cloister.conf ]]; then
        value=$(sed -n "s/^[[:space:]]*${1//./\\.}[[:space:]]*=[[:space:]]*//p" \
            "$data/cloister.conf" | sed 's/[[:space:]]*$//' | head -n 1)
    fi
    printf '%s\n' "${value:-$2}"
}

# step TITLE LOG COMMAND...: runs a command with its output in a log. Says what it does once that has
# taken two seconds, and shows the log's end if it fails.
step() {
    local title=$1 log=$2 status=0
    shift 2
    # A process group of its own, so that Ctrl-C ends all of it.
    set -m
    "$@" </dev/null >"$log" 2>&1 &
    set +m
    local pid=$!
    trap 'kill -- "-$pid" 2>/dev/null; exit 130' INT TERM
    show_progress "$title" "$pid"
    wait "$pid" || status=$?
    trap - INT TERM
    if ((status != 0)); then
        complain "$title failed; the end of $log:"
        tail -n 30 "$log" | sed 's/^/  | /' >&2
    fi
    return "$status"
}

# On a terminal one line that counts seconds, elsewhere a line now and then.
show_progress() {
    local title=$1 pid=$2 start=$SECONDS shown=0 elapsed
    while kill -0 "$pid" 2>/dev/null; do
        sleep 0.1
        elapsed=$((SECONDS - start))
        if ((elapsed < 2 || elapsed == shown)); then
            continue
        fi
        if [[ -t 1 ]]; then
            printf '\r%s … %d s' "$title" "$elapsed"
        elif ((shown == 0 || elapsed % 30 == 0)); then
            printf '%s … %d s\n' "$title" "$elapsed"
        fi
        shown=$elapsed
    done
    if [[ -t 1 ]] && ((shown > 0)); then
        printf '\r%s: %d s   \n' "$title" "$shown"
    fi
}
