#!/usr/bin/env bash
# Builds the release and measures it on this machine. Arguments are names of measurements; none means all.
#
#   bench/run.sh                 every measurement
#   bench/run.sh start memory    these
#
# VITASCOPE_BIN names a program that is measured instead of a fresh build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ -z "${VITASCOPE_BIN:-}" ]; then
    cargo build --release --locked -p vitascope
    export VITASCOPE_BIN=$PWD/target/release/vitascope
fi
exec node bench/measure.mjs "$@"
