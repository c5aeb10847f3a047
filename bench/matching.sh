#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# How many times "the ten best hubs for this person" a second: Hubward's search in process and over
# loopback HTTP, beside PostgreSQL + PostGIS, Redis + Lua and Node on the same hubs and questions. Every
# peer's answers are compared with ours first: same hubs, same points, same order.
#
#   bench/matching.sh [--sizes "1000 20000 100000 1000000"] [--seconds 5] [--http-hubs 20000]
#                     [--hubward build/release/hubward] [--bench build/release/bench] [--keep FILE]
#
# Peers install themselves when missing, run on sockets of their own and end with this script. Only the
# ratios inside one run mean something. --http-hubs 0 leaves the server out.
set -euo pipefail
cd "$(dirname "$0")/.."
sizes="1000 20000 100000 1000000"
seconds=5
http_hubs=20000
hubward=build/release/hubward
bench=build/release/bench
keep=
while (($#)); do
  case $1 in
    --sizes) sizes=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --http-hubs) http_hubs=$2; shift 2 ;;
    --hubward) hubward=$2; shift 2 ;;
    --bench) bench=$2; shift 2 ;;
    --keep) keep=$2; shift 2 ;;
    *) sed -n '3,13s/^# \{0,1\}//p' "$0"; exit 64 ;;
  esac
done
for program in "$hubward" "$bench/bench_match" "$bench/hubward_load"; do
  [[ -x $program ]] || { echo "$program is not built: cmake --build --preset release"; exit 69; }
done
command -v node >/dev/null || apt-get install -y -q --no-install-recommends nodejs npm >&2
peers=bench/peers/matching
folder=$(mktemp -d "${TMPDIR:-/tmp}/hubward-matching-XXXXXX")
chmod 755 "$folder"
server=
cleanup() {
  set +e
  [[ -n $server ]] && kill "$server" && wait "$server"
  rm -rf "$folder"
}
trap 'cleanup 2>/dev/null' EXIT
trap 'exit 1' INT TERM
lines=$folder/lines

over_http() {  # data folder, hubs
  local port=$((20000 + RANDOM % 20000)) settings ops practice
  mkdir -m 700 "$folder/keys"
  settings=(--set "storage.data=$folder/data" --set "storage.master_key_file=$folder/keys/master.key"
            --set "storage.token_key_file=$folder/keys/token.key")
  "$hubward" keys init "${settings[@]}" >/dev/null
  "$hubward" serve "${settings[@]}" --port "$port" --log-level warning 2>"$folder/hubward.log" &
  server=$!
  for _ in $(seq 300); do
    (: >/dev/tcp/127.0.0.1/$port) 2>/dev/null && break
    sleep 0.1
  done
  ops=$("$hubward" token mint --role ops --subject bench --ttl 1d "${settings[@]}")
  practice=$("$hubward" token mint --role practice --subject BENCH1 --ttl 1d "${settings[@]}")
  echo "adding $2 hubs over HTTP" >&2
  HUBWARD_TOKEN=$ops node "$peers/put_hubs.mjs" "http://127.0.0.1:$port" "$1/hubs.ndjson"
  local connections
  for connections in 1 2 4 8 16; do
    "$bench/hubward_load" --url "http://127.0.0.1:$port/v1/matches?limit=10" --closed \
      --connections "$connections" --warm-up 1 --duration "$seconds" --bodies "$1/asks.ndjson" \
      --header 'Content-Type: application/json' --header "Authorization: Bearer $practice" \
      --label "http $2" >>"$lines"
  done
  kill "$server" && wait "$server" || true
  server=
}

for hubs in $sizes; do
  data=$folder/$hubs
  mkdir -m 755 "$data"
  echo "$hubs hubs: making the data, Hubward in process" >&2
  "$bench/bench_match" "$data" "$hubs" 2000 >>"$lines"
  echo "$hubs hubs: node" >&2
  node --max-old-space-size=8000 "$peers/node.mjs" "$data" "$hubs" >>"$lines"
  echo "$hubs hubs: PostgreSQL + PostGIS" >&2
  "$peers/postgis.sh" "$data" "$hubs" "$seconds" >>"$lines"
  echo "$hubs hubs: Redis + Lua" >&2
  "$peers/redis.sh" "$data" "$hubs" 3000 >>"$lines"
  if [[ $hubs == "$http_hubs" ]]; then
    over_http "$data" "$hubs"
  fi
  rm -rf "$data"
done
node bench/matching_report.mjs "$lines"
[[ -z $keep ]] || cp "$lines" "$keep"
