#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Webhooks as their receiver meets them: signed, in order, complete over kill -9, and never to private addresses
unless the operator says so."""
import argparse
import base64
import json
import os
import random
import shutil
import sys
import threading
import time

from hubward_process import PATIENCE, Checks, Hubward, binary_from
from webhook_receiver import Receiver, Unverified, certificate, verify

PRACTICE = "W12345"
DEADLINE = int(PATIENCE)  # seconds that a receiver has


def referral():
    return {"consent": {"share_with_hub": True}, "needs": ["nhs-app"],
            "person": {"name": "Ada Planted-Example", "contact": [{"system": "phone", "value": "01632 960123"}]}}


def until(condition, seconds=20):
    end = time.monotonic() + seconds * PATIENCE
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    return condition()


class Scene:
    def __init__(self, binary, checks, receiver, settings):
        self.hubward, self.checks, self.receiver = Hubward(binary, settings), checks, receiver
        self.token = self.hubward.token("practice", PRACTICE)
        self.ops = self.hubward.token("ops", "checker")
        self.hubward.start()

    def practice(self):
        return self.hubward.client(self.token)

    def hook(self, path, **more):
        made = self.practice().post("/v1/webhooks", {"url": self.receiver.url(path), **more})
        self.checks.that(made.status == 201, f"create {path}: {made.status} {made.body!r}")
        return made.json()

    def refer(self, count=1):
        client = self.practice()
        for _ in range(count):
            made = client.post("/v1/referrals", referral())
            self.checks.that(made.status == 201, f"refer: {made.status} {made.body!r}")

    def now(self, hook):
        return self.practice().get(f"/v1/webhooks/{hook['id']}").json()

    def tries(self, hook, query=""):
        return self.practice().get(f"/v1/webhooks/{hook['id']}/deliveries{query}").json()["items"]

    def act(self, hook, what, body=None):
        return self.practice().post(f"/v1/webhooks/{hook['id']}/{what}", body)

    def drained(self, hook, seconds=60):
        return until(lambda: self.now(hook)["behind"] == 0, seconds)

    def remove(self, hook):
        gone = self.practice().send("DELETE", f"/v1/webhooks/{hook['id']}")
        self.checks.that(gone.status == 204, f"delete: {gone.status}")


def complete(checks, came, first, last, name):
    """Every number once at least, first sightings in order, repeats equal to what came first."""
    seen, order = {}, []
    for taken in came:
        if taken.sequence in seen:
            checks.that(seen[taken.sequence] == (taken.name, taken.body), f"{name}: a repeat differs")
        else:
            seen[taken.sequence] = (taken.name, taken.body)
            order.append(taken.sequence)
    checks.that(order == list(range(first, last + 1)), f"{name}: {first}…{last} came as {order[:5]}…{order[-5:]}")


def thousand(scene, checks):
    hook = scene.hook("/thousand")
    secret = hook["secret"]
    start = hook["done"]
    begin = time.monotonic()
    scene.refer(500)  # two events each: submitted, and the gap, because there is no hub
    checks.that(scene.drained(hook), "a thousand deliveries end")
    took = time.monotonic() - begin
    came = scene.receiver.of("/thousand")
    checks.that(len(came) >= 1000, f"{len(came)} deliveries")
    for taken in came:
        try:
            event = verify(secret, taken.headers, taken.body)
            checks.that(event["specversion"] == "1.0" and event["source"] == f"/streams/practice/{PRACTICE}",
                        f"body {taken.body!r}")
        except Unverified as error:
            checks.that(False, f"not verified: {error}")
        checks.that(len(taken.body) < 20 * 1024, "a body of 20 KB or more")
        checks.that(b"Planted" not in taken.body and b"960123" not in taken.body, "personal details in a webhook")
        checks.that(taken.headers["Content-Type"].startswith("application/cloudevents+json"), "content type")
    complete(checks, came, start + 1, scene.now(hook)["done"], "a thousand")
    one = came[0]
    for case, headers, body, at in (
            ("an altered body", one.headers, one.body.replace(b"1.0", b"1.1"), None),
            ("an old timestamp", one.headers, one.body, time.time() + 6 * 60),
            ("another id", {**one.headers, "webhook-id": "another"}, one.body, None),
            ("another secret", one.headers, one.body, "other")):
        try:
            key = "whsec_" + base64.b64encode(os.urandom(32)).decode() if at == "other" else secret
            verify(key, headers, body, None if at == "other" else at)
            checks.that(False, f"{case} is verified")
        except Unverified:
            checks.that(True, case)
    checks.that("secret" not in scene.now(hook), "the secret is shown twice")
    print(f"{len(came)} deliveries verified, {len(came) / took:.0f} a second beside the referrals that made them")
    scene.remove(hook)


def rotation(scene, checks):
    hook = scene.hook("/rotated")
    key = "rotate-once"
    rotated = scene.practice().post(f"/v1/webhooks/{hook['id']}/rotate", key=key).json()
    again = scene.practice().post(f"/v1/webhooks/{hook['id']}/rotate", key=key).json()
    checks.that(rotated["secret"] == again["secret"], "the same rotation twice gives two secrets")
    checks.that(rotated["secret"] != hook["secret"], "a rotation gives the old secret")
    scene.refer()
    for taken in scene.receiver.wait("/rotated", 2):
        checks.that(len(taken.headers["webhook-signature"].split(" ")) == 2, "two signatures while rotating")
        for secret in (hook["secret"], rotated["secret"]):
            try:
                verify(secret, taken.headers, taken.body)
                checks.that(True, "")
            except Unverified as error:
                checks.that(False, f"rotating: {error}")
    twice = scene.act(hook, "rotate").json()
    scene.refer()
    last = scene.receiver.wait("/rotated", 4)[-1]
    try:
        verify(hook["secret"], last.headers, last.body)
        checks.that(False, "a secret two rotations old still signs")
    except Unverified:
        checks.that(bool(verify(twice["secret"], last.headers, last.body)), "the newest signs")
    scene.remove(hook)


def trouble(scene, checks):
    """Failures are tried again under the same id and hold back what follows; other webhooks do not wait."""
    hook, other = scene.hook("/trouble"), scene.hook("/beside")
    statuses = iter([(500, {}), (302, {"Location": scene.receiver.url("/elsewhere")})])
    scene.receiver.answer = lambda n, t: next(statuses, 204) if t.path == "/trouble" else 204
    scene.refer()
    checks.that(len(scene.receiver.wait("/beside", 2)) == 2, "another webhook waits for a failing one")
    came = scene.receiver.wait("/trouble", 4, 30)
    checks.that([t.name for t in came][:3] == [came[0].name] * 3 and came[3].name != came[0].name,
                f"tried again: {[t.name for t in came]}")
    checks.that(came[1].at - came[0].at > 0.7 and came[2].at - came[1].at > 3.5, "backoff")
    checks.that(not scene.receiver.of("/elsewhere"), "a redirect was followed")
    checks.that(until(lambda: [t["result"] for t in scene.tries(hook)] ==
                      ["delivered", "delivered", "not-taken", "not-taken"]), f"{scene.tries(hook)}")
    checks.that([t["status"] for t in scene.tries(hook, "?failed=true")] == [302, 500], "failed ones by themselves")
    checks.that([t["try"] for t in scene.tries(hook)] == [1, 3, 2, 1], f"tries {scene.tries(hook)}")
    asked = iter([(503, {"Retry-After": "3"})])
    scene.receiver.answer = lambda n, t: next(asked, 204) if t.path == "/trouble" else 204
    scene.refer()
    came = scene.receiver.wait("/trouble", 6, 30)[4:]
    checks.that(came[1].at - came[0].at > 2.9, f"Retry-After: {came[1].at - came[0].at:.1f} s")
    scene.remove(hook)
    scene.remove(other)


def gone(scene, checks):
    hook = scene.hook("/gone")
    scene.receiver.answer = lambda n, t: 410
    scene.refer()
    checks.that(until(lambda: scene.now(hook)["status"] == "off"), "410 switches off")
    checks.that(scene.now(hook)["reason"] == "gone", "and says why")
    refused = scene.act(hook, "resend", {"sequence": 1})
    checks.that(refused.status == 409, f"a resend while off: {refused.status}")
    scene.refer()
    scene.hubward.stop()  # off survives a restart
    scene.hubward.start()
    time.sleep(0.5)
    checks.that(len(scene.receiver.of("/gone")) == 1 and scene.now(hook)["status"] == "off", "still off")
    scene.receiver.answer = lambda n, t: 204
    scene.act(hook, "resume")
    checks.that(scene.drained(hook), "it goes on")
    complete(checks, scene.receiver.of("/gone"), hook["done"] + 1, scene.now(hook)["done"], "gone")
    seq = hook["done"] + 1
    again = scene.act(hook, "resend", {"sequence": seq})
    checks.that(again.status == 202, f"resend: {again.status} {again.body!r}")
    came = scene.receiver.wait("/gone", 6)
    checks.that(len(came) == 6 and came[-1].sequence == seq and came[-1].name == came[0].name, "resent")
    checks.that(until(lambda: scene.tries(hook)[0].get("by_hand")), "and in the log")
    ahead = scene.act(hook, "resend", {"sequence": 10**9})
    checks.that(ahead.status == 422, f"resend of what was never sent: {ahead.status}")
    scene.remove(hook)


def types(scene, checks):
    hook = scene.hook("/types", types=["org.hubward.referral.submitted.v1"])
    scene.refer(3)
    checks.that(len(scene.receiver.wait("/types", 3)) == 3 and scene.drained(hook), "filtered")
    kinds = {json.loads(t.body)["type"] for t in scene.receiver.of("/types")}
    checks.that(kinds == {"org.hubward.referral.submitted.v1"}, f"{kinds}")
    wrong = scene.practice().post("/v1/webhooks", {"url": "https://a.example/", "types": ["x"]})
    checks.that(wrong.status == 422 and wrong.json()["errors"][0]["pointer"] == "/types/0", f"{wrong.body!r}")
    scene.remove(hook)


def slow(scene, checks):
    hook = scene.hook("/slow")
    scene.receiver.answer = lambda n, t: (time.sleep(DEADLINE + 1.5), 204)[1] if t.path == "/slow" else 204
    scene.refer()
    checks.that(until(lambda: [t["result"] for t in scene.tries(hook)][:1] == ["timed-out"], 10),
                f"{scene.tries(hook)}")
    scene.receiver.answer = lambda n, t: 204
    scene.act(hook, "resume")
    checks.that(scene.drained(hook), "afterwards")
    scene.remove(hook)


def creation(scene, checks):
    practice = scene.practice()
    for url in ("http://127.0.0.1/", "https://", "ftp://a.example/", "https://u:p@a.example/", "https://10.0.0.1/x",
                "https://[::1]/", "https://169.254.169.254/latest", "https://a.example/#f", "nonsense", ""):
        made = practice.post("/v1/webhooks", {"url": url})
        checks.that(made.status == 422 and made.json()["errors"][0]["pointer"] == "/url", f"{url}: {made.status}")
        checks.that(url in ("", "https://") or url.encode() not in made.body, f"{url} is repeated")
    first = practice.post("/v1/webhooks", {"url": scene.receiver.url("/n")}, key="one-key")
    second = practice.post("/v1/webhooks", {"url": scene.receiver.url("/n")}, key="one-key")
    checks.that(first.json()["id"] == second.json()["id"] and first.json()["secret"] == second.json()["secret"],
                "the same key twice")
    other = practice.post("/v1/webhooks", {"url": scene.receiver.url("/m")}, key="one-key")
    checks.that(other.status == 422, f"the same key, another body: {other.status}")
    hooks = [scene.hook("/n") for _ in range(7)]
    ninth = practice.post("/v1/webhooks", {"url": scene.receiver.url("/n")})
    checks.that(ninth.status == 409, f"the ninth: {ninth.status}")
    listed = practice.get("/v1/webhooks").json()["items"]
    checks.that(len(listed) == 8 and all("secret" not in it for it in listed), "listed")
    stranger = scene.hubward.client(scene.hubward.token("practice", "X99999"))
    checks.that(stranger.get("/v1/webhooks").json()["items"] == [], "a stranger's list")
    checks.that(stranger.get(f"/v1/webhooks/{hooks[0]['id']}").status == 404, "a stranger's look")
    checks.that(len(scene.hubward.client(scene.ops).get("/v1/webhooks").json()["items"]) == 8, "ops sees all")
    for hook in [first.json(), *hooks]:
        scene.remove(hook)


def no_secret_on_disk(scene, checks):
    hook = scene.hook("/disk")
    raw = base64.b64decode(hook["secret"][6:])
    for folder, _, files in os.walk(f"{scene.hubward.folder}/data"):
        for name in files:
            try:
                with open(os.path.join(folder, name), "rb") as file:
                    content = file.read()
            except FileNotFoundError:  # the database tidies up meanwhile
                continue
            checks.that(raw not in content and hook["secret"].encode() not in content, f"a secret in {name}")
    scene.remove(hook)


def kills(scene, checks, cycles, chance):
    """kill -9 in the middle of deliveries, again and again: nothing is missing, and order holds."""
    hook = scene.hook("/kills")
    scene.receiver.answer = lambda n, t: 503 if chance.random() < 0.02 and t.path == "/kills" else 204
    known = []
    for _ in range(cycles):
        stop = threading.Event()

        def load():
            client = scene.practice()
            while not stop.is_set():
                try:
                    known.append(client.post("/v1/referrals", referral()).json()["id"])
                except Exception:  # the server was killed
                    return
        thread = threading.Thread(target=load)
        thread.start()
        time.sleep(0.2 + chance.random())
        scene.hubward.kill()
        stop.set()
        thread.join()
        scene.hubward.start()
    scene.receiver.answer = lambda n, t: 204
    scene.act(hook, "resume")
    checks.that(scene.drained(hook), "all is delivered after the last start")
    came = scene.receiver.of("/kills")
    done = scene.now(hook)["done"]
    told = {json.loads(taken.body)["subject"] for taken in came}
    checks.that(known and set(known) <= told, f"{len(set(known) - told)} acknowledged referrals were never told of")
    complete(checks, came, hook["done"] + 1, done, "over kills")
    for taken in came:
        try:
            verify(hook["secret"], taken.headers, taken.body)
        except Unverified as error:
            checks.that(False, f"over kills: {error}")
    print(f"{cycles} kills: {len(known)} referrals acknowledged, {done - hook['done']} events, {len(came)} messages, none missing, in order")
    scene.remove(hook)


def metrics(scene, checks):
    text = scene.hubward.client("").get("/metrics").body.decode()
    for name in ("delivered_total", "failed_total", "targets", "targets_off", "behind_events", "lag_seconds"):
        checks.that(f"\nhubward_outbound_{name} " in text, f"metric {name}")


def refused_by_default(binary, checks, receiver, cert):
    """No setting: this machine is out of bounds, by address and by name."""
    scene = Scene(binary, checks, receiver, [f"outbound.authorities_file={cert}"])
    try:
        made = scene.practice().post("/v1/webhooks", {"url": receiver.url("/private")})
        checks.that(made.status == 422, f"127.0.0.1 by default: {made.status}")
        named = scene.practice().post("/v1/webhooks", {"url": receiver.url("/private", "localhost")}).json()
        scene.refer()
        checks.that(until(lambda: [t["result"] for t in scene.tries(named)][:1] == ["address-refused"]),
                    f"localhost by name: {scene.tries(named)}")
        checks.that(not receiver.of("/private"), "something was sent to a private address")
    finally:
        scene.hubward.close()


def untrusted(binary, checks, receiver):
    scene = Scene(binary, checks, receiver, ["outbound.allowed_networks=127.0.0.0/8"])
    try:
        hook = scene.hook("/untrusted")
        scene.refer()
        checks.that(until(lambda: [t["result"] for t in scene.tries(hook)][:1] == ["tls-failed"]),
                    f"an unknown authority: {scene.tries(hook)}")
        checks.that(not receiver.of("/untrusted"), "sent without trust")
    finally:
        scene.hubward.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    if not shutil.which("openssl"):
        print("skipped: no openssl to make a certificate with")
        sys.exit(77)
    print(f"seed {options.seed}")
    checks, binary = Checks(), binary_from()
    chance = random.Random(options.seed)
    folder = Hubward(binary)  # for its temporary folder
    cert, key = certificate(folder.folder, "receiver")
    receiver = Receiver(cert, key)
    scene = Scene(binary, checks, receiver, ["outbound.allowed_networks=127.0.0.0/8",
                                             f"outbound.authorities_file={cert}", f"outbound.deadline_seconds={DEADLINE}"])
    try:
        for case in (thousand, rotation, trouble, gone, types, slow, creation, no_secret_on_disk):
            receiver.answer = lambda n, t: 204
            case(scene, checks)
        receiver.answer = lambda n, t: 204
        kills(scene, checks, options.kills, chance)
        metrics(scene, checks)
        checks.that(scene.hubward.stop() == 0, "a clean stop")
        refused_by_default(binary, checks, receiver, cert)
        untrusted(binary, checks, receiver)
    finally:
        scene.hubward.close()
        receiver.close()
        folder.close()
    checks.done()


if __name__ == "__main__":
    main()
