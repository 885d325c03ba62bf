#!/usr/bin/env bash
# Builds Threadkeep and the bare server and compares them, on both engines. Options go to `run`:
#   bench/run.sh --engines sqlite --operations append --connections 64
set -euo pipefail

cd "$(dirname "$0")/.."
cargo build --release --bin threadkeep
cargo run --release --manifest-path bench/Cargo.toml -- run "$@"

# The search benchmark has a database of its own; with options only the first one was meant.
[ $# -gt 0 ] || cargo run --release --manifest-path bench/Cargo.toml -- search
