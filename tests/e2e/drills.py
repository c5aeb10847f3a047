#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Backups under load, and the way back: what was acknowledged before a backup began is in it, a restored
folder verifies and serves, and a backup in which one bit of one file has changed is refused by name. With the armed
program (tests/kill) a restored journal must be, byte for byte, a prefix of what was decided.

    HUBWARD_BINARY=… tests/e2e/drills.py --drills 50 [--flips 200] [--seed 7]
"""
import argparse
import json
import pathlib
import random
import shutil
import subprocess
import time

from commit_trace import CommitTrace
from crash import PRACTICES
from hubward_process import Checks, binary_from
from town import Town


def backed_up(town, checks, folder):
    """The referrals that were acknowledged before the backup began."""
    with town.ledger.lock:
        before = {v[3] for v in town.ledger.acked.values()}
    code, text = town.hubward.run("backup", str(folder), "--json", "--set", f"server.port={town.hubward.port}",
                                  check=False)
    return before if checks.that(code == 0, f"backup: exit {code} {text}") else None


def restored(town, backup, into):
    done = subprocess.run([town.hubward.binary, "restore", str(backup), "--into", str(into), "--json"],
                          capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def is_prefix(town, trace, text, checks):
    """What `verify` found in a restored folder ends with a record that was decided, and holds all before it."""
    if trace.path.exists():
        found = json.loads(text)
        end = (found["events"], found["chain_head"])
        checks.that(end in trace.decided(), f"a restored journal ends with a record that nobody decided: {end}")


def held_by(town, folder):
    """Everything that a server on this folder lists, and what `verify` said of it before."""
    at = town.hubward
    port, process, options, environment = at.port, at.process, list(at.options), at.environment
    at.environment = {}
    at.options += ["--set", f"storage.data={folder}"]
    try:
        code, text = at.run("verify", "--json", check=False)
        at.start()
        held = {item["id"] for p in PRACTICES for item in town.client(p).pages("/v1/referrals")}
        return held if at.stop() == 0 and code == 0 else None, text
    finally:
        at.port, at.process, at.options, at.environment = port, process, options, environment


def drill(town, trace, checks, work, number):
    backup, into = work / f"backup-{number}", work / f"restored-{number}"
    before = backed_up(town, checks, backup)
    if before is None:
        return None
    code, text = restored(town, backup, into)
    if checks.that(code == 0, f"restore: exit {code} {text}"):
        held, said = held_by(town, into)
        if checks.that(held is not None, f"the restored folder: {said}"):
            checks.that(before <= held, f"{len(before - held)} referrals are not in the backup")
            is_prefix(town, trace, said, checks)
    shutil.rmtree(into, ignore_errors=True)
    return backup


def damage(town, checks, backup, flips, chance, work):
    """One bit at a time, over every file of the backup."""
    files = sorted(p for p in backup.rglob("*") if p.is_file() and p.stat().st_size)
    for number in range(flips):
        file = files[number % len(files)]
        whole = file.read_bytes()
        bit = chance.randrange(len(whole) * 8)
        bad = bytearray(whole)
        bad[bit // 8] ^= 1 << bit % 8
        file.write_bytes(bad)
        into = work / "damaged"
        code, text = restored(town, backup, into)
        named = file.name in text or str(backup) in text
        checks.that(code != 0 and named, f"{file.relative_to(backup)} bit {bit}: exit {code} {text}")
        checks.that(not into.exists(), "a refused restore leaves nothing")
        shutil.rmtree(into, ignore_errors=True)
        file.write_bytes(whole)
    return len(files)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drills", type=int, default=3)
    parser.add_argument("--flips", type=int, default=60)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    chance, checks = random.Random(options.seed), Checks()
    town = Town(binary_from(), checks)
    try:
        work = pathlib.Path(town.hubward.folder)
        trace = CommitTrace(work / "trace")  # only the armed program writes it
        town.hubward.environment = trace.environment
        town.open()
        load, kept = town.load(options.seed), None
        for number in range(options.drills):
            time.sleep(chance.uniform(0.05, 0.3))
            backup = drill(town, trace, checks, work, number)
            if kept:
                shutil.rmtree(kept)
            kept = backup
        load.join()
        files = damage(town, checks, kept, options.flips, chance, work) if kept else 0
        town.settle_and_check(checks, chance)
        checks.that(town.hubward.stop() == 0, "a clean stop")
        print(f"{options.drills} backups under load restored, {options.flips} flipped bits over {files} files "
              f"refused, {len(town.ledger.acked)} referrals acknowledged"
              f"{', each a prefix of the trace' if trace.path.exists() else ''}")
    finally:
        town.close()
    checks.done()


if __name__ == "__main__":
    main()
