#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Numbers of FHIR Subscriptions stay without gap or repeat when a person takes consent back and when the server is
restored from a backup; a webhook goes on, under another epoch, unless it was deleted since, and under the newest secret.

    HUBWARD_BINARY=… tests/e2e/outbound_restore.py
"""
import pathlib
import shutil
import sys
import time

from hubward_process import Checks, Hubward, binary_from
from subscriptions import HUB, Notification, Scene, notifications, subscription, without_gaps
from webhook_receiver import Receiver, Unverified, certificate, verify
from webhooks import until


def told(scene, path):
    return [one for one in notifications(scene.receiver, path) if one.type == "event-notification"]


def taken_back(scene, checks):
    """A practice that follows one hub: what it may not be told any more keeps its number and says nothing."""
    name = scene.subscribe("practice", "/one-hub", owner=HUB, content="id-only")
    scene.receiver.wait("/one-hub", 1)
    first, second = scene.refer(2)
    until(lambda: len(told(scene, "/one-hub")) == 2)
    practice = scene.hubward.client(scene.tokens["practice"])
    scene.accept()
    until(lambda: len(told(scene, "/one-hub")) == 4)
    before = [(one.numbers, one.events[0].get("focus", {}).get("reference", "")) for one in told(scene, "/one-hub")]
    checks.that([numbers for numbers, _ in before] == [[1], [2], [3], [4]] and all(focus for _, focus in before),
                f"before: {before}")
    back = practice.post(f"/v1/referrals/{first}/consent-withdrawn", {"purposes": ["share-status-with-referrer"]})
    checks.that(back.status == 200, f"taken back: {back.status} {back.body!r}")
    hub = scene.hubward.client(scene.tokens["hub"])
    for offer in hub.get(f"/v1/hubs/{HUB}/offers").json()["items"]:
        if offer["status"] == "accepted":
            checks.that(hub.post(f"/v1/offers/{offer['id']}/start").status == 200, "start")
    until(lambda: len(told(scene, "/one-hub")) == 5)
    time.sleep(0.5)
    count = without_gaps(checks, notifications(scene.receiver, "/one-hub"), "after consent was taken back")
    checks.that(count == 5, f"what happens to the first is not told any more: {count}")
    again = Notification(scene.fhir("practice", "GET", f"Subscription/{name}/$events").body)
    checks.that(again.numbers == [1, 2, 3, 4, 5], f"$events has the same numbers: {again.numbers}")
    said = {n: event.get("focus", {}).get("reference", "") for n, event in zip(again.numbers, again.events)}
    silent = [n for n, focus in said.items() if not focus]
    checks.that(len(silent) == 2 and not any(first in focus for focus in said.values()), f"and less content: {said}")
    checks.that(said[5].split("/")[-1].startswith(second), f"the other person is told of: {said}")
    checks.that(scene.fhir("practice", "DELETE", f"Subscription/{name}").status == 204, "delete")


def webhook_ids(scene):
    """Stream, epoch and number, with an underscore between."""
    return [taken.headers["webhook-id"] for taken in scene.receiver.of("/hook")]


def restored(scene, checks):
    hubward, receiver = scene.hubward, scene.receiver
    name = scene.subscribe("practice", "/follows")
    leaves = scene.subscribe("practice", "/leaves")
    document = subscription("")
    document["channel"] = {"type": "websocket", "payload": "application/fhir+json"}
    socket = scene.fhir("practice", "POST", "Subscription", document).json()["id"]
    practice = hubward.client(scene.tokens["practice"])
    hook = practice.post("/v1/webhooks", {"url": receiver.url("/hook")})
    checks.that(hook.status == 201, f"a webhook: {hook.status} {hook.body!r}")
    deleted = practice.post("/v1/webhooks", {"url": receiver.url("/deleted")})
    checks.that(deleted.status == 201, f"another: {deleted.status} {deleted.body!r}")
    receiver.wait("/follows", 1)
    scene.refer(3)
    until(lambda: len(told(scene, "/follows")) >= 6 and len(receiver.of("/hook")) >= 6)
    folder = pathlib.Path(hubward.folder)
    hubward.run("backup", str(folder / "backup"), "--set", f"server.port={hubward.port}")
    at_backup = without_gaps(checks, notifications(receiver, "/follows"), "before the backup")
    scene.refer(2)  # numbered and told, and not in the backup
    until(lambda: len(told(scene, "/follows")) >= at_backup + 4 and len(receiver.of("/hook")) >= at_backup + 4)
    all_told = without_gaps(checks, notifications(receiver, "/follows"), "after the backup")
    hooked = webhook_ids(scene)
    gone = practice.send("DELETE", f"/v1/webhooks/{deleted.json()['id']}")
    checks.that(gone.status == 204, f"deleted after the backup: {gone.status}")
    fresh_secret = practice.post(f"/v1/webhooks/{hook.json()['id']}/rotate").json()["secret"]
    sent_to_deleted = len(receiver.of("/deleted"))
    checks.that(hubward.stop() == 0, "a clean stop")
    done = hubward.restore(str(folder / "backup"), str(folder / "restored"))
    checks.that(done.returncode == 0, f"restore: {done.stderr}")
    hubward.options = [o.replace(f"storage.data={folder}/data", f"storage.data={folder}/restored") for o in hubward.options]
    receiver.answer = lambda n, t: {"/follows": 503, "/leaves": 410}.get(t.path, 204)
    hubward.start()
    until(lambda: len(notifications(receiver, "/follows")) > all_told + 1)
    checks.that(scene.status("practice", name) == "error", "not told yet, and says so to whoever asks")
    hubward.kill()  # who was not told before a crash is told after it
    refused = len(notifications(receiver, "/follows"))  # the last word among them
    receiver.answer = lambda n, t: 204
    hubward.start()
    over = lambda: notifications(receiver, "/follows")[-1]
    checks.that(until(lambda: len(notifications(receiver, "/follows")) > refused and
                      scene.status("practice", name) == "error" and over().values["status"] == "error", 60),
                f"the last word: {over().values}")
    taken = len(notifications(receiver, "/follows"))
    checks.that(not over().events and over().type == "heartbeat", f"without a number: {over().values}")
    scene.refer(2)
    until(lambda: len(receiver.of("/hook")) > len(hooked) + 3)
    time.sleep(1)
    checks.that(len(notifications(receiver, "/follows")) == taken, "nothing after it")
    fresh = without_gaps(checks, notifications(receiver, "/follows"), "over the restore")
    checks.that(fresh == all_told, f"no number came again: {fresh} of {all_told}")
    read = scene.fhir("practice", "GET", f"Subscription/{name}").json()
    checks.that(read["status"] == "error" and "restored" in read["error"], f"why: {read}")
    events = Notification(scene.fhir("practice", "GET", f"Subscription/{name}/$events").body)
    checks.that(events.values["status"] == "error" and not events.events, f"$events: {events.values}")
    checks.that(scene.status("practice", socket) == "error", "the one by websocket too")
    read = scene.fhir("practice", "GET", f"Subscription/{leaves}").json()
    checks.that(read["status"] == "error" and "restored" in read["error"], f"who answered 410 to the last word: {read}")
    events = Notification(scene.fhir("practice", "GET", f"Subscription/{leaves}/$events").body)
    checks.that(not events.events, f"and is given no number twice: {events.values}")
    again = scene.subscribe("practice", "/anew")
    checks.that(again != name, "another id")
    receiver.wait("/anew", 1)
    scene.refer(1)
    until(lambda: len(told(scene, "/anew")) >= 2)
    checks.that(without_gaps(checks, notifications(receiver, "/anew"), "anew") >= 2, "a new one begins at 1")
    went_on = webhook_ids(scene)[len(hooked):]
    epochs, old = ({one.rsplit("_", 2)[-2] for one in ids} for ids in (went_on, hooked))
    checks.that(went_on and len(epochs) == 1 and not epochs & old, f"the webhook goes on in a new epoch: {epochs} {old}")
    checks.that(len(set(hooked + went_on)) == len(hooked + went_on), "and no webhook-id came twice")
    listed = [one["id"] for one in hubward.client(scene.tokens["practice"]).get("/v1/webhooks").json()["items"]]
    checks.that(hook.json()["id"] in listed and deleted.json()["id"] not in listed, f"the one that was deleted after the backup stays so: {listed}")
    checks.that(len(receiver.of("/deleted")) == sent_to_deleted, "and is sent nothing")
    last = receiver.of("/hook")[-1]
    checks.that(len(last.headers["webhook-signature"].split(" ")) == 1, "the replaced secret signs nothing any more")
    try:
        verify(fresh_secret, last.headers, last.body)
    except Unverified as error:
        checks.that(False, f"the newest secret signs after the restore: {error}")
    print(f"{all_told} numbers, {at_backup} of them in the backup; none came again")


def main():
    if not shutil.which("openssl"):
        print("skipped: no openssl to make a certificate with")
        sys.exit(77)
    checks, binary = Checks(), binary_from()
    folder = Hubward(binary)
    cert, key = certificate(folder.folder, "receiver")
    receiver = Receiver(cert, key)
    scene = Scene(binary, checks, receiver, cert)
    try:
        made = scene.hubward.client(scene.tokens["ops"]).put(f"/v1/hubs/{HUB}", {
            "name": HUB, "place": "subville", "needs": ["nhs-app"], "capacity": {"place": 500}})
        checks.that(made.status == 201, f"{HUB}: {made.status} {made.body!r}")
        for case in (taken_back, restored):
            receiver.answer = lambda n, t: 204
            case(scene, checks)
    finally:
        scene.hubward.close()
        receiver.close()
        folder.close()
    checks.done()


if __name__ == "__main__":
    main()
