#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The real program within a memory limit, under everything that fills memory at once: as many connections as it
takes, bodies that come to their last bytes and no further, answers and feeds that nobody reads.

Within the budget it lives: who is too many is told 503, clients who do their work are answered, and when the crowd
has gone everything is as before. Then the limit is drawn below what it needs. The kernel kills it under load (had
it not, the limit would be none and the test void), and the next start has everything that was answered.

    HUBWARD_BINARY=… tests/e2e/memory_limit.py --seconds 60 --rounds 5 [--connections 2000] [--seed 7]

Needs root and the memory controller; says that it skips when it cannot run.
"""
import argparse
import random
import resource
import signal
import socket
import subprocess
import time

from crash import HUBS, PRACTICES
from feed_client import FeedClient
from hubward_process import PATIENCE, Checks, binary_from
from memory_fence import Fence
from slow_disk import SKIPPED, resident_bytes
from town import Town

BUDGET_BYTES = 256 << 20  # for 2,000 connections: docs/OPERATIONS.md
BODY_BYTES, BODY_SENT = 64 << 10, 60_000
FEEDS, READERS, WORKERS, TOO_MANY = 100, 200, 8, 60
SPARE = 40  # connections that the crowd leaves to those who work
BACK_SECONDS = 10 * PATIENCE
KILLED = -signal.SIGKILL


class Crowd:
    """Connections that take what they can get and give nothing back."""

    def __init__(self, town, count):
        self.town, self.open = town, []
        self.feeds = [self.feed() for _ in range(FEEDS)]
        for _ in range(READERS):
            self.add(self.reader)
        for _ in range(count - FEEDS - READERS - SPARE):
            self.add(self.body)

    def feed(self):
        feed = FeedClient(self.town.hubward.port, self.town.tokens[HUBS[0]])
        feed.send({"t": "subscribe", "stream": f"hub/{HUBS[0]}", "after": "earliest", "window": 1024, "ref": 1})
        return feed

    def add(self, kind):
        try:
            self.open.append(kind())
        except OSError:
            pass  # cut in the middle: another takes its place in the next round

    def connect(self):
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(10 * PATIENCE)
        line.connect(("127.0.0.1", self.town.hubward.port))
        return line

    def head(self, verb, target, more=""):
        return (f"{verb} {target} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {self.town.tokens[PRACTICES[0]]}\r\n"
                f"{more}\r\n").encode()

    def reader(self):
        """Asks for the longest list, again and again, and reads no answer."""
        line = self.connect()
        line.sendall(self.head("GET", "/v1/referrals?limit=200") * 8)
        return line

    def body(self):
        """Nearly all of the largest body, and not its end."""
        line = self.connect()
        about = f"Content-Type: application/json\r\nIdempotency-Key: abcdefgh\r\nContent-Length: {BODY_BYTES}\r\n"
        line.sendall(self.head("POST", "/v1/referrals", about) + b" " * BODY_SENT)
        return line

    def go(self):
        for line in self.open:
            line.close()
        for feed in self.feeds:
            feed.close()


def dead_ends(town, checks):
    """Who brings a long body to no address of the FHIR base, and no token, is answered from the head."""
    for verb in ("POST", "PUT", "PATCH", "DELETE"):
        with socket.create_connection(("127.0.0.1", town.hubward.port), timeout=10 * PATIENCE) as line:
            line.sendall(f"{verb} /FHIR/R4/Nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: {200 << 10}\r\n\r\n".encode()
                         + b" " * BODY_SENT)
            try:
                answer = line.recv(4096)
            except OSError as error:
                answer = repr(error).encode()
            checks.that(answer.startswith(b"HTTP/1.1 404"), f"{verb} of a stranger: {answer[:60]!r}")


def turned_away(town):
    """How many of those who come when all places are taken are told 503; and how many are told nothing."""
    told = silent = 0
    lines = []
    for _ in range(TOO_MANY):
        line = socket.create_connection(("127.0.0.1", town.hubward.port), timeout=10 * PATIENCE)
        lines.append(line)
    for line in lines[SPARE:]:
        try:
            answer = line.recv(4096)
            told += answer.startswith(b"HTTP/1.1 503") and b"Retry-After" in answer
            silent += not answer
        except OSError:
            silent += 1
    for line in lines:
        line.close()
    return told, silent


def within(town, checks, options, seed):
    """The crowd comes and goes; the most that the program held, in bytes."""
    process, most = town.hubward.process, 0
    load = town.load(seed, WORKERS)
    checks.that(load.has_told(WORKERS), "the load did something")
    for _ in range(options.rounds):
        crowd, told = Crowd(town, options.connections), len(town.ledger.acked)
        away, silent = turned_away(town)
        checks.that(away > 0 and silent == 0, f"of those beyond the limit {away} were told so, {silent} nothing")
        end = time.monotonic() + options.seconds
        while time.monotonic() < end and process.poll() is None:
            most = max(most, resident_bytes(process))
            time.sleep(0.05)
        checks.that(process.poll() is None, f"it did not live: exit {process.poll()}")
        checks.that(len(town.ledger.acked) > told, "nobody was answered while the crowd was there")
        crowd.go()
    load.join()
    checks.that(most <= BUDGET_BYTES, f"{most >> 20} MiB resident")
    end = time.monotonic() + BACK_SECONDS
    while (ready := town.client("ops").get("/readyz").status) != 200 and time.monotonic() < end:
        time.sleep(0.1)
    checks.that(ready == 200, f"not ready when the crowd had gone: {ready}")
    return most


def beyond(town, fence, checks, options, seed, chance):
    """The limit is drawn to what is in use, and the crowd comes once more."""
    load = town.load(seed, WORKERS)
    checks.that(load.has_told(WORKERS), "the load did something")
    drawn = any(fence.limit(fence.used() + (more << 20)) for more in (1, 2, 4, 8))
    checks.that(drawn, "the limit could not be drawn closer")
    crowd = None
    try:
        crowd = Crowd(town, options.connections)
    except (OSError, EOFError, RuntimeError):
        pass  # it went while they came
    try:
        code = town.hubward.process.wait(timeout=30 * PATIENCE)
    except subprocess.TimeoutExpired:
        code = "never"
    load.join()
    if crowd:
        crowd.go()
    checks.that(code == KILLED, f"the limit is none: exit {code}")
    fence.limit(BUDGET_BYTES)
    if code == "never":
        town.hubward.kill()
    town.hubward.start()
    town.settle_and_check(checks, chance)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5, help="that the crowd stays")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--connections", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    fence = Fence()
    if fence.trouble:
        print(f"skipped: {fence.trouble}; a memory limit was NOT tested here")
        raise SystemExit(SKIPPED)
    print(f"seed {options.seed}", flush=True)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 2 * options.connections + 200)), hard))
    checks, chance = Checks(), random.Random(options.seed)
    binary = binary_from()
    town = Town(binary, checks, [f"limits.connections_max={options.connections}"])
    try:
        fence.limit(BUDGET_BYTES)
        town.hubward.binary = fence.program(binary, town.hubward.folder)
        town.open()
        idle = resident_bytes(town.hubward.process)
        dead_ends(town, checks)
        most = within(town, checks, options, options.seed)
        town.settle_and_check(checks, chance)
        beyond(town, fence, checks, options, f"{options.seed}/beyond", chance)
        checks.that(town.hubward.stop() == 0, "a clean stop")
        town.verify(checks)
        print(f"{options.connections} connections within {BUDGET_BYTES >> 20} MiB: {idle >> 20} MiB before, "
              f"{most >> 20} at most; {len(town.ledger.acked)} referrals acknowledged, none lost when the limit was "
              f"drawn below what is needed")
    finally:
        town.close()
        fence.close()
    checks.done()


if __name__ == "__main__":
    main()
