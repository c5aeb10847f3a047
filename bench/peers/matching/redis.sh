#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Redis with a Lua script answers the questions of FOLDER: checks every answer, then measures with 1, 2
# and 4 clients over its own socket, nothing written to disk, and prints the best as one JSON line.
#
#   bench/peers/matching/redis.sh FOLDER HUBS REQUESTS
#
# Installs redis-server when it is missing (root needed). Own socket, no TCP port; ends with the script.
set -euo pipefail
data=${1:?usage: redis.sh FOLDER HUBS REQUESTS}
hubs=$2
requests=$3
here=$(cd "$(dirname "$0")" && pwd)
if ! command -v redis-server >/dev/null; then
  echo "installing redis-server" >&2
  RUNLEVEL=1 apt-get install -y -q --no-install-recommends redis-server >&2
fi
folder=$(mktemp -d "${TMPDIR:-/tmp}/hubward-redis-XXXXXX")
redis-server --port 0 --unixsocket "$folder/socket" --save '' --appendonly no --dir "$folder" >"$folder/log" &
server=$!
cleanup() {
  set +e
  kill "$server" && wait "$server"
  rm -rf "$folder"
}
trap 'cleanup 2>/dev/null' EXIT
trap 'exit 1' INT TERM
for _ in $(seq 100); do
  [[ -S $folder/socket ]] && break
  sleep 0.1
done
ask() { redis-cli -s "$folder/socket" "$@"; }
node "$here/redis_load.mjs" "$data" | ask --pipe >&2
script=$(ask -x SCRIPT LOAD <"$here/match.lua")
questions=$(wc -l <"$data/asks.tsv")
# Every answer once, through one connection; a line of ours per question to tell them apart.
for ((i = 0; i < questions; ++i)); do
  printf 'EVALSHA %s 3 at hub ask %d\nECHO end-%d\n' "$script" "$i" "$i"
done | ask --raw | awk -v id=0 '/^end-/ { print id line; line = ""; ++id; next } /:/ { line = line "\t" $0 }' \
  >"$folder/answers.tsv"
agree=$(comm -12 <(sort "$data/answers.tsv") <(sort "$folder/answers.tsv") | wc -l)
best=0
for clients in 1 2 4; do
  rate=$(redis-benchmark -s "$folder/socket" -c "$clients" -n "$requests" -r "$questions" --csv \
    EVALSHA "$script" 3 at hub ask __rand_int__ | awk -F'","|^"|"$' 'END { print $3 }')
  best=$(awk -v a="$best" -v b="$rate" 'BEGIN { print (b > a ? b : a) }')
done
printf '{"peer":"redis+lua","hubs":%s,"per_second":%s,"agree":%s,"asked":%s}\n' "$hubs" "$best" "$agree" "$questions"
