#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The lines of bench/bars.sh as a table: medians over the rounds, and BaRS as a ratio to native JSON."""
import collections
import json
import statistics
import sys

rows = collections.defaultdict(list)
for text in open(sys.argv[1], encoding="utf-8"):
    line = json.loads(text)
    kind, connections, _ = line["label"].split()
    if line["lost"] or set(line["status"]) - {"200", "201"}:
        raise SystemExit(f"not all were taken: {line}")
    rows[int(connections), kind].append(line)
print(f"{'connections':>11} {'kind':>5} {'per second':>11} {'p50 ms':>8} {'p99 ms':>8}   rounds (per second)")
for connections in sorted({c for c, _ in rows}):
    middle = {}
    for kind in ("json", "bars"):
        lines = rows[connections, kind]
        middle[kind] = [statistics.median(line[key] for line in lines) for key in ("good_per_s", "p50_us", "p99_us")]
        rate, p50, p99 = middle[kind]
        print(f"{connections:>11} {kind:>5} {rate:>11.0f} {p50 / 1000:>8.2f} {p99 / 1000:>8.2f}   "
              + " ".join(f"{line['good_per_s']:.0f}" for line in lines))
    print(f"{'':>11} BaRS / JSON: {middle['bars'][0] / middle['json'][0]:.2f} of the rate, "
          f"{middle['bars'][2] / middle['json'][2]:.2f} of the p99")
