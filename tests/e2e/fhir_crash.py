#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""kill -9 under a load of BaRS messages. What the standard asks of a receiver, read from outside:

a message that was answered 200 is there once, and sent again it is 409 duplicate; one whose answer was
lost can be sent again and is then answered 200 or, when it had arrived, 409.

    HUBWARD_BINARY=… tests/e2e/fhir_crash.py --cycles 50 [--seed 7]
"""
import argparse
import http.client
import json
import random
import threading
import time

from fhir_sender import headers, issue, message, resource
from hubward_process import LATER, PATIENCE, Checks, Hubward, binary_from

PRACTICE = "X99001"


class Post:
    """One message with its headers: a resend is the same bytes under the same two ids."""

    def __init__(self):
        self.body = json.dumps(message())
        self.headers = headers()
        self.referral = ""

    def send(self, client):
        return client.send("POST", "/FHIR/R4/$process-message", self.body, self.headers, keep=False)

    def insist(self, client):
        """Sent again while the server says "later"; the last answer."""
        end = time.monotonic() + 30 * PATIENCE
        while (answer := self.send(client)).status in LATER and time.monotonic() < end:
            time.sleep(0.1)
        return answer


class Load:
    def __init__(self, hubward, token, threads):
        self.lock, self.acked, self.unsure, self.strange = threading.Lock(), [], [], []
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.work, args=(hubward, token)) for _ in range(threads)]
        for thread in self.threads:
            thread.start()

    def work(self, hubward, token):
        client = hubward.client(token)
        while not self.stopping.is_set():
            post = Post()
            try:
                answer = post.send(client)
            except (OSError, http.client.HTTPException):
                with self.lock:
                    self.unsure.append(post)
                return  # the server is gone: that is the point
            with self.lock:
                if answer.status == 200:
                    post.referral = resource(answer.json(), "ServiceRequest")["id"]
                    self.acked.append(post)
                elif answer.status in LATER:
                    self.unsure.append(post)
                else:
                    self.strange.append(answer.status)

    def end(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()


def check_acked(checks, client, posts):
    for post in posts:
        again = post.insist(client)
        checks.that((again.status, issue(again)[0]) == (409, "duplicate"), f"acknowledged, sent again: {again.status}")
        read = client.send("GET", f"/FHIR/R4/ServiceRequest/{post.referral}", None, headers(Content_Type=None))
        checks.that(read.status == 200, f"acknowledged and not there: {read.status}")


def settle(checks, client, posts):
    """Sends again what was never answered. 200: it had been lost. 409: it had arrived."""
    arrived = 0
    for post in posts:
        again = post.insist(client)
        checks.that(again.status == 200 or issue(again)[0] == "duplicate", f"sent again: {again.status} {again.body!r}")
        arrived += again.status == 409
        third = post.insist(client)
        checks.that(issue(third)[0] == "duplicate", f"sent a third time: {third.status}")
    return arrived


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=6)
    parser.add_argument("--threads", type=int, default=6)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    chance = random.Random(options.seed)
    print(f"seed {options.seed}", flush=True)
    checks = Checks()
    hubward = Hubward(binary_from(), ["places.dos_services=9000000001", "storage.snapshot_every=1000"])
    acked = unsure = arrived = 0
    try:
        token = hubward.token("practice", PRACTICE)
        for _ in range(options.cycles):
            hubward.start()
            load = Load(hubward, token, options.threads)
            end = time.monotonic() + 60 * PATIENCE
            while not load.acked and time.monotonic() < end:
                time.sleep(0.005)
            time.sleep(chance.uniform(0.05, 0.6))
            hubward.kill()
            load.end()
            checks.that(not load.strange, f"strange answers: {load.strange}")
            hubward.start()
            client = hubward.client(token)
            check_acked(checks, client, load.acked)
            arrived += settle(checks, client, load.unsure)
            acked, unsure = acked + len(load.acked), unsure + len(load.unsure)
            listed = [item["id"] for item in client.pages("/v1/referrals")]
            checks.that(len(listed) == len(set(listed)) == acked + unsure,
                        f"{len(listed)} listed, {acked} acknowledged and {unsure} settled")
            checks.that({post.referral for post in load.acked} <= set(listed), "an acknowledged one is not listed")
            hubward.kill()
        checks.that(acked > 0, "the load did something")
        print(f"{options.cycles} kills: {acked} messages acknowledged, {unsure} without an answer, of which "
              f"{arrived} had arrived")
    finally:
        hubward.close()
    checks.done()


if __name__ == "__main__":
    main()
