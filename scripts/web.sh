#!/usr/bin/env bash
# The web app's steps, each skipped when it has nothing to do.
#
#   scripts/web.sh install   the packages of the lock file
#   scripts/web.sh build     web/dist, which the binary embeds
#   scripts/web.sh check     types, lints and format
#   scripts/web.sh test      unit tests
#   scripts/web.sh e2e       Playwright, against target/debug/vitascope or VITASCOPE_BIN
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../web"

install_packages() {
    # npm writes its own copy of the lock file at the end: when that is newer, the packages are the locked ones.
    if [ node_modules/.package-lock.json -nt package-lock.json ]; then
        echo "web: the packages are here"
        return
    fi
    echo "web: installing the packages of package-lock.json"
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --prefer-offline
}

# Folders count, too: theirs is the time that a deleted file changes.
is_built() {
    [ -e dist/index.html ] || return 1
    [ -z "$(find src public build index.html ./*.json ./*.config.* -newer dist/index.html -print -quit)" ]
}

build_app() {
    if is_built; then
        echo "web: dist is up to date"
        return
    fi
    npm run --silent build
}

case ${1:-} in
install) install_packages ;;
build) build_app ;;
check) npm run --silent check ;;
test) npm run --silent test ;;
e2e)
    VITASCOPE_BIN=${VITASCOPE_BIN:-$PWD/../target/debug/vitascope}
    [ -x "$VITASCOPE_BIN" ] || { echo "web: \`$VITASCOPE_BIN\` is missing: run \`cargo build\`" >&2; exit 1; }
    # Debian, Ubuntu and Google give the browser different names.
    CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
    export VITASCOPE_BIN CHROMIUM
    npm run --silent e2e
    ;;
*)
    sed -n '2,8s/^# \{0,1\}//p' "../scripts/web.sh" >&2
    exit 2
    ;;
esac
