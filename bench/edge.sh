#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What does the HTTP edge cost before Hubward does anything? Processor time of the server per answered
# request, beside a bare epoll loop (the floor), node's http and fastify (the usual stack).
#
#   bench/edge.sh [--bench build/release/bench] [--rounds 3] [--seconds 3] [--connections 64]
#
# All four stay up while the rounds go through them in turn. The load is closed loop; the time is what
# the kernel counts for all threads of the server (/proc/PID/task/*/schedstat) over a run.
set -euo pipefail
cd "$(dirname "$0")/.."
bench=build/release/bench
rounds=3
seconds=3
connections=64
while (($#)); do
  case $1 in
    --bench) bench=$2 ;;
    --rounds) rounds=$2 ;;
    --seconds) seconds=$2 ;;
    --connections) connections=$2 ;;
    *) sed -n '3,10s/^# \{0,1\}//p' "$0"; exit 64 ;;
  esac
  shift 2
done
for program in hubward_load hubward_bare_edge hubward_epoll_edge; do
  [[ -x $bench/$program ]] || { echo "$bench/$program is not built: cmake --build --preset release"; exit 69; }
done
modules=build/peers/edge
mkdir -p "$modules"
cp bench/peers/edge/*.mjs bench/peers/edge/package.json "$modules/"
[[ -d $modules/node_modules/fastify ]] || (cd "$modules" && npm install --silent --no-audit --no-fund >&2)

folder=$(mktemp -d "${TMPDIR:-/tmp}/hubward-edge-XXXXXX")
declare -A pid port
cleanup() {
  set +e
  exec 9>&-
  kill "${pid[@]}"
  rm -rf "$folder"
}
trap 'cleanup 2>/dev/null' EXIT
trap 'exit 1' INT TERM
mkfifo "$folder/hold"  # every server ends with its standard input
exec 9<>"$folder/hold"

next=$((20000 + RANDOM % 20000))
start() {  # label command... PORT is put at the end
  local label=$1
  shift
  while (: >/dev/tcp/127.0.0.1/$next) 2>/dev/null; do next=$((next + 1)); done
  port[$label]=$next
  "$@" "$next" <&9 >"$folder/$label.log" 2>&1 &
  pid[$label]=$!
  next=$((next + 1))
  for _ in $(seq 100); do
    (: >/dev/tcp/127.0.0.1/${port[$label]}) 2>/dev/null && return
    sleep 0.1
  done
  echo "$label did not start:"; cat "$folder/$label.log"; exit 69
}
start epoll "$bench/hubward_epoll_edge"
start bare "$bench/hubward_bare_edge"
start node-http node "$modules/node_http.mjs"
start fastify node "$modules/fastify.mjs"

cpu_ns() { cat /proc/"$1"/task/*/schedstat | awk '{ sum += $1 } END { printf "%.0f\n", sum }'; }
for round in $(seq "$rounds"); do
  for label in epoll bare node-http fastify; do
    echo "round $round of $rounds, $label" >&2
    before=$(cpu_ns "${pid[$label]}")
    # No warm-up: the time counted and the answers counted must be of the same run.
    line=$("$bench/hubward_load" --url "http://127.0.0.1:${port[$label]}/v1/referrals" --closed \
      --connections "$connections" --warm-up 0 --duration "$seconds" --body bench/load/referral.json \
      --label "$label" --header 'Content-Type: application/json')
    after=$(cpu_ns "${pid[$label]}")
    printf '{"cpu_ns":%s,%s\n' $((after - before)) "${line#\{}" >>"$folder/lines"
  done
done
node bench/edge_report.mjs "$folder/lines"
