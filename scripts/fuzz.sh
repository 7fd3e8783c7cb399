#!/usr/bin/env bash
# Asks a running Vitascope what its description allows and what it forbids, by schemathesis, and holds each answer against
# the description.
#
#   scripts/fuzz.sh <seconds> [<seed>]   against target/debug/vitascope or VITASCOPE_BIN; a seed makes a run repeatable
#   scripts/fuzz.sh install              schemathesis into target/schemathesis; 75 when PyPI can't be reached
#
# The server runs in test mode on a free port over a folder of its own. What the settings of schemathesis are for, and which
# routes it leaves out and why, is in scripts/fuzz/schemathesis.toml.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

venv=target/schemathesis
requirements=scripts/fuzz/requirements.txt
binary=${VITASCOPE_BIN:-target/debug/vitascope}

# EX_TEMPFAIL of sysexits.h: nothing is wrong, but it can't be done here and now.
cannot=75

# Most time until the server listens, in tenths of a second.
start_limit=300

install() {
    if cmp -s "$requirements" "$venv/installed"; then return; fi
    echo "fuzz: installing schemathesis into $venv"
    rm -rf "$venv"
    if ! python3 -m venv "$venv"; then
        echo "fuzz: python3 makes no virtual environment here" >&2
        return "$cannot"
    fi
    if ! "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement "$requirements"; then
        echo "fuzz: schemathesis can't be installed from PyPI from here" >&2
        return "$cannot"
    fi
    cp "$requirements" "$venv/installed"
}

# The value of a text field in JSON on standard input.
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

# post <path> <body>: its answer.
post() {
    curl --silent --show-error --fail --request POST "$FUZZ_URL$1" --header "Authorization: Bearer $token" \
        --header 'Content-Type: application/json' --data "$2"
}

# note <list> <id>: ids that schemathesis puts into addresses and bodies.
note() { printf '"%s"\n' "$2" >>"$folder/$1"; }

start_server() {
    export VITASCOPE_MODE=test VITASCOPE_LISTEN=127.0.0.1:0 VITASCOPE_DATA_DIR=$folder/data
    printf '%s' "$FUZZ_PASSWORD" | "$binary" admin create "$FUZZ_EMAIL" >/dev/null
    "$binary" serve >"$folder/stdout" 2>"$folder/log" &
    server=$!
    local tenths
    for ((tenths = 0; tenths < start_limit; tenths++)); do
        FUZZ_URL=$(sed -n 's/^listening on //p' "$folder/stdout")
        if [ -n "$FUZZ_URL" ]; then break; fi
        sleep 0.1
    done
    [ -n "$FUZZ_URL" ] || { cat "$folder/log" >&2 && return 1; }
    export FUZZ_URL
}

# Makes something of each kind, so that the first requests find it.
fill() {
    local login project scene generation job number
    login=$(token='' post /api/auth/login "{\"email\":\"$FUZZ_EMAIL\",\"password\":\"$FUZZ_PASSWORD\"}")
    token=$(field token <<<"$login")
    project=$(post /api/projects '{"title":"Fuzz"}' | field id)
    note projects "$project"
    for number in 1 2 3; do
        scene=$(post "/api/projects/$project/scenes" "{\"prompt\":\"A lake, $number\"}" | field id)
        note scenes "$scene"
        generation=$(post "/api/projects/$project/generate" "{\"sceneId\":\"$scene\"}" | field generationId)
        note generations "$generation"
    done
    job=$(post "/api/projects/$project/export" '{"format":"storyboard"}' | field jobId)
    note jobs "$job"
}

fuzz() {
    local seconds=$1 seed=${2:-} status=0
    cp scripts/fuzz/schemathesis.toml "$folder/"
    export PYTHONPATH=scripts/fuzz SCHEMATHESIS_HOOKS=hooks PYTHONDONTWRITEBYTECODE=1
    "$venv/bin/schemathesis" --no-color --config-file "$folder/schemathesis.toml" run "$FUZZ_URL/api/openapi.json" \
        --max-time "$seconds" ${seed:+--seed "$seed"} --generation-database none \
        --report json --report-json-path "$folder/report.json" || status=$?
    # A panic is caught and answered with a 500; the log says where it was.
    if grep -q 'panicked at' "$folder/log"; then
        grep -A 3 'panicked at' "$folder/log" | head -n 40
        status=1
    fi
    return "$status"
}

clean_up() {
    if [ -n "${server:-}" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$folder"
}

install
if [ "${1:-}" = install ]; then exit 0; fi
case ${1:-} in
'' | *[!0-9]*)
    sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
[ -x "$binary" ] || { echo "fuzz: \`$binary\` is missing: run \`cargo build\`" >&2 && exit 1; }

folder=$(mktemp -d)
trap clean_up EXIT
export FUZZ_EMAIL=fuzz@example.org FUZZ_PASSWORD='a password for tests' FUZZ_URL=''
token=''
start_server
fill
fuzz "$@"
