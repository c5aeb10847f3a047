#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Somebody sets the clock of the machine while the real program runs (libfaketime): back and forth by minutes,
hours and years, over both changes of summer time, under load.

Whatever it says: requests are answered, what is written bears a time near the true one, no offer ends early, no
request key is forgotten, no token dies, and no connection is cut before its time. A clock that is far off is told
in the log. Nothing is lost, and a start after the jumps finds everything. A start under a clock that is weeks ahead is
refused, and where a person let it through, time goes on after the next one.

    HUBWARD_BINARY=… tests/e2e/clock_jumps.py --jumps 50 [--seed 7]

Says that it skips where libfaketime is not installed.
"""
import argparse
import calendar
import datetime
import glob
import pathlib
import random
import time
import uuid

from crash import HUBS, PRACTICES, referral
from feed_client import FeedClient
from hubward_process import PATIENCE, Checks, binary_from
from slow_disk import SKIPPED
from town import Town

LIBRARY = "/usr/lib/*/faketime/libfaketime.so.1"
DAY = 86_400
JUMPS = (-1, 1, 59, -3500, -7200, DAY, -DAY, 30 * DAY, -400 * DAY, 400 * DAY, -3650 * DAY, 3650 * DAY)
IDLE_SECONDS = 20  # of the sixty that a connection may stand still, by any clock
AHEAD_DAYS = 120   # more than a server rests unnoticed, and than a token of ordinary life holds
NEAR_SECONDS = 120  # the clock is followed a little while it is off by less than an hour


class Clock:
    def __init__(self, folder, library):
        self.file = pathlib.Path(folder) / "clock"
        self.environment = {
            "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        self.set(0)

    def set(self, seconds):
        # In one step: the program must never read half a line.
        new = self.file.with_suffix(".new")
        new.write_text(f"{seconds:+d}s\n")
        new.rename(self.file)


def works(town, checks, what):
    key = str(uuid.uuid4())
    body = referral(key)
    town.ledger.sent(key, PRACTICES[0], body)
    answer = town.client(PRACTICES[0]).post("/v1/referrals", body, key=key)
    if checks.that(answer.status == 201, f"{what}: {answer.status} {answer.body[:200]!r}"):
        town.ledger.answered(key, PRACTICES[0], body, answer, checks)


def summer_time(year=2027):
    """Seconds from now to just before each change of the clocks, in UTC."""
    return [calendar.timegm((year, month, day, 0, 59, 58)) - int(time.time()) for month, day in ((3, 28), (10, 31))]


def created(town, checks, token=None):
    """When the server says that a referral of now was made."""
    client = town.hubward.client(token or town.tokens[PRACTICES[0]])
    answer = client.insist("/v1/referrals", referral(str(uuid.uuid4())))
    checks.that(answer.status == 201, f"a referral: {answer.status} {answer.body[:200]!r}")
    text = client.get(f"/v1/referrals/{answer.json()['id']}").json()["created"]
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def wrong_at_a_start(library, checks):
    """A start under a clock that is far ahead is refused; one that was let through leaves a journal that is ahead of the
    true time, in which time must go on all the same, and tokens are good by the true time."""
    town = Town(binary_from(), checks)
    try:
        clock = Clock(town.hubward.folder, library)
        town.hubward.environment = clock.environment
        town.open()
        created(town, checks)
        long_lived = town.hubward.token("practice", PRACTICES[0], f"{AHEAD_DAYS + 1}d")
        town.hubward.kill()
        clock.set(AHEAD_DAYS * DAY)
        try:
            town.hubward.start()
            checks.that(False, "a start under a clock that is far ahead went well")
        except RuntimeError as refused:
            checks.that("exit 75" in str(refused) and "storage.accept_clock" in str(refused), f"refused: {refused}")
        right = list(town.hubward.options)
        town.hubward.options += ["--set", "storage.accept_clock=true"]
        town.hubward.start()
        checks.that(created(town, checks, long_lived) > time.time() + (AHEAD_DAYS - 1) * DAY, "the clock was believed")
        town.hubward.kill()
        town.hubward.options = right
        clock.set(0)
        town.hubward.log.clear()
        town.hubward.start()
        checks.that(any("ahead of the machine's clock" in line for line in town.hubward.log), "the log does not tell")
        first = created(town, checks)  # with a token that has expired by the journal's time
        time.sleep(2)
        checks.that(1 <= created(town, checks) - first <= 60 * PATIENCE, "time stands still, or runs")
        checks.that(town.hubward.stop() == 0, "a clean stop")
    finally:
        town.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jumps", type=int, default=10)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    library = glob.glob(LIBRARY)
    if not library:
        print("skipped: libfaketime is not installed; a clock that jumps was NOT tested here")
        raise SystemExit(SKIPPED)
    print(f"seed {options.seed}", flush=True)
    checks, chance = Checks(), random.Random(options.seed)
    town = Town(binary_from(), checks)
    try:
        clock = Clock(town.hubward.folder, library[0])
        town.hubward.environment = clock.environment
        town.open()
        began = time.time()
        feed = FeedClient(town.hubward.port, town.tokens[HUBS[0]], seconds=30)
        feed.send({"t": "subscribe", "stream": f"hub/{HUBS[0]}", "after": "latest", "ref": 1})
        idle, used = town.client(PRACTICES[1]), time.monotonic()
        checks.that(idle.get("/v1/referrals?limit=1").status == 200, "a connection before the jumps")
        load = town.load(options.seed, 4)
        first = list(JUMPS)
        for number in range(options.jumps):
            offset = first.pop(0) if first else chance.choice(JUMPS)
            clock.set(offset)
            time.sleep(chance.uniform(0.05, 0.3))
            works(town, checks, f"after a jump of {offset} s")
            if time.monotonic() - used > IDLE_SECONDS:
                used = time.monotonic()
                checks.that(idle.get("/v1/referrals?limit=1").status == 200, "an idle connection was cut by a jump")
        load.join()
        for offset in summer_time():
            clock.set(offset)
            time.sleep(3)
            works(town, checks, "over a change of summer time")
        clock.set(0)
        # The connection stood still all the while: its sixty seconds are real ones.
        checks.that(idle.get("/v1/referrals?limit=1").status == 200, "an idle connection was cut by a jump")
        feed.send({"t": "ping"})
        true_time = time.time()
        for item in town.client(PRACTICES[0]).pages("/v1/referrals"):
            created = datetime.datetime.fromisoformat(item["created"].replace("Z", "+00:00")).timestamp()
            checks.that(abs(created - true_time) < NEAR_SECONDS + true_time - began, f"written at {item['created']}")
        ended = [offer for hub in HUBS for offer in town.client(hub).pages(f"/v1/hubs/{hub}/offers")
                 if offer["status"] == "failed"]  # nobody answered in time
        checks.that(not ended, f"{len(ended)} offers ended before their time")
        checks.that(any("the time kept here" in line for line in town.hubward.log), "the log does not tell of the jumps")
        town.settle_and_check(checks, chance)
        checks.that(town.hubward.stop() == 0, "a clean stop")
        town.verify(checks)
        town.hubward.environment = {}
        town.hubward.start()
        town.settle_and_check(checks, chance)
        wrong_at_a_start(library[0], checks)
        print(f"{options.jumps + 2} jumps of the clock, {len(town.ledger.acked)} referrals acknowledged")
    finally:
        town.close()
    checks.done()


if __name__ == "__main__":
    main()
