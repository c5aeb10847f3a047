#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Thousands of connections that never finish: heads that drip, bodies that drip, answers that nobody reads.
A real client hardly notices, and every one of them is cut at its deadline.

    HUBWARD_BINARY=… tests/e2e/slowloris.py --connections 5000 --seconds 20
"""
import argparse
import asyncio
import multiprocessing
import os
import resource
import statistics
import time

from crash import PRACTICES, referral
from hubward_process import PATIENCE, Checks, binary_from
from town import Town

HEAD_DEADLINE, BODY_DEADLINE, SLACK = 10, 15, 5 * PATIENCE
EXTRA_BYTES_MAX, EXTRA_BYTES_EACH = 8 << 20, 16 << 10  # an attacker has its parser and one small buffer
MS_FLOOR = 2  # below it a p99 says more about the machine than about us


async def attacker(port, kind, token, ended):
    """One of them; the seconds until it was cut, or nothing when it never was."""
    head = (b"POST /v1/referrals HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token.encode() +
            b"\r\nContent-Type: application/json\r\nIdempotency-Key: abcdefgh\r\n")
    began = None
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        began = time.monotonic()
        writer.write(head if kind == "head" else head + b"Content-Length: 60000\r\n\r\n")
        drip = b"X-Drip: 1\r\n" if kind == "head" else b" "
        while True:
            writer.write(drip)
            await writer.drain()
            try:
                if await asyncio.wait_for(reader.read(4096), timeout=1.0) == b"":
                    break
            except asyncio.TimeoutError:
                continue
        writer.close()
    except OSError:
        pass
    if began is not None:
        ended[kind].append(time.monotonic() - began)


async def all_attackers(port, count, token, ended):
    tasks = []
    for number in range(count):
        tasks.append(asyncio.create_task(attacker(port, "head" if number % 2 else "body", token, ended)))
        if number % 100 == 99:
            await asyncio.sleep(0.02)
    await asyncio.gather(*tasks)


def besiege(port, count, token, ended_there):
    """All attackers, in a process of their own: in one with the real client it would wait for them, not for the
    server. A patient one, because attackers sit on machines of their own."""
    os.nice(10)
    ended = {"head": [], "body": []}
    asyncio.run(all_attackers(port, count, token, ended))
    ended_there.send(ended)


def probe(town, seconds, checks):
    """A real client's 99th percentile in milliseconds: a referral and a list, over and over."""
    times, client, end = [], town.client(PRACTICES[0]), time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.monotonic()
        answer = client.get("/v1/referrals?limit=5")
        times.append((time.monotonic() - began) * 1000)
        checks.that(answer.status == 200, f"a real client got {answer.status}")
        time.sleep(0.01)
    return statistics.quantiles(times, n=100)[98]


def resident(process):
    with open(f"/proc/{process.pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=8)
    options = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 2 * options.connections + 200)), hard))
    checks = Checks()
    town = Town(binary_from(), checks)
    try:
        town.open()
        made = town.client(PRACTICES[0]).post("/v1/referrals", referral("before"))
        checks.that(made.status == 201, f"a referral before: {made.status}")
        idle, small = probe(town, options.seconds / 2, checks), resident(town.hubward.process)
        here, there = multiprocessing.Pipe()
        siege = multiprocessing.Process(target=besiege, daemon=True, args=(
            town.hubward.port, options.connections, town.tokens[PRACTICES[0]], there))
        siege.start()
        time.sleep(1)
        under, large = probe(town, options.seconds, checks), resident(town.hubward.process)
        ended = here.recv()
        siege.join()
        for kind, deadline in (("head", HEAD_DEADLINE), ("body", BODY_DEADLINE)):
            slowest = max(ended[kind], default=0)
            checks.that(slowest <= deadline + SLACK, f"a dripping {kind} lived {slowest:.1f} s")
        checks.that(sum(map(len, ended.values())) == options.connections, "every attacker was cut")
        checks.that(large - small <= EXTRA_BYTES_MAX + options.connections * EXTRA_BYTES_EACH,
                    f"{(large - small) >> 20} MB more")
        checks.that(town.client(PRACTICES[0]).post("/v1/referrals", referral("after")).status == 201,
                    "a referral afterwards")
        print(f"{options.connections} attackers: p99 of a real client {idle:.1f} ms before, {under:.1f} ms "
              f"under them, {(large - small) >> 20} MB more, the last head cut after "
              f"{max(ended['head']):.1f} s, the last body after {max(ended['body']):.1f} s")
        print(f"ratio of the p99s: {under / max(idle, MS_FLOOR):.2f}")
    finally:
        town.close()
    checks.done()


if __name__ == "__main__":
    main()
