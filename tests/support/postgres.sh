#!/usr/bin/env bash
# Runs a throw-away PostgreSQL cluster for the tests, as root too (initdb refuses root, so it runs as
# the postgres user then). Listens on 127.0.0.1 only; durable (fsync on), so that kill tests mean something.
#
#   postgres.sh up DIR [PORT]   creates the cluster if DIR is empty, starts it, prints its URL
#   postgres.sh down DIR        fast shutdown
#   postgres.sh tls DIR         gives a running cluster TLS, certificates, and databases that insist on how they are
#                               reached; see tls() below
#   postgres.sh port DIR        prints a port that nobody listens on
#   postgres.sh kill DIR        kill -9 of the postmaster, as a crash of the database would
set -euo pipefail

action=${1:?up, down, tls, port or kill}
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

# Certificates in DIR/tls: root.crt, the authority of server.crt (for `localhost` and 127.0.0.1), other.crt (for
# another host), common.crt (`localhost` as a common name alone), v1.crt (of version 1), client.crt and client-v1.crt
# with their keys; stranger.crt, an authority that signed nothing; own.crt, which signed itself, as the one of
# Debian's package does, but says that it is an authority's, as the ones of most instructions do. There is a socket in
# DIR. The databases only_tls, only_plain and with_client want TLS, none, or a client certificate.
tls() {
  dir=$(cd "$dir" && pwd)
  local tls=$dir/tls
  mkdir "$tls"
  make_certificates "$tls" 2>/dev/null
  chmod 600 "$tls"/*.key
  [ "$(id -u)" = 0 ] && chown -R postgres "$tls"
  cat >"$dir/pg_hba.conf" <<CONF
local     all         all     trust
hostnossl only_plain  all all trust
host      only_plain  all all reject
hostssl   only_tls    all all trust
hostssl   with_client all all trust clientcert=verify-ca
host      only_tls    all all reject
host      with_client all all reject
host      all         secret all scram-sha-256
host      all         all all trust
CONF
  cat >>"$dir/postgresql.conf" <<CONF
ssl = on
ssl_cert_file = '$tls/server.crt'
ssl_key_file = '$tls/server.key'
ssl_ca_file = '$tls/root.crt'
unix_socket_directories = '$dir'
CONF
  as_owner "$bin/pg_ctl" --pgdata="$dir" --log="$dir/server.log" --wait restart >/dev/null
  local port
  port=$(sed -n 4p "$dir/postmaster.pid")
  for name in only_tls only_plain with_client; do
    as_owner "$bin/createdb" --host=127.0.0.1 --port="$port" --username=postgres "$name"
  done
  as_owner "$bin/psql" --quiet --host=127.0.0.1 --port="$port" --username=postgres \
    --command="CREATE ROLE secret LOGIN PASSWORD 'hunter2'"
}

make_certificates() {
  cd "$1"
  authority() { openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout "$1.key" -out "$1.crt" -subj "/CN=$1"; }
  # NAME SUBJECT [EXTENSIONS]: without extensions OpenSSL makes a certificate of version 1.
  signed() {
    openssl req -new -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$2"
    local extensions=()
    [ -z "${3:-}" ] || { echo "$3" >"$1.ext"; extensions=(-extfile "$1.ext"); }
    openssl x509 -req -in "$1.csr" -CA root.crt -CAkey root.key -CAcreateserial -days 2 -out "$1.crt" \
      "${extensions[@]}"
  }
  authority root
  authority stranger
  signed server 'a server' 'subjectAltName = DNS:localhost, IP:127.0.0.1'
  signed other 'a server' 'subjectAltName = DNS:elsewhere.example.org'
  signed common localhost 'basicConstraints = CA:FALSE'
  signed v1 localhost
  signed client postgres 'basicConstraints = CA:FALSE'
  signed client-v1 postgres
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout own.key -out own.crt -subj /CN=localhost \
    -addext 'subjectAltName = DNS:localhost'
  openssl rsa -aes256 -passout pass:hunter2 -in client.key -out encrypted.key
}

case $action in
  up) up "${3:-}" ;;
  down) as_owner "$bin/pg_ctl" --pgdata="$dir" --mode=fast --wait stop >/dev/null ;;
  tls) tls ;;
  port) free_port ;;
  kill) kill -9 "$(head -n 1 "$dir/postmaster.pid")" ;;
  *) echo "unknown action $action" >&2; exit 2 ;;
esac
