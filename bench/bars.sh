#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What does a referral cost as a BaRS message (a FHIR Bundle), beside the same as Hubward's own JSON?
# Both wait for the same sync; both are made durable by the same program in the same run.
#
#   bench/bars.sh [--hubward build/release/hubward] [--bench build/release/bench]
#                 [--rounds 3] [--seconds 4] [--connections "1 32"]
#
# Rounds go through native JSON and BaRS in turn, closed loop, with the client on the same cores. Only
# the ratios inside one run mean something. TMPDIR chooses the disk that is measured.
set -euo pipefail
cd "$(dirname "$0")/.."
hubward=build/release/hubward
bench=build/release/bench
rounds=3
seconds=4
connections="1 32"
while (($#)); do
  case $1 in
    --hubward) hubward=$2; shift 2 ;;
    --bench) bench=$2; shift 2 ;;
    --rounds) rounds=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --connections) connections=$2; shift 2 ;;
    *) sed -n '3,12s/^# \{0,1\}//p' "$0"; exit 64 ;;
  esac
done
folder=$(mktemp -d "${TMPDIR:-/tmp}/hubward-bars-XXXXXX")
server=
trap '[[ -z $server ]] || kill "$server" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$folder"' EXIT

settings=(--set "storage.data=$folder/data" --set "storage.master_key_file=$folder/master.key"
          --set "storage.token_key_file=$folder/token.key" --set "places.dos_services=9000000001")
"$hubward" keys init "${settings[@]}" > "$folder/log"
practice=$("$hubward" token mint --role practice --subject X99001 "${settings[@]}")
ops=$("$hubward" token mint --role ops --subject bench "${settings[@]}")
"$hubward" serve --port 0 --log-format json "${settings[@]}" 2> "$folder/log" & server=$!
for _ in $(seq 300); do
  port=$(sed -n 's/.*"msg":"serving".*"port":\([0-9]*\).*/\1/p' "$folder/log")
  [[ -z $port ]] || break
  sleep 0.1
done
base=http://127.0.0.1:$port
curl -sf -X PUT -H "Authorization: Bearer $ops" -H 'Content-Type: application/json' \
  -d '{"name":"Bench","place":"leeds","needs":["dev-loan","nhs-app"],"languages":["en","ur"],"access":["wheelchair"],"capacity":{"place":10000,"device":10000}}' \
  "$base/v1/hubs/bench" > "$folder/hub"

sed 's/5f0f1c1e-0b52-4b6e-9b53-0f6f4b0a1001/{{uuid}}/' tests/data/fhir/referral_new.json > "$folder/bundle.json"
target=$(printf '%s' '{"system":"https://fhir.nhs.uk/Id/dos-service-id","value":"9000000001"}' | base64 -w0)
load() {  # CONNECTIONS PATH BODY HEADER...
  local connections=$1 path=$2 body=$3
  shift 3
  "$bench/hubward_load" --url "$base$path" --body "$body" --connections "$connections" --closed \
    --duration "$seconds" --warm-up 1 --header "Authorization: Bearer $practice" "$@"
}
for connection in $connections; do
  for round in $(seq "$rounds"); do
    load "$connection" /v1/referrals bench/load/referral.json --header 'Content-Type: application/json' \
      --header 'Idempotency-Key: {{uuid}}' --label "json $connection $round" >> "$folder/lines"
    load "$connection" '/FHIR/R4/$process-message' "$folder/bundle.json" \
      --header 'Content-Type: application/fhir+json' --header 'Accept: application/fhir+json; version=1.1.0' \
      --header 'X-Request-Id: {{uuid}}' --header 'X-Correlation-Id: {{uuid}}' \
      --header "NHSD-Target-Identifier: $target" --label "bars $connection $round" >> "$folder/lines"
  done
done
echo "a Bundle of $(wc -c < "$folder/bundle.json") bytes, a JSON referral of $(wc -c < bench/load/referral.json)"
python3 bench/bars_report.py "$folder/lines"
