#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""SIGTERM under load: not ready at once, requests in flight answered, feeds told to come back later, gone
within five seconds, and nothing lost. And with a full pipe for its log that nobody reads.

    HUBWARD_BINARY=… tests/e2e/stops.py --cycles 50 [--seed 7]
"""
import argparse
import http.client
import json
import os
import random
import signal
import struct
import subprocess
import threading
import time

from crash import HUBS
from feed_client import FeedClient
from hubward_process import PATIENCE, Checks, binary_from
from town import Town

SECONDS_MAX = 5 * PATIENCE
SECONDS_TO_SAY_NO = 0.5 * PATIENCE  # the machine may be busy elsewhere when the signal comes
GOING_AWAY = (1001, 1012)  # going away; service restart: come back and resume


class FeedEnd(threading.Thread):
    """Follows a hub's feed to its end and keeps the close code."""

    def __init__(self, town):
        super().__init__()
        self.feed, self.code = FeedClient(town.hubward.port, town.tokens[HUBS[0]], seconds=20), None
        self.feed.send({"t": "subscribe", "stream": f"hub/{HUBS[0]}", "after": "latest", "ref": 1})
        self.start()

    def run(self):
        try:
            while True:
                opcode, payload = self.feed.frame()
                if opcode == 8:
                    self.code = struct.unpack(">H", payload[:2])[0]
                    return
        except (OSError, EOFError):
            pass
        finally:
            self.feed.close()


def ready(client):
    try:
        return client.get("/readyz").status
    except (OSError, http.client.HTTPException):
        return 0  # does not even listen any more


def stop_once(town, checks, seed, chance):
    load, feed, probe = town.load(seed), FeedEnd(town), town.hubward.client()
    checks.that(ready(probe) == 200, "ready before")
    time.sleep(chance.uniform(0.02, 0.4))
    began = time.monotonic()
    town.hubward.process.send_signal(signal.SIGTERM)
    while (still := ready(town.hubward.client())) == 200 and time.monotonic() - began < SECONDS_TO_SAY_NO:
        time.sleep(0.01)
    heard = time.monotonic() - began  # from the signal to the first answer, or none, that is not "ready"
    checks.that(still != 200, "not ready once it was told to stop")
    code = town.hubward.process.wait(timeout=60)
    took = time.monotonic() - began
    load.join()
    feed.join()
    checks.that(code == 0 and took <= SECONDS_MAX, f"exit {code} after {took:.2f} s")
    town.hubward.reader.join(timeout=SECONDS_MAX)
    said = [json.loads(line) for line in town.hubward.log if '"stopping' in line]
    checks.that(said and (said[-1].get("reason"), said[-1].get("process")) == ("SIGTERM", os.getpid()),
                f"the log names who stopped it: {said[-1:]}")
    checks.that(feed.code in GOING_AWAY, f"the feed ended with {feed.code}")
    town.hubward.start()
    return took, heard


def fill(pipe):
    """The writing end, until it takes nothing more. Through a description of its own: the server's must still block."""
    filler = os.open(f"/proc/self/fd/{pipe}", os.O_WRONLY | os.O_NONBLOCK)
    try:
        while True:
            os.write(filler, b"#")
    except BlockingIOError:
        os.close(filler)


def stop_while_nobody_reads_the_log(town, checks):
    """Whoever reads its log has stopped, and the pipe is full: it says less, and goes all the same."""
    hubward = town.hubward
    checks.that(hubward.stop() == 0, "stopped, to be started on a pipe")
    reading, writing = os.pipe()
    server = subprocess.Popen([hubward.binary, "serve", "--port", "0", "--log-format", "json", *hubward.options],
                              stdout=subprocess.DEVNULL, stderr=writing)
    try:
        log = b""
        while b'"serving"' not in log:
            log += os.read(reading, 4096)
        fill(writing)
        began = time.monotonic()
        server.send_signal(signal.SIGTERM)
        try:
            code = server.wait(timeout=SECONDS_MAX)
        except subprocess.TimeoutExpired:
            code = None
        checks.that(code == 0, f"exit {code} after {time.monotonic() - began:.2f} s with a full pipe for its log")
    finally:
        server.kill()
        server.wait()
        os.close(reading)
        os.close(writing)
    hubward.start()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=5)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    chance, checks = random.Random(options.seed), Checks()
    town = Town(binary_from(), checks)
    try:
        town.open()
        slowest, deafest, settled = 0.0, 0.0, 0
        for cycle in range(options.cycles):
            took, heard = stop_once(town, checks, f"{options.seed}/{cycle}", chance)
            slowest, deafest = max(slowest, took), max(deafest, heard)
            settled += len(town.ledger.unsure)
        stop_while_nobody_reads_the_log(town, checks)
        town.settle_and_check(checks, chance)
        checks.that(town.hubward.stop() == 0, "the last stop")
        town.verify(checks)
        print(f"{options.cycles} stops, slowest {slowest:.2f} s, not ready after {deafest * 1e3:.0f} ms at most, {len(town.ledger.acked)} referrals "
              f"acknowledged, {settled} answers lost on the way")
    finally:
        town.close()
    checks.done()


if __name__ == "__main__":
    main()
