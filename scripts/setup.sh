#!/usr/bin/env bash
# Installs what Vitascope needs beside Rust and Node, says what it does, and does nothing when everything is there.
#
#   scripts/setup.sh run     to build and run it: ffmpeg, a C compiler, cmake and nasm (for the JPEG decoder)
#   scripts/setup.sh test    to test it, too: Chromium, PostgreSQL, PgBouncer, Python's venv
#   scripts/setup.sh bench   to measure it, too: wrk
#
# SETUP_ROOT stands in front of the system's own files, for the tests of this script.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

purpose=${1:-run}
root=${SETUP_ROOT:-}

say() { printf 'setup: %s\n' "$*"; }
die() {
    printf 'setup: %s\n' "$@" >&2
    exit 1
}

case $purpose in
run | test | bench) ;;
*) die "unknown purpose \`$purpose\`: run, test or bench" ;;
esac

# Succeeds when one of the commands is there.
has() {
    local name
    for name in "$@"; do
        if command -v "$name" >/dev/null 2>&1; then return 0; fi
    done
    return 1
}

# Succeeds when version $1 is at least $2.
at_least() { printf '%s\n%s\n' "$2" "$1" | sort -V -C; }

system_id() {
    if [ -r "$root/etc/os-release" ]; then sed -n 's/^ID=//p' "$root/etc/os-release" | tr -d '"'; fi
}

# Debian and Ubuntu by themselves or as what another system says it is like.
has_apt() {
    has apt-get && grep -Eqs '^ID(_LIKE)?=.*(debian|ubuntu)' "$root/etc/os-release"
}

chromium_package() {
    if [ "$(system_id)" = ubuntu ]; then echo chromium-browser; else echo chromium; fi
}

# Debian keeps the server's programs off the PATH, in a folder for each version.
has_postgres() { has initdb || compgen -G "$root/usr/lib/postgresql/*/bin/initdb" >/dev/null; }

# Prints the packages that are missing for the purpose.
missing_packages() {
    if ! has ffmpeg || ! has ffprobe; then echo ffmpeg; fi
    has cc || echo gcc
    has make || echo make
    has cmake || echo cmake
    has nasm || echo nasm
    [ -e "$root/usr/include/stdio.h" ] || [ "$(uname -s)" = Darwin ] || echo libc6-dev
    if [ "$purpose" != run ]; then
        has curl || echo curl
        has chromium chromium-browser google-chrome || chromium_package
        has_postgres || echo postgresql
        has pgbouncer || echo pgbouncer
        has openssl || echo openssl
        has python3 && python3 -c 'import ensurepip' 2>/dev/null || echo python3-venv
    fi
    if [ "$purpose" = bench ]; then
        has wrk || echo wrk
    fi
}

install_packages() {
    local as_root=(env DEBIAN_FRONTEND=noninteractive)
    has_apt || die "this needs: $* (as Debian names them)" \
        "install them with your system's package manager, then run it again"
    if [ "$(id -u)" -ne 0 ]; then
        has sudo || die "this needs: $*" \
            "there is no sudo: as root run \`apt-get install $*\`, then run it again"
        # Without a terminal nobody can answer sudo's question: fail instead of waiting.
        if [ -t 0 ]; then as_root=(sudo "${as_root[@]}"); else as_root=(sudo -n "${as_root[@]}"); fi
    fi
    say "installing $* with apt"
    "${as_root[@]}" apt-get update -qq || say "apt-get update failed: trying with the lists that are here"
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$@" ||
        die "apt could not install: $*"
}

check_rust() {
    local needed found
    needed=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    has cargo || die "Rust $needed or newer is missing: see https://rustup.rs, then run it again"
    found=$(RUSTUP_AUTO_INSTALL=0 cargo --version | cut -d' ' -f2)
    at_least "${found%%-*}" "$needed" ||
        die "Rust $needed or newer is needed, here is ${found:-none}: run \`rustup update stable\`"
}

check_node() {
    local needed found
    needed=$(sed -n 's/.*"node": ">=\([0-9.]*\)".*/\1/p' web/package.json)
    if ! has node || ! has npm; then
        die "Node ${needed:-20} or newer with npm is missing: see https://nodejs.org/en/download, then run it again"
    fi
    found=$(node --version)
    at_least "${found#v}" "${needed:-20}" ||
        die "Node ${needed:-20} or newer is needed, here is ${found#v}: see https://nodejs.org/en/download"
}

check_rust
check_node
missing=$(missing_packages)
if [ -z "$missing" ]; then
    say "everything for \`$purpose\` is here"
    exit 0
fi
# shellcheck disable=SC2086 # a word is a package
install_packages $missing
missing=$(missing_packages)
[ -z "$missing" ] || die "still missing after the installation: $missing"
say "installed; everything for \`$purpose\` is here"
