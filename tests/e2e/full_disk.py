#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The disk under the real program is full, and later it is not, again and again under load.

While it is: whoever wants to store something is told at once (503, storage-full, when to come again), reads
and feeds go on, and the server says that it is not ready. When there is room again (64 MiB at least, which the
database wants before it tries) it says so before anybody writes, and writes, within six seconds (the database looks
every five), without a restart, and nothing that was answered is missing. Before it comes to that new referrals are
refused, and hubs' answers, withdrawals and erasures are not.

    HUBWARD_BINARY=… tests/e2e/full_disk.py --fills 20 [--seed 7]

Needs root for a tmpfs; says that it skips when it cannot run.
"""
import argparse
import os
import pathlib
import random
import subprocess
import tempfile
import time
import uuid

from crash import HUBS, PRACTICES, referral
from feed_client import FeedClient
from hubward_process import PATIENCE, Checks, binary_from
from slow_disk import SKIPPED
from town import Town

DISK_BYTES = 256 << 20
LEFT_BYTES = 3 << 20  # for a start: the log sets 70 MiB aside when it can, and would have them in hand
AFTER_MAX = 6.0 * PATIENCE  # seconds from room to the probe's yes, before anybody writes, and to the last refusal …
IN_A_ROW = 200       # … before so many answers
REFUSED_MAX = 0.1 * PATIENCE  # seconds for a refusal, of nine in ten; some find out, and fold the state anew
SLOWEST_MAX = 1.0 * PATIENCE
FULL_SECONDS_MAX = 20 * PATIENCE
REFUSALS = 30
KEPT_MIB = 64
NOTICED_MAX = 2.0 * PATIENCE  # the server looks twice a second


class SmallDisk:
    def __init__(self):
        self.temp = tempfile.TemporaryDirectory(prefix="hubward-full-")
        self.folder = pathlib.Path(self.temp.name)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", self.folder],
                              capture_output=True, text=True, check=False)
        self.trouble = done.stderr.strip() if done.returncode else ""
        self.ballast = self.folder / "ballast"

    def nearly_fill(self, leave=LEFT_BYTES):
        """Takes all but a little."""
        left = os.statvfs(self.folder)
        with open(self.ballast, "wb", buffering=0) as file:
            os.posix_fallocate(file.fileno(), 0, left.f_bavail * left.f_frsize - leave)

    def fill(self):
        """Takes whatever is left, to the last page."""
        with open(self.ballast, "ab", buffering=0) as file:
            for size in (1 << 20, 1 << 12):
                try:
                    while file.write(b"\0" * size) == size:
                        pass
                except OSError:
                    pass

    def make_room(self):
        self.ballast.unlink(missing_ok=True)

    def close(self):
        if not self.trouble:
            subprocess.run(["umount", "-l", self.folder], check=False)
        self.temp.cleanup()


def submit(town, checks):
    """One referral that the ledger knows; the answer."""
    key = str(uuid.uuid4())
    body = referral(key)
    town.ledger.sent(key, PRACTICES[0], body)
    answer = town.client(PRACTICES[0]).post("/v1/referrals", body, key=key)
    if answer.status == 201:
        town.ledger.answered(key, PRACTICES[0], body, answer, checks)
    return answer


def until_full(town, disk, checks):
    """The first refusal that says the disk is full, or nothing."""
    began = time.monotonic()
    while time.monotonic() - began < FULL_SECONDS_MAX:
        disk.fill()
        answer = submit(town, checks)
        if answer.status == 503 and answer.json().get("type", "").endswith("storage-full"):
            return answer
        checks.that(answer.status in (201, 503), f"on the way to full: {answer.status} {answer.body!r}")
    return None


def while_full(town, disk, checks):
    took, end = [], time.monotonic() + FULL_SECONDS_MAX
    while len(took) < REFUSALS and time.monotonic() < end:
        disk.fill()
        began = time.monotonic()
        answer = submit(town, checks)
        if answer.status == 201:  # the database gave a page back meanwhile: it is not full yet
            continue
        took.append(time.monotonic() - began)
        checks.that(answer.status == 503 and answer.headers.get("Retry-After"), f"while full: {answer.status}")
    checks.that(len(took) == REFUSALS, "it did not stay full")
    took.sort()
    usual, slowest = took[len(took) * 9 // 10], took[-1]
    checks.that(usual <= REFUSED_MAX and slowest <= SLOWEST_MAX,
                f"refusals took {usual * 1e3:.0f} ms at the 90th percentile, {slowest * 1e3:.0f} ms at most")
    checks.that(town.client("ops").get("/readyz").status == 503, "ready on a full disk")
    for hub in HUBS:
        checks.that(town.client(hub).get(f"/v1/hubs/{hub}/offers?limit=5").status == 200, "reads while full")
    feed = FeedClient(town.hubward.port, town.tokens[HUBS[0]])
    try:
        feed.send({"t": "subscribe", "stream": f"hub/{HUBS[0]}", "after": "0", "ref": 1})
        checks.that(isinstance(feed.receive(), dict), "a feed while full")
    finally:
        feed.close()
    return usual, slowest


def ready_again(town, checks, began):
    """A balancer sends nobody before the probe says that somebody may come."""
    while town.client("ops").get("/readyz").status != 200 and time.monotonic() - began < 30 * PATIENCE:
        time.sleep(0.02)
    took = time.monotonic() - began
    checks.that(took <= AFTER_MAX, f"ready {took:.1f} s after there was room")


def after(town, disk, checks):
    disk.make_room()
    began, in_a_row, took = time.monotonic(), 0, 0.0
    ready_again(town, checks, began)
    # The database mends itself in steps, so one answer is not yet the end of it.
    while in_a_row < IN_A_ROW and time.monotonic() - began < 30 * PATIENCE:
        answer = submit(town, checks)
        in_a_row = in_a_row + 1 if answer.status == 201 else 0
        if answer.status != 201:
            took = time.monotonic() - began
            time.sleep(0.02)
    checks.that(answer.status == 201 and took <= AFTER_MAX, f"{answer.status}, {took:.1f} s after there was room")
    checks.that(town.client("ops").get("/readyz").status == 200, "not ready although there is room")
    return took


def is_full(answer):
    return (answer.status == 503 and answer.json()["type"].endswith("storage-full")
            and answer.headers.get("Retry-After"))


def room(town):
    """What hubward_storage_room says."""
    text = town.client("ops").get("/metrics").body.decode()
    return next((line.split()[-1] for line in text.splitlines() if line.startswith("hubward_storage_room ")), None)


def nearly_full(disk, checks):
    """With less room than is kept free new referrals wait; what is said about people who are here does not, and a
    referral that was taken is answered for again."""
    town = Town(binary_from(), checks, [f"storage.data={disk.folder}/kept", f"storage.keep_free_mib={KEPT_MIB}"])
    try:
        town.open()
        practice, place = town.client(PRACTICES[0]), town.hubward.client(town.hubward.token("place", "crashville"))
        taken, body = str(uuid.uuid4()), referral("taken before")
        first = practice.post("/v1/referrals", body, key=taken)
        checks.that(first.status == 201, f"a referral with room: {first.status} {first.body!r}")
        people = [practice.insist("/v1/referrals", referral(f"kept {n}")).json()["id"] for n in range(3)]
        offer = practice.get(f"/v1/referrals/{people[0]}").json()["offers"][0]
        disk.nearly_fill(KEPT_MIB << 19)
        key, end = str(uuid.uuid4()), time.monotonic() + NOTICED_MAX
        while not is_full(answer := practice.post("/v1/referrals", referral(key), key=key)) and time.monotonic() < end:
            key = str(uuid.uuid4())
            time.sleep(0.05)
        checks.that(is_full(answer), f"a new referral on a nearly full disk: {answer.status} {answer.body!r}")
        again = practice.post("/v1/referrals", body, key=taken)
        checks.that((again.status, again.body) == (201, first.body),
                    f"a referral that was taken before, asked again: {again.status} {again.body!r}")
        for who, path, said in (
                (town.client(offer["hub"]["slug"]), f"/v1/offers/{offer['id']}/accept", None),
                (practice, f"/v1/referrals/{people[1]}/withdraw", {"reason": "recalled-by-referrer"}),
                (place, f"/v1/referrals/{people[2]}/erase", None)):
            done = who.post(path, said)
            checks.that(done.status == 200, f"{path} on a nearly full disk: {done.status} {done.body!r}")
        checks.that(town.client("ops").get("/readyz").status == 200, "who can answer is ready")
        checks.that(room(town) == "0", "the alert for refused referrals would see nothing")
        disk.make_room()
        end = time.monotonic() + NOTICED_MAX
        while (answer := practice.post("/v1/referrals", referral(key), key=key)).status != 201 and \
                time.monotonic() < end:
            time.sleep(0.05)
        checks.that(answer.status == 201, f"with room again: {answer.status} {answer.body!r}")
        checks.that(room(town) == "1", "the alert for refused referrals would go on")
        checks.that(town.hubward.stop() == 0, "a clean stop")
    finally:
        town.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fills", type=int, default=2)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    disk = SmallDisk() if os.geteuid() == 0 else None
    if disk is None or disk.trouble:
        print(f"skipped: {disk.trouble if disk else 'mounting a disk needs root'}; a full disk was NOT tested here")
        raise SystemExit(SKIPPED)
    print(f"seed {options.seed}", flush=True)
    checks, chance = Checks(), random.Random(options.seed)
    town = Town(binary_from(), checks, [f"storage.data={disk.folder}/data", "storage.keep_free_mib=0"])
    try:
        nearly_full(disk, checks)
        town.open()
        slowest, refused = 0.0, (0.0, 0.0)
        for number in range(options.fills):
            checks.that(town.hubward.stop() == 0, "a clean stop")
            disk.nearly_fill()
            town.hubward.start()
            process = town.hubward.process
            load = town.load(f"{options.seed}/{number}", 4)
            time.sleep(chance.uniform(0.1, 0.5))
            if checks.that(until_full(town, disk, checks), "the disk never was full"):
                refused = max(refused, while_full(town, disk, checks))
            slowest = max(slowest, after(town, disk, checks))
            load.join()
            town.settle_and_check(checks, chance)
            checks.that(process.poll() is None and process is town.hubward.process, "the server went away")
        checks.that(town.hubward.stop() == 0, "a clean stop")
        town.verify(checks)
        print(f"{options.fills} times full, {len(town.ledger.acked)} referrals acknowledged, none lost; refusals "
              f"within {refused[0] * 1e3:.0f} ms at the 90th percentile and {refused[1] * 1e3:.0f} ms at most; writing "
              f"again after at most {slowest:.2f} s")
    finally:
        town.close()
        disk.close()
    checks.done()


if __name__ == "__main__":
    main()
