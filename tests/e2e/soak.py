#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Half an hour of ordinary life, and what of it stays behind: memory, file descriptors, threads, slower answers.

In the first half people refer and hubs answer; in the second everything goes on but nothing new is stored, so what still
grows then grows with time, and what grew before belongs to the data. The database's tables in memory and its cache of
blocks fill for hours up to a bound of their own, which the server's numbers tell, and are taken out first. All the while a
feed is followed, cut and resumed, requests are sent again and refused, hubs change, and backups are made.

    HUBWARD_BINARY=… tests/e2e/soak.py --seconds 1800 [--rate 60] [--seed 7]
"""
import argparse
import http.client
import os
import pathlib
import random
import re
import shutil
import statistics
import tempfile
import threading
import time
import uuid

from crash import HUBS, PRACTICES, UNITS, referral
from feed_client import FeedClient
from hubward_process import LATER, PATIENCE, Checks, binary_from
from slow_disk import resident_bytes
from town import Town

SAMPLES = 120            # over the whole time
WARM = 0.15              # of the time; caches fill
STORING = 0.5            # of the time
SETTLED = 0.55           # of the time: what was under way when nothing new came any more has ended
MEMORY_PER_10_MIN_MAX = 1 << 20
LONG_SECONDS = 1200      # before that a slope says nothing
SHORT_RUN_MORE_MAX = 16 << 20  # in all
EVENT_BYTES_MAX = 8 << 10
FILES_MORE_MAX = 8       # the database opens a file when it ends another
SLOWER_MAX = 1.5 * PATIENCE
SLOWER_FLOOR_MS = 2      # below it an answer says more about the machine than about us; so does a 99th percentile
LATER_SHARE_MAX = 1e-3 * PATIENCE  # of requests told "later": a moment's burst, and no state that lasts
ASKED_SECONDS_MAX = 60 * PATIENCE  # for an answer, all told


def slope(points):
    """b of y = a + b·x by least squares over (x, y)."""
    x_mean, y_mean = (statistics.fmean(column) for column in zip(*points))
    across = sum((x - x_mean) ** 2 for x, _ in points)
    return sum((x - x_mean) * (y - y_mean) for x, y in points) / across


class Gone(Exception):
    """The server has ended; how is in the text."""


class Patience:
    """Asks as a client does: whoever is told "later" comes again when it was told to, and whoever lost an answer asks
    again on a new connection, both under the same key. Shared by all who ask."""

    def __init__(self, town, checks):
        self.town, self.checks, self.lock = town, checks, threading.Lock()
        self.later, self.lost = 0, 0

    def ask(self, who, verb, path, body=None, key=None, clients=None):
        clients = {} if clients is None else clients
        key, end = key or str(uuid.uuid4()), time.monotonic() + ASKED_SECONDS_MAX
        while True:
            try:
                client = clients.get(who) or clients.setdefault(who, self.town.client(who))
                answer = client.send(verb, path, body, key=key)
            except (OSError, http.client.HTTPException) as trouble:
                clients.pop(who, None)
                self.lose(trouble, time.monotonic() < end)
                continue
            if answer.status not in LATER or time.monotonic() > end:
                return answer
            self.put_off(answer)

    def lose(self, trouble, may_go_on):
        with self.lock:
            self.lost += 1
        how = self.town.hubward.how_it_ended(wait=1)
        if how:
            raise Gone(how) from trouble
        if not may_go_on:
            raise Gone(f"the server lives and does not answer: {trouble!r}") from trouble

    def put_off(self, answer):
        with self.lock:
            self.later += 1
        after = answer.headers.get("Retry-After", "")
        self.checks.that(after.isdigit(), f"{answer.status} without Retry-After: {answer.body[:200]!r}")
        time.sleep(int(after) if after.isdigit() else 1)


class Life:
    """What people do, one request after the other, at a steady rate."""

    def __init__(self, town, checks, patience, options, chance):
        self.town, self.checks, self.patience, self.chance = town, checks, patience, chance
        self.rate, self.storing_seconds = options.rate, STORING * options.seconds
        self.begun, self.took, self.requests = time.monotonic(), [], 0
        self.clients = {}

    def storing(self):
        return time.monotonic() - self.begun < self.storing_seconds

    def ask(self, who, verb, path, body=None, key=None, allowed=(200,)):
        began = time.monotonic()
        answer = self.patience.ask(who, verb, path, body, key, self.clients)
        self.took.append((time.monotonic() - began) * 1e3)
        self.requests += 1
        self.checks.that(answer.status in allowed, f"{verb} {path}: {answer.status} {answer.body[:200]!r}")
        return answer

    def refer(self):
        who, key = self.chance.choice(PRACTICES), str(uuid.uuid4())
        body = referral(key)
        self.town.ledger.sent(key, who, body)
        answer = self.ask(who, "POST", "/v1/referrals", body, key=key, allowed=(201,))
        if answer.status == 201:
            self.town.ledger.answered(key, who, body, answer, self.checks)

    def again(self):
        known = self.town.ledger.acked
        if known:
            key = self.chance.choice(list(known)[-50:])
            who, body, first, _ = known[key]
            answer = self.ask(who, "POST", "/v1/referrals", body, key=key, allowed=(201,))
            self.checks.that(answer.body == first, f"a resend was answered otherwise: {answer.status}")

    def answer_offers(self):
        hub = self.chance.choice(HUBS)
        listed = self.ask(hub, "GET", f"/v1/hubs/{hub}/offers?status=requested&limit=1").json().get("items", [])
        if listed and self.storing():
            self.ask(hub, "POST", f"/v1/offers/{listed[0]['id']}/accept", allowed=(200, 409))

    def read(self):
        self.ask(self.chance.choice(PRACTICES), "GET", "/v1/referrals?limit=20")

    def refused(self):
        self.ask(self.chance.choice(PRACTICES), "POST", "/v1/referrals", {"needs": ["flying"]}, allowed=(422,))

    def one(self):
        deeds = (self.refer, self.answer_offers, self.again) if self.storing() else (self.again, self.read)
        self.chance.choice((*deeds, self.read, self.answer_offers, self.refused))()

    def live(self, until):
        due = time.monotonic()
        while time.monotonic() < until:
            self.one()
            due = max(due + 1 / self.rate, time.monotonic() - 1)
            time.sleep(max(0.0, due - time.monotonic()))


class Housekeeping(threading.Thread):
    """Every few seconds: a feed that was cut comes back, a hub changes, and now and then a backup is made."""

    def __init__(self, town, checks, patience, every):
        super().__init__(daemon=True)
        self.town, self.checks, self.patience, self.every = town, checks, patience, every
        self.over, self.position, self.backups, self.cuts = threading.Event(), "latest", 0, 0

    def run(self):
        while not self.over.is_set():
            try:
                self.follow()
                self.change(HUBS[self.cuts % len(HUBS)])
                if self.cuts % 10 == 5:
                    self.back_up()
            except Gone as gone:
                self.checks.that(False, f"housekeeping: {gone}")
                return
            except (OSError, EOFError, RuntimeError, http.client.HTTPException) as trouble:
                self.checks.that(self.over.is_set(), f"housekeeping: {trouble!r}")
                self.over.wait(self.every)
            self.cuts += 1

    def follow(self):
        feed = FeedClient(self.town.hubward.port, self.town.tokens[HUBS[0]], seconds=1)
        stream, end = f"hub/{HUBS[0]}", time.monotonic() + self.every
        feed.send({"t": "subscribe", "stream": stream, "after": self.position, "ref": 1})
        while time.monotonic() < end and not self.over.is_set():
            try:
                message = feed.receive()
            except TimeoutError:
                continue
            if message["t"] == "subscribed":
                self.checks.that(self.position == "latest" or message["recovered"], f"not resumed: {message}")
                self.position = {"epoch": message["epoch"], "seq": message["after"]}
            elif message["t"] == "event":
                self.checks.that(message["seq"] == self.position["seq"] + 1, f"a gap: {message['seq']}")
                self.position = {"epoch": message["epoch"], "seq": message["seq"]}
                feed.send({"t": "ack", "stream": stream, "seq": message["seq"]})
            elif message["t"] == "hb":
                feed.send({"t": "hb"})
        feed.close()

    def change(self, hub):
        done = self.patience.ask("ops", "PUT", f"/v1/hubs/{hub}", {
            "name": f"{hub} {self.cuts}", "place": "crashville", "needs": ["nhs-app"], "capacity": {"place": UNITS}})
        self.checks.that(done.status == 200, f"a hub changes: {done.status}")

    def back_up(self):
        target = pathlib.Path(self.town.hubward.folder) / f"backup-{self.backups}"
        done = self.patience.ask("ops", "POST", "/v1/ops/backup", {"target": str(target)})
        self.checks.that(done.status == 201, f"backup: {done.status} {done.body!r}")
        shutil.rmtree(target, ignore_errors=True)
        self.backups += 1


def gauge(text, name):
    return int(float(re.search(rf"^{name} (\S+)", text, re.M)[1]))


def sample(town, life, begun):
    """Seconds, events, resident bytes, files, threads, the median and 99th percentile since the last one, and the bytes
    that the database keeps in memory."""
    process = town.hubward.process
    text = life.patience.ask("ops", "GET", "/metrics").body.decode()
    events = gauge(text, "hubward_journal_last_event")
    kept = gauge(text, "hubward_storage_memtable_bytes") + gauge(text, "hubward_storage_block_cache_bytes")
    took, life.took = sorted(life.took) or [0.0], []
    return (time.monotonic() - begun, events, resident_bytes(process), len(os.listdir(f"/proc/{process.pid}/fd")),
            len(os.listdir(f"/proc/{process.pid}/task")), took[len(took) // 2], took[int(len(took) * 0.99)], kept)


def verdict(rows, seconds, checks):
    warm = [row for row in rows if row[0] >= WARM * seconds]
    quarter = max(1, len(warm) // 4)
    early, late = warm[:quarter], warm[-quarter:]

    def middle(part, column):
        return statistics.median(row[column] for row in part)

    more, fit = middle(late, 2) - middle(early, 2), ""
    if seconds >= LONG_SECONDS:
        grown = [(row[0], row[2] - row[7]) for row in warm if row[0] >= SETTLED * seconds]
        stored = [(row[1], row[2] - row[7]) for row in warm if row[0] < STORING * seconds]
        per_10_min, per_event = slope(grown) * 600, slope(stored)
        drift = slope([(row[0], row[5]) for row in warm]) * 600
        checks.that(per_10_min < MEMORY_PER_10_MIN_MAX, f"{per_10_min / 2**20:.2f} MiB more in ten minutes")
        checks.that(per_event <= EVENT_BYTES_MAX, f"{per_event:.0f} bytes for an event")
        fit = (f"; {per_10_min / 2**20:+.2f} MiB in ten minutes in which nothing new is stored, {per_event:.0f} bytes an "
               f"event before, answers {drift:+.3f} ms in ten minutes")
    else:
        checks.that(more < SHORT_RUN_MORE_MAX, f"{more / 2**20:.1f} MiB more")
    files = middle(late, 3) - middle(early, 3)
    checks.that(files <= FILES_MORE_MAX, f"{files:.0f} more files are open")
    checks.that(middle(late, 4) <= middle(early, 4), f"threads: {middle(early, 4)}, later {middle(late, 4)}")
    slower = middle(late, 5) / max(SLOWER_FLOOR_MS, middle(early, 5))
    checks.that(slower <= SLOWER_MAX, f"answers are {slower:.2f} times as slow as in the beginning")
    print(f"memory: {rows[0][2] >> 20} MiB at first, {rows[-1][2] >> 20} at last, of which the database keeps "
          f"{rows[0][7] >> 20} and {rows[-1][7] >> 20}, {rows[-1][1]} events; files "
          f"{middle(early, 3):.0f} to {middle(late, 3):.0f}, threads {middle(early, 4):.0f} to {middle(late, 4):.0f}; "
          f"answers p50 {middle(early, 5):.2f} to {middle(late, 5):.2f} ms, p99 {middle(early, 6):.2f} to "
          f"{middle(late, 6):.2f} ms{fit}", flush=True)


def keep(log):
    """The whole log of a server that is gone, where whoever looks for the cause finds it."""
    with tempfile.NamedTemporaryFile("w", prefix="hubward-soak-", suffix=".log", delete=False) as file:
        file.writelines(log)
        return file.name


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=60, help="requests a second")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    checks, chance = Checks(), random.Random(options.seed)
    town = Town(binary_from(), checks)
    patience = Patience(town, checks)
    try:
        town.open()
        life = Life(town, checks, patience, options, chance)
        house = Housekeeping(town, checks, patience, max(1.0, options.seconds / 60))
        house.start()
        begun, rows = time.monotonic(), []
        try:
            for number in range(1, SAMPLES + 1):
                life.live(begun + options.seconds * number / SAMPLES)
                rows.append(sample(town, life, begun))
        except (Gone, OSError) as trouble:  # OSError: its folder of /proc
            how = town.hubward.how_it_ended() or str(trouble)
            last = "; ".join(f"{row[0]:.0f} s: {row[2] >> 20} MiB, {row[3]} files" for row in rows[-5:])
            checks.that(False, f"after {time.monotonic() - begun:.0f} s and {life.requests} requests: {how}\n"
                        f"before: {last}\nthe whole log: {keep(town.hubward.log)}")
            checks.done()
        house.over.set()
        house.join()
        verdict(rows, options.seconds, checks)
        checks.that(patience.later + patience.lost <= LATER_SHARE_MAX * life.requests,
                    f"{patience.later} times told \"later\" and {patience.lost} answers lost in {life.requests}")
        town.settle_and_check(checks, chance)
        checks.that(town.hubward.stop() == 0, "a clean stop")
        town.verify(checks)
        print(f"{life.requests} requests in {options.seconds:.0f} s, {len(town.ledger.acked)} referrals, {house.cuts} "
              f"feeds resumed, {house.backups} backups; {patience.later} times told \"later\", {patience.lost} "
              f"answers lost; each asked again had its answer")
    finally:
        town.close()
    checks.done()


if __name__ == "__main__":
    main()
