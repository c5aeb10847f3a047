#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# PostgreSQL + PostGIS answers the questions of FOLDER: checks every answer, then measures with 1, 2 and
# 4 clients over its own socket and prints the best as one JSON line.
#
#   bench/peers/matching/postgis.sh FOLDER HUBS SECONDS
#
# Installs the packages when they are missing (root needed). Own data folder, own socket, no TCP port;
# all of it is removed at the end.
set -euo pipefail
data=${1:?usage: postgis.sh FOLDER HUBS SECONDS}
hubs=$2
seconds=$3
here=$(cd "$(dirname "$0")" && pwd)
tools=/usr/lib/postgresql/15/bin
if [[ ! -x $tools/initdb || ! -e /usr/share/postgresql/15/extension/postgis.control ]]; then
  echo "installing postgresql-15 and PostGIS" >&2
  apt-get install -y -q --no-install-recommends postgresql-15 postgresql-15-postgis-3 >&2
fi
folder=$(mktemp -d "${TMPDIR:-/tmp}/hubward-postgis-XXXXXX")
chmod 755 "$folder"
as_postgres=()
if [[ $(id -u) == 0 ]]; then
  chown postgres "$folder"  # PostgreSQL refuses to run as root
  as_postgres=(setpriv --reuid postgres --regid postgres --clear-groups)
fi
cleanup() {
  set +e
  "${as_postgres[@]}" "$tools/pg_ctl" -D "$folder/data" -m immediate -s stop
  rm -rf "$folder"
}
trap 'cleanup 2>/dev/null' EXIT
trap 'exit 1' INT TERM
at=$PWD
cd "$folder"
"${as_postgres[@]}" "$tools/initdb" -D "$folder/data" -U postgres -A trust >/dev/null
"${as_postgres[@]}" "$tools/pg_ctl" -D "$folder/data" -s -w -l "$folder/log" -o "-k $folder \
  -c listen_addresses='' -c shared_buffers=2GB -c work_mem=64MB -c maintenance_work_mem=1GB -c jit=off \
  -c random_page_cost=1.0 -c max_parallel_workers_per_gather=0 -c max_wal_size=4GB" start
cd "$at"
export PGHOST=$folder PGUSER=postgres FOLDER=$data
psql -q -v ON_ERROR_STOP=1 -f "$here/schema.sql" >&2
questions=$(wc -l <"$data/asks.tsv")
psql -q -A -t -c "SELECT a.id || coalesce(string_agg(E'\t' || b.hub || ':' || b.points, '' ORDER BY b.points DESC, b.hub), '')
  FROM ask a LEFT JOIN LATERAL best_ten(a) b ON true GROUP BY a.id ORDER BY a.id" >"$folder/answers.tsv"
agree=$(comm -12 <(sort "$data/answers.tsv") <(sort "$folder/answers.tsv") | wc -l)
best=0
for clients in 1 2 4; do
  rate=$("$tools/pgbench" -n -M prepared -f "$here/question.sql" -D "questions=$questions" -c "$clients" -j "$clients" \
    -T "$seconds" postgres 2>/dev/null | sed -n 's/^tps = \([0-9.]*\).*/\1/p')
  best=$(awk -v a="$best" -v b="$rate" 'BEGIN { print (b > a ? b : a) }')
done
printf '{"peer":"postgis","hubs":%s,"per_second":%s,"agree":%s,"asked":%s}\n' "$hubs" "$best" "$agree" "$questions"
