#!/usr/bin/env bash
# What `make fuzz` does: property tests with many more cases, then schemathesis with questions of its own choice.
#
#   scripts/fuzz-all.sh [<seconds>]   for schemathesis; 900 when it is not said. The property tests come on top
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/phases.sh
. scripts/phases.sh

seconds=${1:-900}

# Cases of each property. Those that run servers or databases set their own, smaller number.
export PROPTEST_CASES=${PROPTEST_CASES:-5000}

run_phase "setup" scripts/setup.sh test
run_phase "build" cargo build --locked -p vitascope
run_phase "properties" cargo test --workspace --lib --bins --locked || true
status=0
scripts/fuzz.sh install || status=$?
case $status in
0) run_phase "schemathesis" scripts/fuzz.sh "$seconds" || true ;;
75) skip_phase "schemathesis" "it can't be installed from PyPI from here" ;;
*) exit "$status" ;;
esac
print_outcome
[ "${#failed_phases[@]}" -eq 0 ]
