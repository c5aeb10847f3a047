#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rules change while referrals come in: none is refused, each decision cites one policy, and in the log
every policy begins at one point.

    HUBWARD_BINARY=… tests/e2e/policy_switch.py [--rate 1000] [--seconds 4] [--switches 6] [--senders 4]

Senders keep to a timetable; a machine that cannot keep up sends as fast as it can, and the rate that was
reached is printed.
"""
import argparse
import json
import multiprocessing
import pathlib
import subprocess
import threading
import time

from hubward_process import PATIENCE, Checks, Client, Hubward, binary_from

PRACTICE = "Z99001"
HUBS = ["near", "far"]
SECONDS_MAX = 100 * PATIENCE  # of a sender that nobody stops


def referral(number):
    return {"needs": ["nhs-app"], "location": {"latitude": 53.79, "longitude": -1.55},
            "place": "switchville" if number % 2 else "elsewhere",
            "person": {"name": "Nobody Invented", "contact": [{"system": "phone", "value": "01632 960123"}]},
            "consent": {"share_with_hub": True}}


def send(port, token, rate, count, first, switched, answered, out):
    """Answers of one sender: (status, id) each, and how long it took. So many, and on until all is switched."""
    client = Client(port, token)
    answers = []
    begin, i = time.monotonic(), 0
    while (i < count or not switched.is_set()) and time.monotonic() - begin < SECONDS_MAX:
        time.sleep(max(0.0, begin + i / rate - time.monotonic()))
        answer = client.insist("/v1/referrals", referral(first + i))
        answers.append((answer.status, answer.json().get("id", "")))
        i += 1
        with answered.get_lock():
            answered.value += 1
    out.put((answers, time.monotonic() - begin))


def policy_file(folder, name, version, place):
    """Each version differs from the one before in its weights."""
    path = pathlib.Path(folder) / name
    path.write_text((f'place = "{place}"\n' if place else "") +
                    f"[weights]\ndistance = {300 + version}\nspare = {50 + version}\n")
    return str(path)


def adopt(hubward, ops, checks, version):
    """By the command, for one place and for everywhere else at once. The answers: hash by place."""
    files = [policy_file(hubward.folder, "everywhere.toml", version, ""),
             policy_file(hubward.folder, "place.toml", version, "switchville")]
    code, out = hubward_command(hubward, "policy", "adopt", *files, "--server",
                                f"http://127.0.0.1:{hubward.port}", "--token", ops)
    checks.that(code == 0, f"policy adopt: exit {code} {out}")
    return {(doc.get("place", ""), doc["version"]): doc["hash"]
            for doc in map(json.loads, out.strip().splitlines())}


def hubward_command(hubward, *arguments):
    done = subprocess.run([hubward.binary, *arguments], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout or done.stderr


def decisions(hubward, token, ids):
    client = hubward.client(token)
    for one in ids:
        told = client.get(f"/v1/referrals/{one}/explanation").json()
        for made in told["decisions"]:
            yield one, made["number"], made["policy"]


def check(checks, made, adopted, start):
    """made: (referral, number, policy) of every decision; adopted: hash by place and version."""
    known = {**start, **adopted}
    by_place = {}
    for one, number, policy in made:
        place = policy.get("place", "")
        version = (place, policy["version"])
        checks.that(known.get(version) == policy["hash"], f"{one}: no such policy was adopted: {policy}")
        by_place.setdefault(place, []).append((number, policy["version"]))
    switches = 0
    for place, list_of in by_place.items():
        list_of.sort()
        versions = [version for _, version in list_of]
        # One switch point each: in the order of the log a version never comes back.
        checks.that(versions == sorted(versions), f"'{place}': versions go back and forth in the log")
        switches += len(set(versions)) - 1
    return switches


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=float, default=1000)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--switches", type=int, default=6)
    parser.add_argument("--senders", type=int, default=4)
    options = parser.parse_args()
    checks = Checks()
    hubward = Hubward(binary_from())
    try:
        hubward.start()
        ops, practice = hubward.token("ops", "switcher"), hubward.token("practice", PRACTICE)
        for i, hub in enumerate(HUBS):
            made = hubward.client(ops).put(f"/v1/hubs/{hub}", {
                "name": hub, "place": "switchville", "needs": ["nhs-app"], "capacity": {"place": 10000},
                "location": {"latitude": 53.79 + i / 50, "longitude": -1.55}})
            checks.that(made.status == 201, f"{hub}: {made.status} {made.body!r}")
        first = hubward.client(ops).get("/v1/policy").json()
        start = {("", first["version"]): first["hash"]}
        start.update(adopt(hubward, ops, checks, 0))

        out, switched, answered = multiprocessing.Queue(), multiprocessing.Event(), multiprocessing.Value("L")
        count = int(options.rate * options.seconds / options.senders)
        senders = [multiprocessing.Process(target=send, args=(
            hubward.port, practice, options.rate / options.senders, count, i * count, switched, answered, out))
                   for i in range(options.senders)]
        for sender in senders:
            sender.start()
        adopted = {}

        def switch():
            for version in range(1, options.switches + 1):
                some_more(options.seconds / (options.switches + 1))
                adopted.update(adopt(hubward, ops, checks, version))
            some_more(0)
            switched.set()

        def some_more(seconds):
            """A while, and so many answers that both places were decided about by this version."""
            end, enough = time.monotonic() + SECONDS_MAX, answered.value + 4 * options.senders
            time.sleep(seconds)
            while answered.value < enough and time.monotonic() < end:
                time.sleep(0.005)
        switcher = threading.Thread(target=switch)
        switcher.start()
        results = [out.get(timeout=2 * SECONDS_MAX) for _ in senders]
        switcher.join()
        for sender in senders:
            sender.join()
        answers = [answer for list_of, _ in results for answer in list_of]
        refused = [status for status, _ in answers if status != 201]
        checks.that(not refused, f"{len(refused)} of {len(answers)} refused: {sorted(set(refused))}")
        ids = [one for status, one in answers if status == 201]
        made = list(decisions(hubward, practice, ids))
        checks.that(len(made) == len(ids), f"{len(made)} decisions for {len(ids)} referrals")
        switches = check(checks, made, adopted, start)
        checks.that(switches >= options.switches, f"only {switches} switches were seen by decisions")
        rate = len(answers) / max(took for _, took in results)
        print(f"{len(answers)} referrals, {rate:.0f} a second, {2 * options.switches} adoptions, "
              f"{switches} switch points among the decisions")
        checks.that(hubward.stop() == 0, "the server stops cleanly")
        code, text = hubward.run("verify", "decision", str(made[-1][1]), check=False)
        checks.that(code == 0, f"verify decision: exit {code} {text}")
    finally:
        hubward.close()
    checks.done()


if __name__ == "__main__":
    main()
