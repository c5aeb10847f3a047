#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The disk hangs without an error, and later works again (tests/disk).

Meanwhile: whoever wants to store something is told to come again, at the latest when the answer's time is
over; nothing piles up without bound; reads and feeds go on. Then writing goes on within two seconds, and
nothing that was answered is missing. A disk that is merely slow only makes answers slow.

    HUBWARD_BINARY=… HUBWARD_LOAD=… HUBWARD_SLOW_DISK_LIBRARY=… tests/e2e/hung_disk.py --seconds 10 --hangs 3
"""
import argparse
import random
import threading
import time
import uuid

from crash import HUBS, PRACTICES, referral
from feed_client import FeedClient
from hubward_process import PATIENCE, Checks, binary_from
from overload import loaded
from slow_disk import HANGS, SlowDisk, resident_bytes
from town import Town

DEADLINE_MS = 1000
LATER_MAX = 2.0 * PATIENCE  # seconds that a refusal may come after the deadline: the machine may be busy
READ_MAX = 0.5 * PATIENCE  # seconds
AFTER_MAX = 2.0 * PATIENCE  # seconds from the disk's return to the first answer
MEMORY_MORE_MAX = 64 << 20


def refused_in_time(town, checks):
    """Sends one referral to a disk that hangs."""
    key = str(uuid.uuid4())
    body = referral(key)
    town.ledger.sent(key, PRACTICES[0], body)
    began = time.monotonic()
    answer = town.client(PRACTICES[0]).post("/v1/referrals", body, key=key)
    took = time.monotonic() - began
    checks.that(answer.status == 503 and answer.headers.get("Retry-After"), f"while it hangs: {answer.status}")
    checks.that(answer.json().get("type", "").rsplit("/", 1)[-1] in ("storage-unavailable", "busy"), f"{answer.body}")
    checks.that(took <= DEADLINE_MS / 1e3 + LATER_MAX, f"refused after {took:.2f} s")


def reads_go_on(town, checks):
    began = time.monotonic()
    for hub in HUBS:
        checks.that(town.client(hub).get(f"/v1/hubs/{hub}/capacity").status == 200, "capacity while the disk hangs")
    took = (time.monotonic() - began) / len(HUBS)
    checks.that(took <= READ_MAX, f"a read took {took:.2f} s")
    feed = FeedClient(town.hubward.port, town.tokens[HUBS[0]])
    try:
        feed.send({"t": "subscribe", "stream": f"hub/{HUBS[0]}", "after": "latest", "ref": 1})
        checks.that(isinstance(feed.receive(), dict), "a feed opens while the disk hangs")
    finally:
        feed.close()


def hang(town, disk, checks, seconds, seed):
    memory = resident_bytes(town.hubward.process)
    load = town.load(seed, 4)
    time.sleep(0.3)
    disk.each_sync_takes(HANGS)
    crowd = {}
    rush = threading.Thread(target=lambda: crowd.update(
        loaded(town, seconds, "rush", "--closed", "--connections", "1500")))
    rush.start()
    until = time.monotonic() + seconds
    time.sleep(0.3)
    while time.monotonic() < until:
        refused_in_time(town, checks)
        reads_go_on(town, checks)
    more = resident_bytes(town.hubward.process) - memory
    rush.join()
    disk.each_sync_takes(0)
    began = time.monotonic()
    end = began + 10 * PATIENCE
    while (answer := town.client(PRACTICES[1]).get("/readyz")).status != 200 and time.monotonic() < end:
        time.sleep(0.02)
    key = str(uuid.uuid4())
    body = referral(key)
    while time.monotonic() < end:
        town.ledger.sent(key, PRACTICES[1], body)
        answer = town.client(PRACTICES[1]).post("/v1/referrals", body, key=key)
        if answer.status == 201:
            town.ledger.answered(key, PRACTICES[1], body, answer, checks)
            break
    after = time.monotonic() - began
    load.join()
    checks.that(answer.status == 201 and after <= AFTER_MAX, f"{answer.status}, {after:.2f} s after the disk came back")
    checks.that(set(crowd["status"]) <= {"201", "503"} and crowd["lost"] == 0, f"the rush: {crowd.get('status')}")
    checks.that(crowd["without_retry_after"] == 0, "refusals without Retry-After")
    checks.that(more <= MEMORY_MORE_MAX, f"{more >> 20} MiB more while it hung")
    return after, more


def slow(town, disk, checks):
    """Each sync takes 200 ms: answers are as slow, and right."""
    disk.each_sync_takes(200_000)
    began = time.monotonic()
    key = str(uuid.uuid4())
    body = referral(key)
    town.ledger.sent(key, PRACTICES[2], body)
    answer = town.client(PRACTICES[2]).post("/v1/referrals", body, key=key)
    if checks.that(answer.status == 201, f"on a slow disk: {answer.status}"):
        town.ledger.answered(key, PRACTICES[2], body, answer, checks)
    checks.that(time.monotonic() - began >= 0.15, "the disk was not slow: the library is not in front")
    disk.each_sync_takes(0)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--hangs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    checks, chance = Checks(), random.Random(options.seed)
    town = Town(binary_from(), checks, [f"server.answer_deadline_ms={DEADLINE_MS}"])
    try:
        disk = SlowDisk(town.hubward.folder)
        town.hubward.environment = disk.environment
        town.open()
        slow(town, disk, checks)
        slowest, most = 0.0, 0
        for number in range(options.hangs):
            after, more = hang(town, disk, checks, options.seconds, f"{options.seed}/{number}")
            slowest, most = max(slowest, after), max(most, more)
        # The rush kept no books: only what the ledger knows must be there.
        listed = {item["id"] for p in PRACTICES for item in town.client(p).pages("/v1/referrals")}
        told = {known[3] for known in town.ledger.acked.values()}
        checks.that(told <= listed, f"{len(told - listed)} answered referrals are gone")
        checks.that(town.hubward.stop() == 0, "a clean stop")
        town.verify(checks)
        print(f"{options.hangs} hangs of {options.seconds:.0f} s, {len(told)} referrals acknowledged by the ledger, "
              f"writing again after at most {slowest:.2f} s, at most {most >> 20} MiB more")
    finally:
        town.close()
    checks.done()


if __name__ == "__main__":
    main()
