#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs the fastify + PostgreSQL peer until standard input ends; prints "ready" once it answers.
#
#   bench/peers/fastify_pg/peer.sh PORT
#
# Installs postgresql-15 and the npm packages when they are missing (root needed for the first).
# Own data folder, own socket, no TCP port for the database; all of it is removed at the end. The
# data lie on the same disk as the server it is compared with: set TMPDIR to choose it.
set -euo pipefail
port=${1:?usage: peer.sh PORT}
here=$(cd "$(dirname "$0")" && pwd)
tools=/usr/lib/postgresql/15/bin
modules=${PEER_MODULES:-$here/../../../build/peers/fastify_pg}

if [[ ! -x $tools/initdb ]]; then
  echo "installing postgresql-15" >&2
  # The package would start a cluster of its own, which nobody here needs.
  apt-get install -y -q --no-install-recommends postgresql-15 >&2
fi
command -v node >/dev/null || apt-get install -y -q --no-install-recommends nodejs npm >&2

mkdir -p "$modules"
cp "$here/package.json" "$here/server.mjs" "$modules/"
if [[ ! -d $modules/node_modules/fastify || ! -d $modules/node_modules/pg ]]; then
  echo "installing fastify and pg" >&2
  (cd "$modules" && npm install --silent --no-audit --no-fund >&2)
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/hubward-peer-XXXXXX")
as_postgres=()
if [[ $(id -u) == 0 ]]; then
  chown postgres "$folder"  # PostgreSQL refuses to run as root
  as_postgres=(setpriv --reuid postgres --regid postgres --clear-groups)
fi
node_id=
cleanup() {
  set +e  # whatever has not started yet cannot be stopped
  [[ -n $node_id ]] && kill "$node_id" && wait "$node_id"
  "${as_postgres[@]}" "$tools/pg_ctl" -D "$folder/data" -m immediate -s stop
  rm -rf "$folder"
}
trap 'cleanup 2>/dev/null' EXIT
trap 'exit 1' INT TERM

cd "$folder"
"${as_postgres[@]}" "$tools/initdb" -D "$folder/data" -U postgres -A trust >/dev/null
"${as_postgres[@]}" "$tools/pg_ctl" -D "$folder/data" -s -w -l "$folder/log" \
  -o "-k $folder -c listen_addresses='' -c fsync=on -c synchronous_commit=on -c shared_buffers=256MB -c max_connections=100" start
"${as_postgres[@]}" psql -q -h "$folder" -U postgres -v ON_ERROR_STOP=1 -f - <"$here/schema.sql"

node "$modules/server.mjs" "$port" "$folder" "${PEER_POOL:-20}" >"$folder/server.log" &
node_id=$!
for _ in $(seq 100); do
  grep -q ready "$folder/server.log" && break
  kill -0 "$node_id" || exit 1
  sleep 0.1
done
echo ready
cat >/dev/null  # until whoever started us lets go
