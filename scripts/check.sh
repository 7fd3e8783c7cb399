#!/usr/bin/env bash
# What a change must pass besides its tests: format, lints, style and architecture, dependencies.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/phases.sh
. scripts/phases.sh

check_dependencies() {
    if ! cargo deny --version >/dev/null 2>&1; then
        skip_phase "cargo deny" "cargo-deny is not installed (licences and bans were checked by tidy, advisories were not)"
        return
    fi
    run_phase "cargo deny" cargo deny --offline check bans licenses sources || true
    if cargo deny fetch db >/dev/null 2>&1; then
        run_phase "advisories" cargo deny check advisories || true
    else
        skip_phase "advisories" "the advisory database can't be fetched from here"
    fi
}

run_phase "fmt" cargo fmt --all --check || true
run_phase "clippy" cargo clippy --workspace --all-targets --locked -- -D warnings || true
run_phase "tidy" cargo run --quiet --locked -p xtask -- tidy || true
check_dependencies
if run_phase "web install" scripts/web.sh install; then
    run_phase "web check" scripts/web.sh check || true
fi
print_outcome
if [ "${#failed_phases[@]}" -gt 0 ]; then exit 1; fi
echo "check: ok"
