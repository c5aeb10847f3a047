#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Consent taken back and a person forgotten, on the real program, with the time it took.

Withdrawal: offers are cancelled, the hub's details are closed with a clear answer, the practice is told
only what the person allows, and all of it is seen within a second of the request. Erasure: the details
are closed at the answer, the keys are destroyed within a second, a kill in between changes nothing, and
a backup that was made before gives nothing back when it is restored.

    HUBWARD_BINARY=… tests/e2e/consent.py [--people 50]
"""
import argparse
import pathlib
import time

from feed_client import FeedClient
from hubward_process import PATIENCE, Checks, Hubward, binary_from

PRACTICE, HUB, NAME = "X99001", "consent-hub", "Zebulonia Quillfeather"


def referral():
    return {"consent": {"share_with_hub": True, "given_by": "self", "how": "verbal"},
            "needs": ["nhs-app"], "person": {"name": NAME}}


def accepted(practice, hub):
    made = practice.post("/v1/referrals", referral()).json()
    offer = made["offers"][0]["id"]
    hub.post(f"/v1/offers/{offer}/accept")
    return made["id"], offer


def problem(answer):
    return answer.json()["type"].rsplit("/", 1)[-1]


def withdrawal(hubward, checks, tokens, people):
    practice, hub = hubward.client(tokens["practice"]), hubward.client(tokens["hub"])
    feed = FeedClient(hubward.port, tokens["hub"])
    feed.send({"t": "subscribe", "stream": f"hub/{HUB}", "after": "latest", "ref": 1})
    feed.until(lambda m: m.get("t") == "subscribed")
    times = []
    for n in range(people):
        person, offer = accepted(practice, hub)
        before = hub.get(f"/v1/referrals/{person}/details")
        checks.that(before.status == 200 and NAME.encode() in before.body, f"before: {before.status}")
        begun = time.monotonic()
        back = practice.post(f"/v1/referrals/{person}/consent-withdrawn")
        closed = hub.get(f"/v1/referrals/{person}/details")
        state = hub.get(f"/v1/offers/{offer}").json()
        told = feed.until(lambda m, o=offer: "consent-withdrawn" in str(m) and o in str(m))
        if n % 20 == 19:  # before its credit runs out, and no more frames a second than a client may send
            feed.send({"t": "ack", "stream": f"hub/{HUB}", "seq": told["seq"]})
        seen = practice.get(f"/v1/referrals/{person}").json()
        times.append(time.monotonic() - begun)
        checks.that(back.status == 200 and seen["status"] == "revoked", f"the practice: {back.status}")
        checks.that(closed.status == 403 and problem(closed) == "consent-ended", f"hub: {closed.body!r}")
        checks.that(NAME.encode() not in closed.body, "the refusal names nobody")
        checks.that(state["status"] == "cancelled" and state["reason"] == "consent-withdrawn", f"{state}")
        checks.that(seen["offers"] == [] and seen["consents"] == [], f"the practice is told: {seen}")
    times.sort()
    print(f"withdrawal, seen by hub, feed and practice: median {times[len(times) // 2] * 1e3:.0f} ms, "
          f"longest {times[-1] * 1e3:.0f} ms of {people}")
    checks.that(times[-1] < 1.0 * PATIENCE, f"a withdrawal took {times[-1]:.2f} s")
    feed.close()


def destroyed(place, person, seconds=1.0):
    """Seconds until the keys are said to be destroyed; None when they are not in time."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds * PATIENCE:
        if place.get(f"/v1/referrals/{person}").json().get("keys_destroyed"):
            return time.monotonic() - begun
        time.sleep(0.02)
    return None


def erasure(hubward, checks, tokens):
    practice, hub = hubward.client(tokens["practice"]), hubward.client(tokens["hub"])
    place = hubward.client(tokens["place"])
    first, _ = accepted(practice, hub)
    second, _ = accepted(practice, hub)
    kept, _ = accepted(practice, hub)
    backup = pathlib.Path(hubward.folder) / "backup"
    code, text = hubward.run("backup", str(backup), "--set", f"server.port={hubward.port}", check=False)
    checks.that(code == 0, f"backup: {code} {text}")

    answer = place.post(f"/v1/referrals/{first}/erase")
    checks.that(answer.status == 200 and answer.json()["erased"], f"erase: {answer.status} {answer.body!r}")
    gone = practice.get(f"/v1/referrals/{first}/details")
    checks.that(gone.status == 410 and problem(gone) == "erased", f"at the answer: {gone.body!r}")
    took = destroyed(place, first)
    checks.that(took is not None, "the keys were not destroyed within a second")
    print(f"erasure: keys destroyed {(took or 0) * 1e3:.0f} ms after the answer")

    place.post(f"/v1/referrals/{second}/erase")
    hubward.kill()  # the order is durable, the keys may not be gone yet
    hubward.start()
    place = hubward.client(tokens["place"])
    practice = hubward.client(tokens["practice"])
    checks.that(destroyed(place, second, 5.0) is not None, "after kill -9 the erasure goes on")
    checks.that(practice.get(f"/v1/referrals/{second}/details").status == 410, "and stays closed")
    checks.that(NAME.encode() in practice.get(f"/v1/referrals/{kept}/details").body, "others stay")
    history = [e["event"] for e in place.get(f"/v1/referrals/{first}/history").json()["items"]]
    checks.that(history[-2:] == ["Erased", "KeyShredded"], f"codes remain: {history}")
    checks.that(hubward.stop() == 0, "it stops in order")
    return backup, first, second, kept


def restored(hubward, checks, tokens, backup, first, second, kept):
    """The backup holds the keys of both; whoever restores it has the list beside the master key."""
    into = pathlib.Path(hubward.folder) / "restored"
    done = hubward.restore(str(backup), str(into))
    checks.that(done.returncode == 0, f"restore: {done.stderr}")
    hubward.options = [o.replace(f"storage.data={hubward.folder}/data", f"storage.data={into}")
                       for o in hubward.options]
    hubward.start()
    practice, place = hubward.client(tokens["practice"]), hubward.client(tokens["place"])
    for person in (first, second):
        answer = practice.get(f"/v1/referrals/{person}/details")
        checks.that(answer.status == 410, f"a restored backup gives back {answer.status}")
        checks.that(place.get(f"/v1/referrals/{person}").json().get("erased"), "and says why")
    checks.that(NAME.encode() in practice.get(f"/v1/referrals/{kept}/details").body, "others are there")
    checks.that(hubward.stop() == 0, "it stops in order")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--people", type=int, default=20)
    wanted = arguments.parse_args()
    checks = Checks()
    hubward = Hubward(binary_from())
    try:
        tokens = {"practice": hubward.token("practice", PRACTICE), "hub": hubward.token("hub", HUB),
                  "place": hubward.token("place", "leeds"), "ops": hubward.token("ops", "e2e")}
        hubward.start()
        made = hubward.client(tokens["ops"]).put(f"/v1/hubs/{HUB}", {
            "name": "Consent Hub", "place": "leeds", "needs": ["nhs-app"], "capacity": {"place": 500}})
        checks.that(made.status in (200, 201), f"hub: {made.status} {made.body!r}")
        withdrawal(hubward, checks, tokens, wanted.people)
        restored(hubward, checks, tokens, *erasure(hubward, checks, tokens))
    finally:
        hubward.close()
    checks.done()


if __name__ == "__main__":
    main()
