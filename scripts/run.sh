#!/usr/bin/env bash
# Builds Vitascope, fills it with a demo project, and serves it. Arguments go to `vitascope serve`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh run
scripts/web.sh install
scripts/web.sh build
[ -e target/release/vitascope ] || echo "cargo: building for the first time takes some minutes"
cargo build --release --locked -p vitascope
target/release/vitascope seed --demo
exec target/release/vitascope serve "$@"
