#!/usr/bin/env bash
# Runs every fuzz target for a bounded time: 60 seconds, or as many as the first argument says. Starts from
# corpus/, which is committed and runs as ordinary tests. What covers new ground is left in found/, failures
# in artifacts/; copy from there to corpus/ what should be kept. Installs cargo-fuzz when it is missing.
set -euo pipefail
cd "$(dirname "$0")"

seconds=${1:-60}
cargo fuzz --version >/dev/null 2>&1 || cargo install cargo-fuzz --locked
# The instrumentation is an unstable flag of the compiler, which the stable one has too.
export RUSTC_BOOTSTRAP=1
for target in token key_set claim_template origin message searchable_text compact; do
  mkdir -p "found/$target"
  cargo fuzz run --fuzz-dir . "$target" "found/$target" "corpus/$target" -- -max_total_time="$seconds" -timeout=5
done
