#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How soon somebody is answered after kill -9, with many referrals stored: from the start of the process to the first
200 that needed the state. Nothing acknowledged may be missing after any of them.

    HUBWARD_BINARY=… HUBWARD_LOAD=… tests/e2e/restart.py --referrals 1000000 --rounds 20 --within 1
"""
import argparse
import os
import pathlib
import re
import statistics
import time

from crash import PRACTICES, referral
from hubward_process import PATIENCE, Checks, Hubward, binary_from
from overload import loaded, stored_referrals

UNITS = 10_000        # the most that a hub may have of one kind
REST_SECONDS = 720    # of which ten minutes are the server's own rest between two snapshots
SNAPSHOT_BEHIND = 10_000  # events: a hundredth of storage.snapshot_every
FILL_SECONDS = 10     # of load between two looks at how many there are


class Filled:
    """A server with so many referrals, each held by a hub."""

    def __init__(self, binary, checks, referrals):
        self.checks = checks
        self.hubward = Hubward(binary)
        self.tokens = {PRACTICES[0]: self.hubward.token("practice", PRACTICES[0]),
                       "ops": self.hubward.token("ops", "checker")}
        self.hubward.start()
        for n in range(referrals // UNITS + 1):
            made = self.client("ops").put(f"/v1/hubs/full-{n}", {
                "name": f"Full {n}", "place": "crashville", "needs": ["nhs-app"], "capacity": {"place": UNITS}})
            checks.that(made.status == 201, f"hub {n}: {made.status} {made.body!r}")
        while (there := stored_referrals(self)) < referrals:
            done = loaded(self, min(FILL_SECONDS, 0.5 + (referrals - there) / 20_000), "fill", "--closed",
                          "--connections", "128")
            checks.that(set(done["status"]) <= {"201", "503"}, f"filling: {done['status']}")

    def client(self, who):
        return self.hubward.client(self.tokens[who])

    def one_more(self, text):
        """Its id: acknowledged, so no kill may take it."""
        answer = self.client(PRACTICES[0]).insist("/v1/referrals", referral(text))
        self.checks.that(answer.status == 201, f"{text}: {answer.status} {answer.body!r}")
        return answer.json()["id"]


def rested(filled):
    """Waits for the snapshot that the server makes when it has time, as it has in ordinary life; the seconds."""
    begin = time.monotonic()
    text = filled.client("ops").get("/metrics").body.decode()
    wanted = int(re.search(r"^hubward_journal_last_event (\d+)", text, re.M)[1]) - SNAPSHOT_BEHIND
    snapshots = pathlib.Path(filled.hubward.folder) / "data" / "snapshots"
    while max((int(file.name[6:]) for file in snapshots.glob("state-*[0-9]")), default=0) < wanted:
        if not filled.checks.that(time.monotonic() - begin < REST_SECONDS * PATIENCE, "no snapshot was made"):
            break
        time.sleep(1)
    return time.monotonic() - begin


def restarted(filled, last):
    """Seconds from the start of the process to the answer that names the newest acknowledged referral."""
    filled.hubward.kill()
    begin = time.monotonic()
    filled.hubward.start()
    answer = filled.client(PRACTICES[0]).get(f"/v1/referrals/{last}")
    took = time.monotonic() - begin
    filled.checks.that(answer.status == 200, f"after kill -9: {answer.status} {answer.body!r}")
    return took


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--referrals", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--within", type=float, default=1.0, help="seconds that the slowest start may take")
    parser.add_argument("--rest", action="store_true", help="first wait for the snapshot that a quiet server makes")
    options = parser.parse_args()
    checks = Checks()
    filled = Filled(binary_from(), checks, options.referrals)
    try:
        if options.rest:
            print(f"a snapshot after {rested(filled):.0f} s", flush=True)
        took = []
        for n in range(options.rounds):
            took.append(restarted(filled, filled.one_more(f"round {n}")))
        there = stored_referrals(filled)
        checks.that(there >= options.referrals + options.rounds, f"{there} referrals are left")
        checks.that(max(took) <= options.within * PATIENCE, f"the slowest start took {max(took):.2f} s")
        print(f"{there} referrals; from the start to the first answer {statistics.median(took):.2f} s in the middle, "
              f"{max(took):.2f} s at most, of {options.rounds}; load {os.getloadavg()[0]:.1f}")
        checks.that(filled.hubward.stop() == 0, "a clean stop")
    finally:
        filled.hubward.close()
    checks.done()


if __name__ == "__main__":
    main()
