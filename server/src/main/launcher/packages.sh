# The Debian packages that the server and the runtime images need.
# shellcheck shell=bash

# program:package; the first program of a line that exists will do.
REQUIRED_PROGRAMS=(
    "crun,runc:crun"
    "mkfs.erofs:erofs-utils"
    "mmdebstrap:mmdebstrap"
    "nft:nftables"
    "ip:iproute2"
    "mkfs.ext4:e2fsprogs"
    "unshare:util-linux"
    "npm:npm"
)
REQUIRED_FILES=("/usr/share/keyrings/debian-archive-keyring.gpg:debian-archive-keyring")

# Maven and npm fetch by HTTPS, and a JDK unpacked here trusts what the host trusts.
if have apt-get; then
    REQUIRED_FILES+=("/etc/ssl/certs/ca-certificates.crt:ca-certificates")
fi

missing_packages() {
    local line
    for line in "${REQUIRED_PROGRAMS[@]}"; do
        have_one_of "${line%%:*}" || printf '%s\n' "${line#*:}"
    done
    for line in "${REQUIRED_FILES[@]}"; do
        [[ -e ${line%%:*} ]] || printf '%s\n' "${line#*:}"
    done
}

# have_one_of PROGRAM,PROGRAM...
have_one_of() {
    local program programs
    IFS=',' read -ra programs <<<"$1"
    for program in "${programs[@]}"; do
        have "$program" && return 0
    done
    return 1
}

require_packages() {
    local missing=()
    mapfile -t missing < <(missing_packages)
    ((${#missing[@]} == 0)) && return
    if ! have apt-get; then
        fail "$EXIT_HOST" "this host lacks the programs of these Debian packages: ${missing[*]}"
    fi
    local command="apt-get install -y --no-install-recommends ${missing[*]}"
    if ! is_root; then
        fail "$EXIT_HOST" "missing packages; install them with: sudo $command"
    fi
    make_data_folder
    step "Installing ${missing[*]}" "$data/log/packages.log" install_packages "${missing[@]}" ||
        fail "$EXIT_HOST" "missing packages; after 'apt-get update' try: $command"
}

# The lists may be absent or too old for the mirror: then they are fetched, once.
install_packages() {
    export DEBIAN_FRONTEND=noninteractive
    # A new machine often upgrades itself for the first minutes, which locks dpkg.
    local install=(apt-get -q -y -o DPkg::Lock::Timeout=120 install --no-install-recommends)
    "${install[@]}" "$@" || { apt-get -q update && "${install[@]}" "$@"; }
}
