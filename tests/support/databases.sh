#!/usr/bin/env bash
# Runs every server that the Rust tests need: PostgreSQL, one with TLS, and PgBouncer in front of the first.
#
#   eval "$(databases.sh up DIR)"   starts them and sets the variables that name them
#   databases.sh down DIR
set -euo pipefail

action=${1:?up or down}
dir=${2:?a directory}
support=$(cd "$(dirname "$0")" && pwd)

up() {
  mkdir -p "$dir"
  local plain tls pooler keeping
  plain=$("$support/postgres.sh" up "$dir/plain")
  tls=$("$support/postgres.sh" up "$dir/tls")
  [ -d "$dir/tls/tls" ] || "$support/postgres.sh" tls "$dir/tls"
  pooler=$("$support/pgbouncer.sh" up "$dir/pooler" "$plain" 3)
  keeping=$("$support/pgbouncer.sh" up "$dir/keeping" "$plain" 3 100)
  echo "export THREADKEEP_TEST_POSTGRES=$plain"
  echo "export THREADKEEP_TEST_POSTGRES_TLS=$tls"
  echo "export THREADKEEP_TEST_PGBOUNCER=$pooler"
  [ -z "$keeping" ] || echo "export THREADKEEP_TEST_PGBOUNCER_KEEPING=$keeping"
}

down() {
  for pooler in keeping pooler; do "$support/pgbouncer.sh" down "$dir/$pooler"; done
  for cluster in tls plain; do "$support/postgres.sh" down "$dir/$cluster"; done
}

case $action in
  up) up ;;
  down) down ;;
  *) echo "unknown action $action" >&2; exit 2 ;;
esac
