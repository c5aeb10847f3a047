#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Acknowledged events are missing from the data folder, in ways that leave a database which opens well: the
start is refused, the message names the folder and the way on, and only storage.accept_loss goes on without them.

The server is killed when the mark of the newest acknowledged event is up to date, and then
  * the newest log is deleted,
  * the last record is cut off from it,
  * an older copy of the database is put in its place,
  * an older copy of the whole folder but for the mark is,
  * the database is gone altogether.

    HUBWARD_BINARY=… tests/e2e/lost_data.py --rounds 20 [--seed 7]
"""
import argparse
import pathlib
import random
import re
import shutil
import subprocess
import time

from hubward_process import PATIENCE, Checks, binary_from
from town import Town

MARK_LAGS = 0.5 * PATIENCE  # seconds; 0.1 are promised
MARK_AT = len("hubward high-water 1\n")  # where its number stands
ENOUGH = 20             # referrals
LOST = 65               # how the program ends when acknowledged data is missing
ACCEPTED = ["--set", "storage.accept_loss=true"]
BLOCK, HEADER = 32768, 7


def newest_log(db):
    return max(db.glob("*.log"), key=lambda path: int(path.stem))


def last_record(log):
    """Where the last record of a RocksDB log begins: records never span what is left of a block's last bytes."""
    content, at, begins = log.read_bytes(), 0, 0
    while at + HEADER <= len(content):
        left = BLOCK - at % BLOCK
        if left < HEADER:
            at += left
            continue
        size, kind = int.from_bytes(content[at + 4:at + 6], "little"), content[at + 6]
        if kind == 0 and size == 0:
            break
        if kind in (1, 2):  # whole, or the first part of one
            begins = at
        at += HEADER + size
    return begins


def marked(town):
    """Waits until the mark names the newest acknowledged event; whether it does in time."""
    text = town.client("ops").get("/metrics").body.decode()
    newest = int(re.search(r"^hubward_journal_last_event (\d+)", text, re.M)[1])
    mark, end = pathlib.Path(town.hubward.folder) / "data/high-water", time.monotonic() + MARK_LAGS
    while (found := int.from_bytes(mark.read_bytes()[MARK_AT:MARK_AT + 8], "little")) < newest and \
            time.monotonic() < end:
        time.sleep(0.02)
    return found >= newest


def delete_log(data, _):
    newest_log(data / "db").unlink()


def cut_record(data, _):
    log = newest_log(data / "db")
    with open(log, "r+b") as file:
        file.truncate(last_record(log))


def older_database(data, copy):
    shutil.rmtree(data / "db")
    shutil.copytree(copy / "db", data / "db")


def older_folder(data, copy):
    mark = (data / "high-water").read_bytes()
    shutil.rmtree(data)
    shutil.copytree(copy, data)
    (data / "high-water").write_bytes(mark)


def no_database(data, _):
    shutil.rmtree(data / "db")


def lose(binary, way, checks, seed):
    town = Town(binary, checks)
    try:
        town.open()
        load = town.load(seed, 2)
        checks.that(load.has_told(ENOUGH), "the load did something")
        load.join()
        checks.that(town.hubward.stop() == 0, "a clean stop")
        data, copy = pathlib.Path(town.hubward.folder) / "data", pathlib.Path(town.hubward.folder) / "copy"
        shutil.copytree(data, copy)
        town.hubward.start()
        load = town.load(f"{seed}/more", 2)
        checks.that(load.has_told(ENOUGH), "the load did something more")
        load.join()
        checks.that(marked(town), "the mark of the newest acknowledged event lags")
        town.hubward.kill()
        way(data, copy)
        refused = subprocess.run([binary, "serve", "--port", "0", *town.hubward.options], capture_output=True, text=True,
                                 timeout=60 * PATIENCE, check=False)
        said = refused.stdout + refused.stderr
        name = way.__name__
        checks.that(refused.returncode == LOST, f"{name}: exit {refused.returncode}: {said[-300:]}")
        checks.that(str(data) in said and (ACCEPTED[1] in said or "restore a backup" in said),
                    f"{name}: no way on is named: {said[-300:]}")
        if way is not no_database:
            town.hubward.options += ACCEPTED
            try:
                town.hubward.start()
                checks.that(town.hubward.stop() == 0, f"{name}: a clean stop after the loss was accepted")
            except RuntimeError as trouble:
                checks.that(False, f"{name}: no start with --accept-loss: {trouble}")
            del town.hubward.options[-len(ACCEPTED):]
            town.verify(checks)
    finally:
        town.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    checks = Checks()
    ways = (delete_log, cut_record, older_database, older_folder, no_database)
    for number in range(options.rounds):
        for way in ways:
            lose(binary_from(), way, checks, f"{options.seed}/{number}/{way.__name__}")
    print(f"{options.rounds * len(ways)} folders without what was acknowledged, each refused")
    checks.done()


if __name__ == "__main__":
    main()
