#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# How many referrals a second become durable, and how fast, beside what the same machine can do
# without Hubward's work (bare edge), with the disk alone (RocksDB syncing the same bytes in batches)
# and with the usual stack (fastify + PostgreSQL)?
#
#   bench/compare.sh [--hubward build/release/hubward] [--bench build/release/bench]
#                    [--rounds 3] [--seconds 4] [--connections "1 64 256"] [--threads N]
#                    [--without-peer] [--keep FILE]
#
# All servers stay up while the rounds go through them in turn, so that a noisy minute hits all
# four; the client runs on the same cores. Only the ratios inside one run mean something. Each round
# is closed loop; --keep leaves the JSON lines behind. TMPDIR chooses the disk that is measured.
set -euo pipefail
cd "$(dirname "$0")/.."
hubward=build/release/hubward
bench=build/release/bench
rounds=3
seconds=4
connections="1 64 256"
threads=0
peer=yes
keep=
while (($#)); do
  case $1 in
    --hubward) hubward=$2; shift 2 ;;
    --bench) bench=$2; shift 2 ;;
    --rounds) rounds=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --connections) connections=$2; shift 2 ;;
    --threads) threads=$2; shift 2 ;;
    --without-peer) peer=no; shift ;;
    --keep) keep=$2; shift 2 ;;
    *) sed -n '3,16s/^# \{0,1\}//p' "$0"; exit 64 ;;
  esac
done
for program in "$hubward" "$bench/hubward_load" "$bench/hubward_bare_edge" "$bench/hubward_batch_limit"; do
  [[ -x $program ]] || { echo "$program is not built: cmake --build --preset release"; exit 69; }
done

folder=$(mktemp -d "${TMPDIR:-/tmp}/hubward-compare-XXXXXX")
started=()
cleanup() {
  set +e
  exec 8>&- 9>&-
  for id in "${started[@]}"; do
    kill "$id"
    wait "$id"
  done
  rm -rf "$folder"
}
trap 'cleanup 2>/dev/null' EXIT
trap 'exit 1' INT TERM

free_port() {
  local port
  while true; do
    port=$((20000 + RANDOM % 20000))
    (: >/dev/tcp/127.0.0.1/$port) 2>/dev/null || { echo $port; return; }
  done
}
wait_for() {  # until something listens there
  for _ in $(seq 600); do
    (: >/dev/tcp/127.0.0.1/$1) 2>/dev/null && return
    sleep 0.1
  done
  echo "nothing came up on port $1; see $folder" >&2
  exit 69
}

echo "starting the bare edge" >&2
edge_port=$(free_port)
mkfifo "$folder/hold-edge"
"$bench/hubward_bare_edge" "$edge_port" 1 <"$folder/hold-edge" >/dev/null 2>&1 &
started+=($!)
exec 8>"$folder/hold-edge"  # it ends with its standard input
wait_for "$edge_port"

echo "starting hubward" >&2
hubward_port=$(free_port)
mkdir -m 700 "$folder/keys"
settings=(--set "storage.data=$folder/data" --set "storage.master_key_file=$folder/keys/master.key"
          --set "storage.token_key_file=$folder/keys/token.key")
"$hubward" keys init "${settings[@]}" >/dev/null
# In the environment that the service unit gives it.
mapfile -t environment < <(sed -n 's/^Environment=//p' configs/systemd/hubward.service)
env "${environment[@]}" "$hubward" serve "${settings[@]}" --port "$hubward_port" \
  --threads "$threads" --log-level warning 2>"$folder/hubward.log" &
started+=($!)
wait_for "$hubward_port"
ops=$("$hubward" token mint --role ops --subject bench --ttl 1d "${settings[@]}")
practice=$("$hubward" token mint --role practice --subject BENCH1 --ttl 1d "${settings[@]}")

# Enough hubs with enough places that each referral of the run becomes an offer with a hold.
echo "adding 200 hubs" >&2
for i in $(seq 200); do
  hub=$(printf '{"name":"Measuring Hub %d","place":"riverside","location":{"latitude":53.%02d,"longitude":-1.%02d},"needs":["nhs-login","nhs-app","skill-foundation","assess"],"languages":["en"],"access":["wheelchair"],"capacity":{"place":10000,"device":0,"sim":0}}' \
    "$i" $((77 + i % 5)) $((52 + i % 7)))
  status=$(curl -s -o "$folder/answer" -w '%{http_code}' -X PUT -H "Authorization: Bearer $ops" \
    -H "Idempotency-Key: hub-$i" -H 'Content-Type: application/json' -d "$hub" \
    "http://127.0.0.1:$hubward_port/v1/hubs/measuring-hub-$i")
  [[ $status == 20* ]] || { echo "a hub was refused ($status):"; cat "$folder/answer"; exit 70; }
done

peer_port=
if [[ $peer == yes ]]; then
  echo "starting fastify + PostgreSQL" >&2
  peer_port=$(free_port)
  mkfifo "$folder/hold"
  bench/peers/fastify_pg/peer.sh "$peer_port" <"$folder/hold" >"$folder/peer.log" 2>&1 &
  started+=($!)
  exec 9>"$folder/hold"  # the peer ends, and tidies up, when this end closes
  wait_for "$peer_port"
fi

measure() {  # label port connections
  "$bench/hubward_load" --url "http://127.0.0.1:$2/v1/referrals" --closed --connections "$3" \
    --warm-up 0.5 --duration "$seconds" --body bench/load/referral.json --label "$1" \
    --header 'Content-Type: application/json' --header 'Idempotency-Key: {{uuid}}' \
    --header "Authorization: Bearer $practice" >>"$folder/lines"
}
counted() {  # a counter of the server
  curl -s -H "Authorization: Bearer $ops" "http://127.0.0.1:$hubward_port/metrics" |
    awk -v name="$1" '$1 == name { printf "%d", $2 }'
}
limit() {  # connections bytes: what the disk alone could do for as many who always wait
  "$bench/hubward_batch_limit" "$folder/limit" "$1" "$seconds" "$2" >>"$folder/lines"
  rm -rf "$folder/limit"
}
for round in $(seq "$rounds"); do
  for count in $connections; do
    echo "round $round of $rounds, $count connections" >&2
    measure bare "$edge_port" "$count"
    bytes=$(counted hubward_journal_appended_bytes_total)
    commands=$(counted hubward_commands_total)
    measure hubward "$hubward_port" "$count"
    bytes=$(($(counted hubward_journal_appended_bytes_total) - bytes))
    limit "$count" $((bytes / ($(counted hubward_commands_total) - commands)))
    [[ -z $peer_port ]] || measure fastify+pg "$peer_port" "$count"
  done
done
[[ -z $keep ]] || cp "$folder/lines" "$keep"
node bench/compare_report.mjs "$folder/lines"
