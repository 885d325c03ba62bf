#!/usr/bin/env bash
# Has callers do their worst to an optimized server, again and again for an hour, or for as many seconds as the argument
# says; ends at the first one who was a nuisance to somebody else.
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
make --no-print-directory dashboard/dist/index.html

end=$((SECONDS + ${1:-3600}))
while [ "$SECONDS" -lt "$end" ]; do
  cargo test --release --test isolation -- --nocapture
done
