#!/usr/bin/env bash
# Runs the tests that use a database once more, on PostgreSQL: the programs that `cargo test --workspace` has built, as they are.
#
#   scripts/postgres-tests.sh [<what cargo's test programs take>…]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

crates='vita-store|vita-jobs|vita-app|vita-api|vitascope'

# Debian keeps the server's programs off the PATH, in a folder for each version.
if ! command -v initdb >/dev/null && ! compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null; then
    echo "skipped: cargo test on PostgreSQL: PostgreSQL is not installed"
    exit 0
fi

# A line for each: the crate's folder and the program. Asked for these crates only, cargo would choose other features of
# what they depend on, and build everything again.
list_programs() {
    cargo test --workspace --locked --no-run --message-format=json |
        sed -nE 's@^.*"manifest_path":"([^"]*/crates/('"$crates"'))/Cargo\.toml".*"test":true\},"features".*"executable":"([^"]+)".*$@\1 \3@p'
}

programs=$(list_programs)
[ -n "$programs" ] || {
    echo "postgres-tests: cargo named no test programs" >&2
    exit 1
}
export VITASCOPE_TEST_DATABASE=postgres
status=0
while read -r folder program; do
    printf '     Running %s on PostgreSQL\n' "${program##*/}"
    # The tests of the module `postgres` start their own and have run already.
    (cd "$folder" && "$program" --skip postgres:: "$@") </dev/null || status=1
done <<<"$programs"
exit "$status"
