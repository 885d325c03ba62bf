#!/usr/bin/env bash
# Runs fuzz targets, each for a bounded time: `fuzz/run.sh [SECONDS [TARGET…]]`, 60 seconds and all of fuzz_targets/
# unless it is told otherwise. Starts from corpus/, which is committed and runs as ordinary tests. What covers new
# ground is left in found/, failures in artifacts/; copy from there to corpus/ what should be kept. Installs
# cargo-fuzz when it is missing. The first build takes long: everything below the targets is instrumented.
set -euo pipefail
cd "$(dirname "$0")"

seconds=${1:-60}
shift $(($# > 0))
if [ $# -eq 0 ]; then
  mapfile -t targets < <(basename -s .rs fuzz_targets/*.rs)
  set -- "${targets[@]}"
fi
cargo fuzz --version >/dev/null 2>&1 || cargo install cargo-fuzz --locked
# The instrumentation is an unstable flag of the compiler, which the stable one has too.
export RUSTC_BOOTSTRAP=1
for target in "$@"; do
  mkdir -p "found/$target"
  cargo fuzz run --fuzz-dir . "$target" "found/$target" "corpus/$target" -- -max_total_time="$seconds" -timeout=5
done
