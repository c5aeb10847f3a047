#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The program is killed at each of its named moments (matcher/kill_point.hpp), and then everything that
anybody was told must be there: between a record and its answer, between a file and its name, in the middle
of a first start, of a stop, of a backup and of its way back.

After each kill the journal must be a prefix of what was decided, byte for byte (commit_trace.py).

    HUBWARD_BINARY=build/dev/tests/kill/hubward_armed tests/e2e/kill_points.py --rounds 20 [--only NAME] [--seed 7]
"""
import argparse
import concurrent.futures
import pathlib
import random
import re
import shutil
import subprocess

from commit_trace import CommitTrace
from hubward_process import Checks, binary_from
from lost_data import BLOCK, HEADER, newest_log
from town import Town

KILLED = -9
SOURCES = pathlib.Path(__file__).resolve().parents[2]
FILE_STEPS = ("created", "written", "synced", "renamed", "durable")


def files(kind):
    return [f"file.{step}:{kind}" for step in FILE_STEPS]


def tear(log):
    """An append whose head reached the disk and whose blocks did not, as ext4 leaves it."""
    left = BLOCK - log.stat().st_size % BLOCK
    size = min(12_000, left - HEADER)
    with open(log, "ab") as file:
        if left <= HEADER:
            file.write(bytes(left))  # too little for a head: the record begins in the next block
            size = 12_000
        first_of_more = 2
        file.write(b"torn" + size.to_bytes(2, "little") + bytes([first_of_more]) + bytes(size + 2 * BLOCK))


# Which moments are reached in which chapter of a server's life, and how often at most before the kill.
FIRST_START = {
    "folder.made": 3, "database.folder-made": 1, "database.empty": 1, "database.filled": 1, "database.named": 1,
    "store.opening": 4, "journal.before-claim": 1, "journal.claimed": 1, "recovery.folded": 1,
    **dict.fromkeys(files("check") + files("keys") + files("high-water"), 1)}
SERVING = {
    "pipeline.drained": 40, "pipeline.decided": 40, "pipeline.durable": 40, "pipeline.told": 40,
    "journal.before-write": 40, "journal.written": 40, "journal.published": 40, "journal.observed": 40,
    "gateway.listener-told": 40, "gateway.before-posts": 40, "gateway.before-answer": 40, "gateway.answered": 40,
    "feed.pushed": 40, "keyring.key-taken": 40, **dict.fromkeys(files("high-water"), 4)}
SNAPSHOT = dict.fromkeys(files("state")[:3], 1)  # in two parts: each waits for its time
SNAPSHOT_END = dict.fromkeys([*files("state")[3:], "journal.before-seal", "journal.sealed"], 1)
STOP = {"store.closing": 1, "store.marked": 1, "journal.before-flush": 1, "journal.flushed": 1,
        "keyring.unused-removed": 2}
BACKUP = {"journal.checkpoint-made": 1, "backup.copied": 6, "backup.marked": 1, "backup.named": 1,
          **dict.fromkeys(files("MANIFEST.hubward"), 1)}
TORN = {**dict.fromkeys(files("torn"), 1), "log.cut": 1}
RESTORE = {"restore.copied": 6, "journal.epoch-renewed": 1, "restore.whole": 1, "restore.named": 1}


class Killed:
    """A town that is killed at one moment after the other."""

    def __init__(self, binary, seed):
        self.checks, self.chance = Checks(), random.Random(seed)
        self.seed = seed
        self.town = Town(binary, self.checks)
        self.hubward = self.town.hubward
        self.work = pathlib.Path(self.hubward.folder)
        self.trace = CommitTrace(self.work / "trace")
        self.kills = 0

    def arm(self, point, times):
        self.armed = f"{point}@{self.chance.randint(1, times)}"
        self.hubward.environment = {**self.trace.environment, "HUBWARD_KILL_AT": self.armed}

    def disarm(self):
        self.hubward.environment = dict(self.trace.environment)

    def was_killed(self, process, seconds=120):
        try:
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            code = "never"
        self.kills += 1
        return self.checks.that(code == KILLED, f"{self.armed} was not reached: exit {code}")

    def comes_back(self):
        """The next start is an ordinary one, and nothing is missing."""
        self.disarm()
        self.trace.is_prefix(self.hubward, self.checks, self.armed)
        self.hubward.start()
        self.town.settle_and_check(self.checks, self.chance)

    def open(self):
        self.disarm()
        self.town.open()

    def start_is_killed(self, point, times):
        self.arm(point, times)
        try:
            self.hubward.start()
            self.checks.that(False, f"{self.armed} was not reached")
            self.hubward.kill()
        except RuntimeError:
            self.was_killed(self.hubward.process)

    # --- one kill of each chapter ---

    def first_start(self, point, times):
        shutil.rmtree(self.work / "data", ignore_errors=True)
        self.trace.path.unlink(missing_ok=True)
        self.town.ledger.acked.clear()
        self.start_is_killed(point, times)
        self.disarm()
        self.town.open()
        load = self.town.load(self.seed, 2)
        load.join()
        self.checks.that(self.hubward.stop() == 0, f"a clean stop after {self.armed}")
        self.trace.is_prefix(self.hubward, self.checks, self.armed)

    def serving(self, point, times):
        self.hubward.stop()
        self.arm(point, times)
        try:
            self.hubward.start()
        except RuntimeError:  # what a start writes went through the same moment
            self.was_killed(self.hubward.process)
        else:
            load = self.town.load(f"{self.seed}/{point}", 4)
            self.was_killed(self.hubward.process)
            load.join()
        self.comes_back()

    snapshot = serving  # it is due after 1,000 events, within five seconds

    def stop(self, point, times):
        self.hubward.stop()
        self.arm(point, times)
        self.hubward.start()
        load = self.town.load(f"{self.seed}/{point}", 2)
        self.hubward.process.terminate()
        self.was_killed(self.hubward.process)
        load.join()
        self.comes_back()

    def torn(self, point, times):
        """A power cut left the newest log torn, and the start that cuts it is killed, too."""
        self.hubward.kill()
        tear(newest_log(self.work / "data/db"))
        self.start_is_killed(point, times)
        self.comes_back()

    def backup(self, point, times):
        self.hubward.stop()
        self.arm(point, times)
        self.hubward.start()
        target = self.work / f"backup-{self.kills}"
        code, _ = self.hubward.run("backup", str(target), "--set", f"server.port={self.hubward.port}", check=False)
        self.was_killed(self.hubward.process)
        self.checks.that(code != 0, f"{self.armed}: the backup said it was done")
        if target.exists():  # under its right name it is whole
            into = self.work / "whole"
            done = self.hubward.restore(str(target), str(into))
            self.checks.that(done.returncode == 0, f"{self.armed}: half a backup: {done.stderr}")
            shutil.rmtree(into, ignore_errors=True)
        self.comes_back()

    def restore(self, point, times):
        kept, into = self.work / "kept", self.work / "restored"
        if not kept.exists():
            self.hubward.run("backup", str(kept), "--set", f"server.port={self.hubward.port}")
        self.arm(point, times)
        words = [self.hubward.binary, "restore", str(kept), "--into", str(into)]
        process = subprocess.Popen(words, env={**self.hubward.environment}, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        self.was_killed(process)
        if not into.exists():
            done = self.hubward.restore(str(kept), str(into))
            self.checks.that(done.returncode == 0, f"{self.armed}: the second try: {done.stderr}")
        code, text = self.hubward.run("verify", "--json", "--set", f"storage.data={into}", check=False)
        self.checks.that(code == 0, f"{self.armed}: half a folder under its right name: {text}")
        shutil.rmtree(into, ignore_errors=True)

    def close(self):
        self.town.close()


CHAPTERS = (("first_start", FIRST_START), ("serving", SERVING), ("snapshot", SNAPSHOT), ("snapshot", SNAPSHOT_END),
            ("stop", STOP),
            ("backup", BACKUP), ("torn", TORN), ("restore", RESTORE))


def named_in_sources():
    """Every moment that the program names, without the kind of file."""
    names = set()
    for room in ("matcher", "storage", "server"):
        for path in (SOURCES / room).rglob("*.cpp"):
            names.update(re.findall(r'kill_point\("([^"]+)"', path.read_text()))
    return names


def chapter(binary, name, points, options, number):
    """All moments of a chapter, one after the other; (checks, kills, records of the trace)."""
    killed = Killed(binary, f"{options.seed}/{name}/{number}")
    try:
        if name != "first_start":
            killed.open()
        for point, times in points.items():
            if not options.only or options.only in point:
                try:
                    getattr(killed, name)(point, times)
                except RuntimeError as refused:
                    killed.checks.that(False, f"no start after {killed.armed}: {refused}")
                    return killed.checks, killed.kills, killed.trace.records
        if name not in ("first_start", "restore") and killed.kills:
            killed.checks.that(killed.hubward.stop() == 0, "a clean stop")
            killed.town.verify(killed.checks)
        return killed.checks, killed.kills, killed.trace.records
    finally:
        killed.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", default="", help="a part of a moment's name")
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    binary, checks, kills, records = binary_from(), Checks(), 0, 0
    planned = {point.split(":")[0] for _, points in CHAPTERS for point in points}
    checks.that(named_in_sources() == planned,
                f"moments without a test, or the other way round: {named_in_sources() ^ planned}")
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        running = [pool.submit(chapter, binary, name, points, options, number)
                   for number in range(options.rounds) for name, points in CHAPTERS]
        for done in concurrent.futures.as_completed(running):
            part, killed, traced = done.result()
            checks.passed, checks.failed = checks.passed + part.passed, checks.failed + part.failed
            kills, records = kills + killed, records + traced
    total = sum(len(points) for _, points in CHAPTERS)
    print(f"{total} named moments, {kills} kills, every journal a prefix of its trace ({records} records)")
    checks.done()


if __name__ == "__main__":
    main()
