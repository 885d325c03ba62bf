#!/usr/bin/env bash
# Runs a throw-away PostgreSQL cluster for the tests, as root too (initdb refuses root, so it runs as
# the postgres user then). Listens on 127.0.0.1 only; durable (fsync on), so that kill tests mean something.
#
#   postgres.sh up DIR [PORT]   creates the cluster if DIR is empty, starts it, prints its URL
#   postgres.sh down DIR        fast shutdown
#   postgres.sh kill DIR        kill -9 of the postmaster, as a crash of the database would
set -euo pipefail

action=${1:?up, down or kill}
dir=${2:?the cluster\'s directory}

find_bin() {
  local found
  found=$(command -v initdb || true)
  if [ -n "$found" ]; then dirname "$(readlink -f "$found")"; return; fi
  found=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
  [ -n "$found" ] && { echo "$found"; return; }
  return 1
}

install() {
  echo "no initdb found, installing PostgreSQL" >&2
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  if command -v apt-get >/dev/null; then
    "${as_root[@]}" apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq postgresql >&2
  elif command -v dnf >/dev/null; then
    "${as_root[@]}" dnf install -y -q postgresql-server >&2
  elif command -v brew >/dev/null; then
    brew install -q postgresql@17 >&2
  else
    echo "install PostgreSQL 14 or newer and put initdb on the PATH" >&2
    exit 1
  fi
}

bin=$(find_bin) || { install; bin=$(find_bin); }

as_owner() {
  if [ "$(id -u)" = 0 ]; then
    (cd / && setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@")
  else
    "$@"
  fi
}

free_port() {
  node -e 'const s=require("net").createServer();s.listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'
}

up() {
  mkdir -p "$dir"
  dir=$(cd "$dir" && pwd)
  [ "$(id -u)" = 0 ] && chown postgres "$dir"
  chmod 700 "$dir"
  if [ ! -f "$dir/PG_VERSION" ]; then
    as_owner "$bin/initdb" --pgdata="$dir" --username=postgres --auth=trust --encoding=UTF8 --locale=C >/dev/null
    cat >>"$dir/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = ${1:-$(free_port)}
unix_socket_directories = ''
max_connections = 200
shared_buffers = 256MB
CONF
  fi
  # After a kill -9 the old processes may need a moment to notice; pg_ctl refuses until they are gone.
  local tries=0
  until as_owner "$bin/pg_ctl" --pgdata="$dir" --log="$dir/server.log" --wait --timeout=60 start >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 30 ] || { tail -n 20 "$dir/server.log" >&2; exit 1; }
    sleep 0.5
  done
  local port
  port=$(sed -n 4p "$dir/postmaster.pid")
  echo "postgres://postgres@127.0.0.1:$port/postgres"
}

case $action in
  up) up "${3:-}" ;;
  down) as_owner "$bin/pg_ctl" --pgdata="$dir" --mode=fast --wait stop >/dev/null ;;
  kill) kill -9 "$(head -n 1 "$dir/postmaster.pid")" ;;
  *) echo "unknown action $action" >&2; exit 2 ;;
esac
