#!/usr/bin/env bash
# Runs every load profile, scaled down, against a server of its own, and prints a line for each. It fails when one fails.
#
#   SCALE=0.1   factor for users
#   PACE=1      factor for time: 1 makes half a minute a profile
#   PROGRAM=…   the binary; otherwise the release build, which is made when it is not there
#
# Arguments are names of profiles; without one it runs all.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scale=${SCALE:-0.1}
pace=${PACE:-1}
program=${PROGRAM:-target/release/vitascope}
# How long the server may take to start, in tenths of a second.
start_limit=300

# What makes half a minute of each profile.
declare -A paces=(
    [load]=0.02 [stress]=0.015 [soak]=0.002 [spike]=0.08 [websocket]=0.035 [geographic]=0.05 [workflow]=0.07
)
profiles=("$@")
[ ${#profiles[@]} -gt 0 ] || profiles=(load stress soak spike websocket geographic workflow)
for profile in "${profiles[@]}"; do
    if [ -z "${paces[$profile]:-}" ]; then
        printf 'load: there is no profile `%s`\n' "$profile" >&2
        exit 2
    fi
done

if [ -z "${PROGRAM:-}" ] && ! "$program" load profile >/dev/null 2>&1; then
    scripts/setup.sh run
    scripts/web.sh install
    scripts/web.sh build
    cargo build --release --locked -p vitascope
fi

folder=$(mktemp -d)
server=
clean_up() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

start_server() {
    export VITASCOPE_MODE=test VITASCOPE_DATA_DIR="$folder/data"
    "$program" seed --load-test --generations 2000 2>"$folder/seed.log" >&2 || {
        cat "$folder/seed.log" >&2
        return 1
    }
    "$program" serve --listen 127.0.0.1:0 >"$folder/out" 2>"$folder/server.log" &
    server=$!
    for ((tenth = 0; tenth < start_limit; tenth++)); do
        target=$(sed -n 's/^listening on \(http[^ ]*\).*/\1/p' "$folder/out")
        [ -z "$target" ] || return 0
        kill -0 "$server" 2>/dev/null || break
        sleep 0.1
    done
    echo "load: the server did not start; it said:" >&2
    cat "$folder/server.log" >&2
    return 1
}

# The thresholds that a run crossed, in a line.
crossed() {
    sed -n "s/.*thresholds on metrics '\(.*\)' have been crossed.*/\1/p" "$1" | tail -n 1
}

start_server
failures=0
for profile in "${profiles[@]}"; do
    profile_pace=$(awk -v a="${paces[$profile]}" -v b="$pace" 'BEGIN { print a * b }')
    log="$folder/$profile.log"
    status=0
    started=$SECONDS
    "$program" load profile "$profile" --target "$target" --scale "$scale" --pace "$profile_pace" \
        --no-color --quiet --log-format text >"$folder/$profile.txt" 2>"$log" || status=$?
    took=$((SECONDS - started))
    if [ "$status" -eq 0 ]; then
        printf '%-12s passed  %3d s\n' "$profile" "$took"
        continue
    fi
    failures=$((failures + 1))
    if [ "$status" -eq 99 ]; then
        printf '%-12s FAILED  %3d s  crossed: %s\n' "$profile" "$took" "$(crossed "$log")"
        sed -n '/THRESHOLDS/,/TOTAL RESULTS/{/✗/s/^ */    /p}' "$folder/$profile.txt"
    else
        printf '%-12s FAILED  %3d s  exit code %d\n' "$profile" "$took" "$status"
        tail -n 5 "$log"
    fi
done
[ "$failures" -eq 0 ]
