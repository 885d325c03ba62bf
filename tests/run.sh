#!/usr/bin/env bash
# Installs what the tests need and runs every test: unit, property and conformance tests, the routes on
# both engines, the kill tests, the dashboard's components, what the documents and the dashboard show to
# copy, the published npm clients, and these and the dashboard in a browser. With names of npm suites
# (`clients`, `browser`) it runs these alone.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
chmod 755 "$scratch" # PostgreSQL runs as a user of its own when this runs as root
finish() {
  tests/support/databases.sh down "$scratch/data" 2>/dev/null || true
  rm -rf "$scratch"
}
trap finish EXIT

databases=$(tests/support/databases.sh up "$scratch/data")
eval "$databases"

# The program embeds the dashboard; a debug build reads it from its folder.
make --no-print-directory dashboard/dist/index.html

cargo build --workspace

if [ $# = 0 ]; then
  # Most of them wait for a disk or a server.
  RUST_TEST_THREADS=$((2 * $(getconf _NPROCESSORS_ONLN))) cargo test --workspace
  # Every statement of the busiest rooms again as it goes behind a pooler of transactions: whole, not prepared.
  THREADKEEP_TEST_POOLER=transaction cargo test --test it -- \
    {messages,message_copies,message_lists,run_leases,threads,search,titles,figures}::postgres::

  (cd dashboard && npm test)
fi

THREADKEEP_TEST_CHROMIUM=$(tests/browser/chromium.sh)
export THREADKEEP_TEST_CHROMIUM
export THREADKEEP_TEST_RECORD="$scratch/record.jsonl"

# The later suites use what the earlier ones have.
for folder in tests/snippets tests/clients tests/browser tests/browser/apps/react-*; do
  (cd "$folder" && npm ci --no-audit --no-fund --silent)
done

suites=("$@")
[ $# -gt 0 ] || suites=(snippets clients browser)
for suite in "${suites[@]}"; do
  (cd "tests/$suite" && npm test)
done

compatibility() { node tests/clients/compatibility.mjs "$THREADKEEP_TEST_RECORD" "$@"; }
if [ -n "${THREADKEEP_TEST_RENEW:-}" ]; then
  compatibility >"$scratch/table.md"
  cp "$scratch/table.md" docs/compatibility.md
elif [ $# = 0 ]; then
  compatibility --check docs/compatibility.md
fi
