#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""kill -9 at random moments under load; an independent checker reads what is left.

Every referral that got a 201 exists exactly once, whatever was sent again; a request whose answer was
lost is recognised when it is sent again; for every hub free + held + used = total, and held and used
are the offers listed; `hubward verify` folds all events anew and agrees.

    HUBWARD_BINARY=… tests/e2e/crash.py --cycles 200 [--seed 7]
"""
import argparse
import http.client
import random
import threading
import time
import uuid

from hubward_process import PATIENCE, Checks, Hubward, binary_from

PRACTICES = [f"P{n:05}" for n in range(4)]
HUBS = [f"crash-hub-{n}" for n in range(6)]
UNITS = 2000


def referral(text):
    return {"consent": {"share_with_hub": True}, "needs": ["nhs-app"], "practice_reference": text,
            "person": {"name": f"Crash Testperson {text}"}}


class Ledger:
    """What clients know: answers they got, and requests whose answer they never saw."""

    def __init__(self):
        self.lock = threading.Lock()
        self.acked = {}   # key -> (practice, body sent, answer bytes, id)
        self.unsure = {}  # key -> (practice, body sent)

    def sent(self, key, practice, body):
        with self.lock:
            self.unsure[key] = (practice, body)

    def answered(self, key, practice, body, answer, checks):
        with self.lock:
            self.unsure.pop(key, None)
            known = self.acked.get(key)
            if known:
                checks.that(known[2] == answer.body, f"resend {key}: {answer.body!r}, first {known[2]!r}")
            else:
                self.acked[key] = (practice, body, answer.body, answer.json()["id"])

    def refused(self, key):
        with self.lock:
            self.unsure.pop(key, None)


class Load:
    """Threads that submit, resend, accept and decline until the server dies under them."""

    def __init__(self, hubward, tokens, ledger, checks, seed, threads):
        self.hubward, self.tokens, self.ledger, self.checks = hubward, tokens, ledger, checks
        self.stopping = threading.Event()
        self.known = len(ledger.acked)
        self.threads = [threading.Thread(target=self.guarded, args=(random.Random(f"{seed}/{n}"),))
                        for n in range(threads)]
        for thread in self.threads:
            thread.start()

    def has_told(self, count):
        """Waits until so many more referrals were answered than before this load; whether they were."""
        end = time.monotonic() + 60 * PATIENCE
        while len(self.ledger.acked) - self.known < count and time.monotonic() < end:
            time.sleep(0.005)
        return len(self.ledger.acked) - self.known >= count

    def join(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def guarded(self, chance):
        try:
            self.work(chance)
        except (OSError, http.client.HTTPException):
            pass  # the server is gone: that is the point

    def work(self, chance):
        practice = chance.choice(PRACTICES)
        hub = chance.choice(HUBS)
        sender = self.hubward.client(self.tokens[practice])
        staff = self.hubward.client(self.tokens[hub])
        while not self.stopping.is_set():
            roll = chance.random()
            if roll < 0.70:
                key = str(uuid.uuid4())
                self.submit(sender, key, practice, referral(key))
            elif roll < 0.80:
                self.resend(sender, practice, chance)
            else:
                self.answer_offers(staff, hub, chance)

    def submit(self, sender, key, practice, body):
        self.ledger.sent(key, practice, body)
        answer = sender.post("/v1/referrals", body, key=key)
        if answer.status == 201:
            self.ledger.answered(key, practice, body, answer, self.checks)
        elif answer.status != 503:  # after 503 nobody knows, and the key tells
            self.ledger.refused(key)
            self.checks.that(False, f"submit: {answer.status} {answer.body!r}")

    def resend(self, sender, practice, chance):
        with self.ledger.lock:
            mine = [k for k, v in list(self.ledger.acked.items())[-50:] if v[0] == practice]
        if mine:
            key = chance.choice(mine)
            body = self.ledger.acked[key][1]
            answer = sender.post("/v1/referrals", body, key=key)
            self.checks.that(answer.status in (201, 503), f"resend: {answer.status}")
            if answer.status == 201:
                self.ledger.answered(key, practice, body, answer, self.checks)

    def answer_offers(self, staff, hub, chance):
        listed = staff.get(f"/v1/hubs/{hub}/offers?status=requested&limit=5")
        self.checks.that(listed.status in (200, 503), f"offers: {listed.status} {listed.body!r}")
        for offer in listed.json()["items"] if listed.status == 200 else []:
            if chance.random() < 0.6:
                answer = staff.post(f"/v1/offers/{offer['id']}/accept")
            else:
                answer = staff.post(f"/v1/offers/{offer['id']}/decline", {"reason": "no-slot"})
            # Another of this hub's staff may have been faster.
            self.checks.that(answer.status in (200, 409, 503), f"offer: {answer.status} {answer.body!r}")


def settle(hubward, tokens, ledger, checks):
    """Sends every request again whose answer was lost: now each has an answer."""
    with ledger.lock:
        unsure = list(ledger.unsure.items())
    for key, (practice, body) in unsure:
        answer = hubward.client(tokens[practice]).insist("/v1/referrals", body, key=key)
        if checks.that(answer.status == 201, f"lost answer {key}: {answer.status} {answer.body!r}"):
            ledger.answered(key, practice, body, answer, checks)
    return len(unsure)


def check(hubward, tokens, ledger, checks, chance):
    """Reads everything through the public API and compares it with what clients were told."""
    listed = {}
    for practice in PRACTICES:
        for item in hubward.client(tokens[practice]).pages("/v1/referrals"):
            listed[item["id"]] = listed.get(item["id"], 0) + 1
    told = {v[3] for v in ledger.acked.values()}
    checks.that(len(told) == len(ledger.acked), "two keys were given the same referral")
    checks.that(told <= listed.keys(), f"{len(told - listed.keys())} acknowledged referrals are lost")
    checks.that(listed.keys() <= told, f"{len(listed.keys() - told)} referrals that nobody sent")
    checks.that(all(n == 1 for n in listed.values()), "a referral is listed twice")
    for key in chance.sample(sorted(ledger.acked), min(20, len(ledger.acked))):
        practice, body, first, _ = ledger.acked[key]
        again = hubward.client(tokens[practice]).insist("/v1/referrals", body, key=key)
        checks.that(again.status == 201 and again.body == first,
                    f"resend of {key} after a crash: {again.status} {again.body!r}, first {first!r}")
    for hub in HUBS:
        staff = hubward.client(tokens[hub])
        units = staff.get(f"/v1/hubs/{hub}/capacity").json()["place"]
        by_status = {}
        for offer in staff.pages(f"/v1/hubs/{hub}/offers"):
            by_status[offer["status"]] = by_status.get(offer["status"], 0) + 1
        held = by_status.get("requested", 0) + by_status.get("received", 0)
        used = by_status.get("accepted", 0) + by_status.get("in-progress", 0)
        checks.that(units["free"] + units["held"] + units["used"] == units["total"] == UNITS,
                    f"{hub}: units {units}")
        checks.that((units["held"], units["used"]) == (held, used), f"{hub}: {units} but {by_status}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=10)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--verify-every", type=int, default=10)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    print(f"seed {options.seed}", flush=True)
    checks, ledger = Checks(), Ledger()
    # Snapshots as often as can be, so that verify has some to compare with the fold of all events.
    hubward = Hubward(binary_from(), ["storage.snapshot_every=1000"])
    try:
        tokens = {p: hubward.token("practice", p) for p in PRACTICES}
        tokens.update({h: hubward.token("hub", h) for h in HUBS})
        ops = hubward.token("ops", "checker")
        hubward.start()
        for hub in HUBS:
            made = hubward.client(ops).put(f"/v1/hubs/{hub}", {
                "name": hub, "place": "crashville", "needs": ["nhs-app"], "capacity": {"place": UNITS}})
            checks.that(made.status == 201, f"{hub}: {made.status} {made.body!r}")
        lost, slowest = 0, 0.0
        for cycle in range(options.cycles):
            load = Load(hubward, tokens, ledger, checks, f"{options.seed}/{cycle}", options.threads)
            if cycle + 1 == options.cycles and not ledger.acked:
                checks.that(load.has_told(1), "the load did something")
            time.sleep(chance.uniform(0.005, 0.5))
            hubward.kill()
            load.join()
            if (cycle + 1) % options.verify_every == 0 or cycle + 1 == options.cycles:
                code, text = hubward.run("verify", "--json", check=False)
                checks.that(code == 0, f"verify after cycle {cycle}: exit {code} {text}")
            begin = time.monotonic()
            hubward.start()
            slowest = max(slowest, time.monotonic() - begin)
            lost += settle(hubward, tokens, ledger, checks)
            if (cycle + 1) % options.verify_every == 0 or cycle + 1 == options.cycles:
                check(hubward, tokens, ledger, checks, chance)
        checks.that(hubward.stop() == 0, "a clean stop")
        code, text = hubward.run("verify", "--json", check=False)
        checks.that(code == 0, f"verify at the end: exit {code} {text}")
        print(f"{options.cycles} kills, {len(ledger.acked)} referrals acknowledged, {lost} lost answers "
              f"settled by their key, slowest start {slowest:.2f} s, verify {text.strip()}")
    finally:
        hubward.close()
    checks.done()


if __name__ == "__main__":
    main()
