# cloister env: what a client needs, from the file that the server wrote (mode 0600).
# shellcheck shell=bash

# print_environment FORMAT
print_environment() {
    local file=$data/credentials
    if [[ ! -r $file ]]; then
        fail "$EXIT_NOT_RUNNING" "no server has run on $data; start one with '$called_as up$data_option'"
    fi
    [[ -e $data/run/ready ]] || complain "no server runs on $data at the moment"
    case $1 in
        text) print_exports "$file" ;;
        json) print_json "$file" ;;
    esac
}

# A session token of another account in the caller's shell would spoil every signature. The SDKs
# disagree on the name of the region's variable.
print_exports() {
    local name value
    while IFS='=' read -r name value; do
        [[ $name == AWS_* ]] || continue
        printf 'export %s=%q\n' "$name" "$value"
        [[ $name == AWS_DEFAULT_REGION ]] && printf 'export AWS_REGION=%q\n' "$value"
    done <"$1"
    say 'unset AWS_SESSION_TOKEN'
}

# The values are URLs, region codes, ids and base64: nothing that JSON has to escape.
print_json() {
    local name value separator='{'
    while IFS='=' read -r name value; do
        printf '%s"%s":"%s"' "$separator" "$name" "$value"
        separator=','
    done <"$1"
    printf '}\n'
}

# Takes --account out of the arguments into 'account'; the others are left in 'arguments'.
take_account() {
    account='' arguments=()
    while (($# > 0)); do
        case $1 in
            --account)
                (($# > 1)) || usage_error "--account needs an id" env
                account=$2
                shift
                ;;
            --account=*) account=${1#--account=} ;;
            *) arguments+=("$1") ;;
        esac
        shift
    done
}

# print_account_environment ID FORMAT: of an account that the running server knows.
print_account_environment() {
    local lines
    lines=$(run_java account-env --account "$1") || exit
    case $2 in
        text) print_exports <(say "$lines") ;;
        json) print_json <(say "$lines") ;;
    esac
}
