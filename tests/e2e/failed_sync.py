#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The n-th sync of the log fails once (strace injects EIO): no answer after it, the program leaves with 74,
and a new start has everything that was acknowledged.

    HUBWARD_BINARY=… tests/e2e/failed_sync.py --points 100 [--seed 7]

Says that it skips when strace is not there or may not trace.
"""
import argparse
import os
import pathlib
import random
import shutil
import subprocess

from hubward_process import Checks, binary_from
from town import Town

SKIPPED = 77
EXIT_JOURNAL = 74
SECONDS_MAX = 120  # strace is slow


class Traced:
    """A program that starts the real one with its n-th sync made to fail."""

    def __init__(self, binary, folder, nth):
        self.path = pathlib.Path(folder) / "traced"
        self.path.write_text(
            f"#!/bin/sh\nexec strace -f -qq -o /dev/null -e trace=fdatasync "
            f"-e inject=fdatasync:error=EIO:when={nth} {binary} \"$@\"\n")
        self.path.chmod(0o755)


def may_trace():
    done = subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync", "true"],
                          capture_output=True, check=False) if shutil.which("strace") else None
    return done is not None and done.returncode == 0


def one(binary, checks, nth, seed, chance):
    town = Town(binary, checks)
    try:
        town.open()
        checks.that(town.hubward.stop() == 0, "a clean stop before")
        town.hubward.binary = str(Traced(binary, town.hubward.folder, nth).path)
        try:
            town.hubward.start()
        except RuntimeError as trouble:  # strace counts by thread: it was one of the start's own
            checks.that(town.hubward.process.wait() > 0, f"sync {nth} failed, of a start: {trouble}")
        else:
            load = town.load(seed)
            try:
                code = town.hubward.process.wait(timeout=SECONDS_MAX)
            except subprocess.TimeoutExpired:
                code = None
                town.hubward.process.terminate()
            load.join()
            checks.that(code == EXIT_JOURNAL, f"sync {nth} failed: exit {code}")
        town.hubward.binary = binary
        town.hubward.start()
        settled = town.settle_and_check(checks, chance)
        checks.that(town.hubward.stop() == 0, "a clean stop after")
        town.verify(checks)
        return len(town.ledger.acked), settled
    finally:
        town.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=3)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    if not may_trace():
        print("skipped: strace is not there or may not trace; a failed sync was NOT tested on the real program")
        raise SystemExit(SKIPPED)
    print(f"seed {options.seed}", flush=True)
    chance, checks = random.Random(options.seed), Checks()
    acknowledged = settled = 0
    for point in range(options.points):
        done = one(binary_from(os.environ), checks, chance.randint(4, 120), f"{options.seed}/{point}", chance)
        acknowledged, settled = acknowledged + done[0], settled + done[1]
    print(f"{options.points} failed syncs, {acknowledged} referrals acknowledged, {settled} answers settled by "
          f"their key")
    checks.done()


if __name__ == "__main__":
    main()
