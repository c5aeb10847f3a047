#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The live feed under everything that can happen to it, over three transports at once.

Lines are cut at random moments, the server is killed, restored from a backup, and told to replay
only a little. At the end the state of every client is the server's log: no gap, no number that means
two events, no loss that was not announced. Every frame is compared with /asyncapi.json.

    HUBWARD_BINARY=… tests/e2e/feed_torture.py            the short form, as in ./check
    HUBWARD_BINARY=… tests/e2e/feed_torture.py --long     100,000 events, 500 cuts, 20 kills, …
"""
import argparse
import json
import os
import random
import shutil
import socket
import sys
import threading
import time

from feed_readers import Contract, EventStreamReader, NdjsonReader, PollReader, WebSocketReader
from hubward_process import PATIENCE, Checks, Hubward, binary_from

HUBS = [f"torture-{n}" for n in range(6)]
PLACE = "torturetown"
TRANSPORTS = (WebSocketReader, EventStreamReader, PollReader, NdjsonReader)


class Writer(threading.Thread):
    """Reports capacity again and again, many requests on one line: each is an event."""

    def __init__(self, torture, hub):
        super().__init__(daemon=True)
        self.torture, self.hub = torture, hub
        self.done = 0
        self.refused = 0

    def run(self):
        while not self.torture.enough.is_set():
            try:
                self.write()
            except OSError:
                time.sleep(0.02)

    def write(self):
        with socket.create_connection(("127.0.0.1", self.torture.hubward.port), timeout=10) as line:
            while not self.torture.enough.is_set():
                requests = b""
                for n in range(16):
                    body = json.dumps({"unit": "place", "total": 1 + (self.done + n) % 1000}).encode()
                    requests += (f"PUT /v1/hubs/{self.hub}/capacity HTTP/1.1\r\nHost: a\r\n"
                                 f"Authorization: Bearer {self.torture.ops}\r\n"
                                 f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
                                 ).encode() + body
                line.sendall(requests)
                answers = b""
                while answers.count(b"HTTP/1.1 ") < 16:
                    got = line.recv(65536)
                    if not got:
                        break
                    answers += got
                self.done += answers.count(b"HTTP/1.1 200")
                if b"HTTP/1.1 4" in answers or answers.count(b"HTTP/1.1 ") < 16:
                    self.refused += answers.count(b"HTTP/1.1 4")
                    return


class Torture:
    def __init__(self, options):
        self.options = options
        self.chance = random.Random(options.seed)
        self.checks = Checks()
        self.hubward = Hubward(binary_from(), ["server.drain_seconds=1"])
        self.enough = threading.Event()
        self.counts = {"cuts": 0, "kills": 0, "restores": 0, "restarts": 0}
        self.backups = 0
        self.backup = None

    def prepare(self):
        self.ops = self.hubward.token("ops", "torture")
        self.hubward.start()
        for hub in HUBS:
            made = self.hubward.client(self.ops).put(f"/v1/hubs/{hub}", {
                "name": hub, "place": PLACE, "needs": ["nhs-app"], "capacity": {"place": 5}})
            self.checks.that(made.status == 201, f"{hub}: {made.status} {made.body!r}")
        self.contract = Contract(self.hubward.client("").get("/asyncapi.json").body)
        tokens = {"ops": self.ops, f"place/{PLACE}": self.hubward.token("place", PLACE)}
        streams = ["ops", f"place/{PLACE}", f"hub/{HUBS[0]}"]
        for hub in HUBS[:1]:
            tokens[f"hub/{hub}"] = self.hubward.token("hub", hub)
        self.readers = [kind(self.hubward, tokens[stream], stream, self.contract)
                        for stream in streams for kind in TRANSPORTS]
        self.writers = [Writer(self, hub) for hub in HUBS]

    def written(self):
        return sum(writer.done for writer in self.writers)

    def replay_setting(self, little):
        self.hubward.options = [o for i, o in enumerate(self.hubward.options)
                                if "feed.replay_events" not in o
                                and not (o == "--set" and "feed.replay_events" in
                                         self.hubward.options[i + 1])]
        if little:
            self.hubward.options += ["--set", "feed.replay_events=20"]

    def take_backup(self):
        target = os.path.join(self.hubward.folder, f"backup-{self.backups}")
        self.backups += 1
        answer = self.hubward.client(self.ops).post("/v1/ops/backup", {"target": target})
        if self.checks.that(answer.status == 201, f"backup: {answer.status} {answer.body!r}"):
            self.backup = target

    def restore(self):
        data = os.path.join(self.hubward.folder, "data")
        self.hubward.kill()
        shutil.rmtree(data)
        done = self.hubward.restore(self.backup, data)
        self.checks.that(done.returncode == 0, f"restore: {done.returncode} {done.stderr}")
        self.counts["restores"] += 1

    def disturb(self, what):
        if what == "cut":
            # One that has no line just now is on its way back: then another.
            self.counts["cuts"] += any(one.cut() for one in self.chance.sample(self.readers, len(self.readers)))
            return
        if what == "restore" and self.backup:
            self.restore()
        elif what == "kill":
            self.hubward.kill()
            self.counts["kills"] += 1
        else:
            self.hubward.stop()
            self.counts["restarts"] += 1
        self.replay_setting(little=what == "kill" or self.chance.random() < 0.3)
        self.hubward.start()

    def plan(self):
        o = self.options
        steps = ["kill"] * o.kills + ["restore"] * o.restores + ["restart"] * o.restarts
        self.chance.shuffle(steps)
        cuts_between = -(-o.cuts // (len(steps) + 1))
        for step in steps:
            yield from ["cut"] * cuts_between
            if step == "restore":
                yield "backup"
                yield from ["cut"] * 2
            yield step
        yield from ["cut"] * cuts_between

    def run(self):
        self.prepare()
        for thread in (*self.readers, *self.writers):
            thread.start()
        steps = list(self.plan())
        for at, step in enumerate(steps):
            wanted = self.options.events * (at + 1) // len(steps)
            end = time.monotonic() + 60 * PATIENCE
            while self.written() < wanted and time.monotonic() < end:
                time.sleep(0.005)
            if step == "backup":
                self.take_backup()
            else:
                self.disturb(step)
        self.enough.set()
        for writer in self.writers:
            writer.join()
        self.hubward.stop()
        self.replay_setting(little=False)
        self.hubward.start()
        self.compare()
        self.hubward.stop()

    def log_of(self, stream):
        """The server's own log: {seq: id}, epoch."""
        events, place = {}, "earliest"
        while True:
            answer = self.hubward.client(self.ops).get(
                f"/v1/streams/{stream}/events?after={place}&limit=500&wait=0&payload=id").json()
            for frame in answer["events"]:
                events[frame["seq"]] = frame["event"]["id"]
            place = answer["next"]
            if not answer["events"]:
                return events, place.rsplit(":", 1)[0]

    def compare(self):
        logs = {stream: self.log_of(stream) for stream in {r.stream for r in self.readers}}
        for stream, (log, _) in logs.items():
            self.checks.that(list(log) == list(range(1, len(log) + 1)), f"{stream}: the log has holes")
        for reader in self.readers:
            log, epoch = logs[reader.stream]
            name = f"{type(reader).__name__} {reader.stream}"
            end = time.monotonic() + 60 * PATIENCE
            while reader.position != (epoch, len(log)) and time.monotonic() < end:
                time.sleep(0.01)
            self.checks.that(reader.position == (epoch, len(log)),
                             f"{name}: at {reader.position}, the log is at {epoch}:{len(log)}")
            reader.stopping.set()
            for fault in reader.faults:
                self.checks.that(False, fault)
            for known, after, events in reader.epochs:
                # What another epoch held may have been rolled back; that was announced.
                if known == epoch:
                    self.checks.that(list(events) == list(range(after + 1, after + 1 + len(events))),
                                     f"{name}: numbers with holes")
                    wrong = [seq for seq, event in events.items() if log.get(seq) != event]
                    self.checks.that(not wrong, f"{name}: {len(wrong)} events differ from the log")
            self.checks.that(sum(len(events) for _, _, events in reader.epochs) > 0, f"{name}: got nothing")
        self.checks.that(sum(w.refused for w in self.writers) == 0, "the writers were refused")
        self.report(logs)

    def report(self, logs):
        losses = {}
        for reader in self.readers:
            for reason in reader.losses:
                losses[reason] = losses.get(reason, 0) + 1
        o = self.options
        self.checks.that(self.counts["cuts"] >= o.cuts * 0.8, f"only {self.counts['cuts']} lines were cut")
        self.checks.that(losses.get("truncated", 0) >= o.truncations,
                         f"only {losses.get('truncated', 0)} truncations were announced")
        self.checks.that(losses.get("epoch_changed", 0) >= o.restores,
                         f"only {losses.get('epoch_changed', 0)} changes of epoch were announced")
        print(f"{self.written()} events acknowledged, {sum(r.frames for r in self.readers)} frames to "
              f"{len(self.readers)} readers on {sum(r.connections for r in self.readers)} connections; "
              f"{self.counts['cuts']} cuts, {self.counts['kills']} kill -9, {self.counts['restores']} "
              f"restores, {self.counts['restarts']} restarts; announced: {losses}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    long = "--long" in sys.argv
    for name, short, full in (("events", 4000, 100_000), ("cuts", 30, 500), ("kills", 2, 20),
                              ("restores", 1, 10), ("restarts", 1, 10), ("truncations", 1, 50)):
        parser.add_argument(f"--{name}", type=int, default=full if long else short)
    options = parser.parse_args()
    try:
        import fastjsonschema  # noqa: F401
    except ImportError:
        print("skipped: python3-fastjsonschema is not installed (group test of cmake/packages.txt)")
        raise SystemExit(77)
    print(f"seed {options.seed}", flush=True)
    torture = Torture(options)
    try:
        torture.run()
    finally:
        torture.hubward.close()
    torture.checks.done()


if __name__ == "__main__":
    main()
