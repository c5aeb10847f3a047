#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What a delivery of the feed costs beside npm's ws, what slow readers do to the others, and the
# memory of idle connections. Only the ratios inside one run mean something.
#
#   bench/feed.sh [FEED_LOAD]      default: build/release/bench/feed_load
set -euo pipefail
cd "$(dirname "$0")/.."
load=${1:-build/release/bench/feed_load}
[[ -x $load ]] || { echo "$load is not built: cmake --build --preset release"; exit 69; }
folder=$(mktemp -d "${TMPDIR:-/tmp}/hubward-feed-XXXXXX")
peer=
trap '[[ -z $peer ]] || kill "$peer"; rm -rf "$folder"' EXIT
cp bench/peers/ws_feed/* "$folder"
ulimit -n "$(ulimit -Hn)"
if npm --prefix "$folder" install --no-audit --no-fund --silent; then
  node "$folder/server.mjs" > "$folder/port" &
  peer=$!
  for _ in $(seq 100); do [[ -s $folder/port ]] && break; sleep 0.1; done
  "$load" broadcast --peer "$(cat "$folder/port")" --peer-pid "$peer"
else
  echo "npm could not fetch ws: the figures stand alone"
  "$load" broadcast
fi
"$load" slow
"$load" idle
