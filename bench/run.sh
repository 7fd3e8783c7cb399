#!/usr/bin/env bash
# Builds the release and measures it on this machine. Arguments are names of measurements; none means all.
#
#   bench/run.sh                 every measurement
#   bench/run.sh start memory    these
#
# VITASCOPE_BIN names a program that is measured instead of a fresh build, VITASCOPE_THUMBNAIL_RATE the example of
# vita-media that makes thumbnails, VITASCOPE_LOAD_TARGET the example of vita-k6 that load is sent to.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ -z "${VITASCOPE_BIN:-}" ]; then
    cargo build --release --locked -p vitascope
    export VITASCOPE_BIN=$PWD/target/release/vitascope
fi
if [ -z "${VITASCOPE_THUMBNAIL_RATE:-}" ]; then
    cargo build --release --locked -p vita-media --example thumbnail_rate
    export VITASCOPE_THUMBNAIL_RATE=$PWD/target/release/examples/thumbnail_rate
fi
if [ -z "${VITASCOPE_LOAD_TARGET:-}" ]; then
    cargo build --release --locked -p vita-k6 --example target
    export VITASCOPE_LOAD_TARGET=$PWD/target/release/examples/target
fi
# What ours is compared with; the product itself needs none of it.
[ -d bench/node_modules/sharp ] || npm --prefix bench ci --no-audit --no-fund
exec node bench/measure.mjs "$@"
