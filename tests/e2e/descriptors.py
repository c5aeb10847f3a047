#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A crowd of connections under a small limit of open files. It must not take the descriptors that the journal needs:
who comes too much is told so, those who are in are served, referrals are stored, snapshots and backups are made, and
when the crowd has gone everything is as before.

    HUBWARD_BINARY=… tests/e2e/descriptors.py [--files 256]
"""
import argparse
import json
import pathlib
import random
import resource
import socket
import time

from crash import PRACTICES, referral
from hubward_process import PATIENCE, Checks, binary_from
from town import Town

CROWD_SECONDS = 5 * PATIENCE
REFERRALS = 1200  # more than a snapshot's worth of events


def crowd(port, count):
    """So many connections that say nothing: those that stay open, and how many were told 503."""
    inside, told = [], 0
    for _ in range(count):
        one = socket.create_connection(("127.0.0.1", port), timeout=CROWD_SECONDS)
        inside.append(one)
    time.sleep(0.5)
    for one in list(inside):
        one.setblocking(False)
        try:
            said = one.recv(4096)
        except BlockingIOError:
            continue
        told += said.startswith(b"HTTP/1.1 503 ")
        inside.remove(one)
        one.close()
    return inside, told


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=256, help="that the server may have open")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4 * options.files)), hard))
    checks, chance = Checks(), random.Random(options.seed)
    town = Town(binary_from(), checks)
    town.hubward.files_max = options.files
    try:
        town.open()
        said = [json.loads(line) for line in town.hubward.log if "connections" in line]
        checks.that(said and said[-1]["level"] == "warning" and said[-1]["count"] <= options.files,
                    f"the log says how many may come: {said}")
        practice, ops = town.client(PRACTICES[0]), town.client("ops")
        for client in (practice, ops):
            checks.that(client.get("/livez").status == 200, "in before the crowd")
        inside, told = crowd(town.hubward.port, 2 * options.files)
        checks.that(inside and told, f"{len(inside)} were let in, {told} told 503")
        for number in range(REFERRALS):
            key = f"00000000-0000-4000-8000-{number:012}"
            body = referral(key)
            town.ledger.sent(key, PRACTICES[0], body)
            answer = practice.insist("/v1/referrals", body, key=key)
            if checks.that(answer.status == 201, f"in the crowd: {answer.status} {answer.body[:200]!r}"):
                town.ledger.answered(key, PRACTICES[0], body, answer, checks)
        target = pathlib.Path(town.hubward.folder) / "backup"
        done = ops.post("/v1/ops/backup", {"target": str(target)})
        checks.that(done.status == 201, f"a backup in the crowd: {done.status} {done.body!r}")
        for one in inside:
            one.close()
        checks.that(town.hubward.process.poll() is None, "the server lives")
        faults = [line for line in town.hubward.log if '"level":"error"' in line or "was not written" in line
                  or "no snapshot" in line]
        checks.that(not faults, f"no file was missing: {faults[:3]}")
        time.sleep(0.5)
        town.settle_and_check(checks, chance)
        checks.that(town.hubward.stop() == 0, "a clean stop")
        town.verify(checks)
        print(f"{options.files} files: of {2 * options.files} connections {len(inside)} were let in and {told} told "
              f"503; {REFERRALS} referrals, snapshot and backup beside them")
    finally:
        town.close()
    checks.done()


if __name__ == "__main__":
    main()
