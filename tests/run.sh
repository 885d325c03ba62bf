#!/usr/bin/env bash
# Installs what the tests need and runs every test: unit, property and conformance tests, the routes on
# both engines, the kill tests, the dashboard's components, what the documents and the dashboard show to
# copy, the published npm clients, and these and the dashboard in a browser.
set -euo pipefail
cd "$(dirname "$0")/.."

cluster=$(mktemp -d)
chmod 755 "$cluster" # PostgreSQL runs as a user of its own when this runs as root
finish() {
  tests/support/postgres.sh down "$cluster/data" 2>/dev/null || true
  rm -rf "$cluster"
}
trap finish EXIT

THREADKEEP_TEST_POSTGRES=$(tests/support/postgres.sh up "$cluster/data")
export THREADKEEP_TEST_POSTGRES

# The program embeds the dashboard; a debug build reads it from its folder.
make --no-print-directory dashboard/dist/index.html

cargo build --workspace
# Most of them wait for a disk or a server.
RUST_TEST_THREADS=$((2 * $(getconf _NPROCESSORS_ONLN))) cargo test --workspace

(cd dashboard && npm test)

THREADKEEP_TEST_CHROMIUM=$(tests/browser/chromium.sh)
export THREADKEEP_TEST_CHROMIUM

for suite in tests/snippets tests/clients tests/browser; do
  (
    cd "$suite"
    npm ci --no-audit --no-fund --silent
    npm test
  )
done
