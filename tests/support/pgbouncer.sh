#!/usr/bin/env bash
# Runs a throw-away PgBouncer in transaction mode in front of the PostgreSQL of the tests, for each of its databases.
#
#   pgbouncer.sh up DIR URL POOL [STATEMENTS]
#                         starts it with so many connections to the server for each database, and prints its URL;
#                         with STATEMENTS it keeps so many prepared statements, and prints nothing if it cannot.
#                         Users named `session` are in session mode. Idle connections to the server end soon: every
#                         test has a database of its own.
#   pgbouncer.sh down DIR
set -euo pipefail

action=${1:?up or down}
dir=${2:?a directory}
support=$(cd "$(dirname "$0")" && pwd)

find_bin() { command -v pgbouncer || ls /usr/sbin/pgbouncer 2>/dev/null; }

install() {
  echo "no pgbouncer found, installing it" >&2
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  if command -v apt-get >/dev/null; then
    "${as_root[@]}" apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq pgbouncer >&2
    "${as_root[@]}" service pgbouncer stop >/dev/null 2>&1 || true
  elif command -v dnf >/dev/null; then
    "${as_root[@]}" dnf install -y -q pgbouncer >&2
  elif command -v brew >/dev/null; then
    brew install -q pgbouncer >&2
  else
    echo "install PgBouncer and put it on the PATH" >&2
    exit 1
  fi
}

# It refuses to run as root.
as_owner() {
  if [ "$(id -u)" = 0 ]; then
    (cd / && setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@")
  else
    "$@"
  fi
}

up() {
  local server=${1#*@} pool=$2 statements=${3:-0} bin version port
  server=${server%%/*}
  bin=$(find_bin) || { install; bin=$(find_bin); }
  version=$("$bin" --version | sed -n '1s/^PgBouncer \([0-9]*\)\.\([0-9]*\).*/\1 \2/p')
  local major=${version% *} minor=${version#* }
  local keeps=$((major > 1 || minor >= 21))
  [ "$statements" = 0 ] || [ $keeps = 1 ] || return 0
  mkdir -p "$dir"
  dir=$(cd "$dir" && pwd)
  port=$("$support/postgres.sh" port "$dir")
  cat >"$dir/pgbouncer.ini" <<CONF
[databases]
* = host=${server%:*} port=${server#*:} pool_size=$pool
[users]
session = pool_mode=session
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = trust
auth_file = $dir/users.txt
pool_mode = transaction
max_client_conn = 1000
server_idle_timeout = 1
logfile = $dir/log
pidfile = $dir/pid
CONF
  [ $keeps = 0 ] || echo "max_prepared_statements = $statements" >>"$dir/pgbouncer.ini"
  printf '"postgres" ""\n"session" ""\n' >"$dir/users.txt"
  [ "$(id -u)" != 0 ] || chown -R postgres "$dir"
  as_owner "$bin" --daemon --quiet "$dir/pgbouncer.ini" >&2
  local tries=0
  until (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || { tail -n 20 "$dir/log" >&2; exit 1; }
    sleep 0.1
  done
  echo "postgres://postgres@127.0.0.1:$port/postgres"
}

case $action in
  up) up "${3:?the URL of PostgreSQL}" "${4:?the size of the pool}" "${5:-0}" ;;
  down) [ ! -f "$dir/pid" ] || kill -INT "$(cat "$dir/pid")" ;;
  *) echo "unknown action $action" >&2; exit 2 ;;
esac
