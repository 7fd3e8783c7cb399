#!/usr/bin/env bash
# Everything that `make test` does, in order. Its last line counts the tests; it fails when one of them, or a phase, fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/phases.sh
. scripts/phases.sh

export NO_COLOR=1
export CARGO_TERM_COLOR=never CARGO_TERM_PROGRESS_WHEN=never

# How long schemathesis asks, in seconds, and from what its questions are drawn: another number is another run.
fuzz_seconds=75
fuzz_seed=20261121

fuzz_interface() {
    local status=0
    scripts/fuzz.sh install || status=$?
    case $status in
    0) run_phase "schemathesis" scripts/fuzz.sh "$fuzz_seconds" "$fuzz_seed" || true ;;
    75) skip_phase "schemathesis" "it can't be installed from PyPI from here" ;;
    *) run_phase "schemathesis" false || true ;;
    esac
}

main() {
    # The binary embeds web/dist: it is built before cargo begins.
    if run_phase "setup" scripts/setup.sh test &&
        run_phase "web install" scripts/web.sh install &&
        run_phase "web build" scripts/web.sh build; then
        run_phase "web check" scripts/web.sh check || true
        run_phase "web unit" scripts/web.sh test || true
        if run_phase "cargo build" cargo test --workspace --locked --no-run; then
            run_phase "cargo test" cargo test --workspace --locked --no-fail-fast || true
            run_phase "cargo test on PostgreSQL" scripts/postgres-tests.sh || true
            run_phase "web e2e" scripts/web.sh e2e || true
            fuzz_interface
        else
            skip_phase "cargo test" "the build failed"
            skip_phase "cargo test on PostgreSQL" "the build failed"
            skip_phase "web e2e" "the build failed"
            skip_phase "schemathesis" "the build failed"
        fi
    else
        skip_phase "tests" "the phase before them failed"
    fi
    print_outcome
    scripts/count-tests.sh "$phase_logs" "${failed_phases[@]}"
    [ "${#failed_phases[@]}" -eq 0 ]
}

main
