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
