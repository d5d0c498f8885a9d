# cloister doctor: what the host has. The kernel's features are examined by Java, in the worker's own
# words; where there is no JDK, or nothing can be built, the programs are looked for at least.
# shellcheck shell=bash

. "$launcher/java.sh"
. "$launcher/packages.sh"

examine_host() {
    if find_jdk && (is_built || (require_build) >&2); then
        run_java doctor "$@"
    fi
    parse_output doctor "$@"
    examine_programs "$output"
}

# examine_programs FORMAT
examine_programs() {
    local missing=()
    mapfile -t missing < <(missing_packages)
    case $1 in
        json) printf '{"jdk":"%s","missingPackages":"%s"}\n' "${jdk:-}" "${missing[*]}" ;;
        text)
            say "JDK $JDK_MAJOR            ${jdk:-not found; '$called_as up' unpacks one}"
            say "missing packages  ${missing[*]:-none}"
            say "The kernel's features are examined once there is a JDK and a build."
            ;;
    esac
    ((${#missing[@]} == 0)) || exit "$EXIT_HOST"
}
