#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""From a message to a person helped, on the real program: a BaRS message in, the offer on the hub's
feed, accepted, seen by the practice, told as a story; then a hub from an Open Referral directory; then
SIGTERM and a restart that has lost nothing.

    HUBWARD_BINARY=… tests/e2e/walk.py
"""
import base64
import json
import pathlib
import subprocess
import time
import uuid

from feed_client import FeedClient
from hubward_process import Checks, Hubward, binary_from

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUTSIDE = ROOT / "../shared/interop"
PRACTICE = "X99001"
NEEDS = ["nhs-app", "nhs-login", "dev-loan", "data-sim", "skill-foundation", "assess", "nhs-consult",
         "nhs-repeat", "nhs-book", "skill-comm", "trust-confidence", "lang-support"]
SYSTEM = "https://fhir.nhs.uk/Id/dos-service-id"


def bars_headers(request_id):
    target = base64.b64encode(json.dumps({"system": SYSTEM, "value": "9000000001"}).encode()).decode()
    return {"Content-Type": "application/fhir+json", "Accept": "application/fhir+json; version=1.1.0",
            "X-Request-Id": request_id, "X-Correlation-Id": str(uuid.uuid4()),
            "NHSD-Target-Identifier": target, "use-context": "dhub1|referral|servicerequest-request|new"}


def messages():
    """Our own message, and the published one when it is there."""
    yield ROOT / "tests/data/fhir/referral_new.json"
    published = OUTSIDE / "bars-scenarios/base_referral_new.json"
    if published.exists():
        yield published
    else:
        print("skipped: no published BaRS message beside the tree")


def bars_message(hubward, checks, path, hub, tokens):
    print(f"the message {path.name}")
    message = json.loads(path.read_text())
    message["id"] = str(uuid.uuid4())
    feed = FeedClient(hubward.port, tokens["hub"])
    feed.send({"t": "subscribe", "stream": f"hub/{hub}", "after": "latest", "ref": 1})
    feed.until(lambda m: m.get("t") == "subscribed")

    sender = hubward.client(tokens["practice"])
    headers = bars_headers(str(uuid.uuid4()))
    answer = sender.send("POST", "/FHIR/R4/$process-message", message, headers)
    if not checks.that(answer.status == 200, f"$process-message: {answer.status} {answer.body!r}"):
        return
    referral = next(e["resource"]["id"] for e in answer.json()["entry"]
                    if e["resource"]["resourceType"] == "ServiceRequest")
    again = sender.send("POST", "/FHIR/R4/$process-message", message, headers)
    checks.that(again.status == 409, f"a resend is a duplicate: {again.status}")

    event = feed.until(lambda m: "offered" in json.dumps(m) and referral in json.dumps(m))
    checks.that(True, "the offer is on the feed")
    checks.that("patient" not in json.dumps(event).lower(), "the feed says nothing of the patient")
    feed.close()

    staff = hubward.client(tokens["hub"])
    offer = next(o for o in staff.pages(f"/v1/hubs/{hub}/offers?status=requested")
                 if o["referral"] == referral)
    before = staff.get(f"/v1/referrals/{referral}/details")
    checks.that(before.status == 403, f"no details before the accept: {before.status}")
    accepted = staff.post(f"/v1/offers/{offer['id']}/accept")
    checks.that(accepted.status == 200 and accepted.json()["status"] == "accepted",
                f"accept: {accepted.status} {accepted.body!r}")
    details = staff.get(f"/v1/referrals/{referral}/details")
    checks.that(details.status == 200 and b"bundle" in details.body, f"details: {details.status}")
    seen = sender.get(f"/v1/referrals/{referral}").json()
    checks.that(seen["offers"][0]["status"] == "accepted", f"the practice sees it: {seen}")
    story = sender.get(f"/v1/referrals/{referral}/history").json()["items"]
    names = [item["event"] for item in story]
    checks.that(names == ["ReferralSubmitted", "Offered", "Accepted", "DetailsDisclosed"], f"{names}")
    for item in story:
        print(f"    {item['at']}  {item['story']}")


def directory(hubward, checks, path, tokens):
    """Hubs from Open Referral JSON; one of them then helps."""
    print(f"the directory {path.name}")
    ops = hubward.client(tokens["ops"])
    before = {h["slug"]: h["version"] for h in ops.pages("/v1/hubs")}
    arguments = [hubward.binary, "import", str(path), "--place", "riverside", "--json",
                 "--server", f"http://127.0.0.1:{hubward.port}", "--token", tokens["ops"]]
    for turn in ("first", "second"):
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)
        checks.that(done.returncode in (0, 65), f"{turn} import: {done.returncode} {done.stderr}")
        after = {h["slug"]: h["version"] for h in ops.pages("/v1/hubs")}
        if turn == "first":
            once = after
        else:
            checks.that(after == once, "importing twice changes nothing")
    new = [h for h in ops.pages("/v1/hubs") if h["slug"] not in before]
    if not checks.that(len(new) > 0, f"{path.name} brought no hub: {done.stdout} {done.stderr}"):
        return
    able = next((h for h in new if h.get("active", True) and h.get("needs")), None)
    if able is None:
        hub, needs = new[0], ["nhs-app"]
        document = {"name": hub["name"], "place": "riverside", "needs": needs, "capacity": {"place": 3}}
        made = ops.put(f"/v1/hubs/{hub['slug']}", document)
        checks.that(made.status == 200, f"overlay by hand: {made.status} {made.body!r}")
    else:
        hub, needs = able, able["needs"][:1]
        for unit in ("place", "device", "sim"):
            ops.put(f"/v1/hubs/{hub['slug']}/capacity", {"unit": unit, "total": 3})
    # The person asks for this hub by name and will not go to the others.
    answer = hubward.client(tokens["practice"]).post("/v1/referrals", {
        "consent": {"share_with_hub": True}, "needs": needs, "trusted_hub": hub["slug"],
        "refused_hubs": ["bars-hub"], "person": {"name": "Directory Testperson"}})
    offers = answer.json().get("offers", []) if answer.status == 201 else []
    checks.that([o["hub"]["slug"] for o in offers] == [hub["slug"]],
                f"the imported hub gets the referral: {answer.status} {answer.body!r}")


def restart(hubward, checks, tokens):
    ids = [r["id"] for r in hubward.client(tokens["practice"]).pages("/v1/referrals")]
    begin = time.monotonic()
    checks.that(hubward.stop() == 0, "SIGTERM ends the server with 0")
    print(f"drained in {time.monotonic() - begin:.2f} s")
    hubward.start()
    again = [r["id"] for r in hubward.client(tokens["practice"]).pages("/v1/referrals")]
    checks.that(ids == again and ids, "nothing is lost over a restart")
    code, text = hubward.run("doctor", check=False)
    checks.that(code in (0, 1, 69, 75, 78), f"doctor: {code} {text}")


def main():
    checks = Checks()
    hubward = Hubward(binary_from(), ["places.dos_services=9000000001"])
    hub = "bars-hub"
    try:
        tokens = {"practice": hubward.token("practice", PRACTICE), "hub": hubward.token("hub", hub),
                  "ops": hubward.token("ops", "checker")}
        hubward.start()
        made = hubward.client(tokens["ops"]).put(f"/v1/hubs/{hub}", {
            "name": "BaRS hub", "place": "riverside", "virtual": True, "needs": NEEDS,
            "languages": ["en", "ur", "pa", "pl"], "access": ["interpreter", "wheelchair", "large-print"],
            "capacity": {"place": 20, "device": 20, "sim": 20}})
        checks.that(made.status == 201, f"hub: {made.status} {made.body!r}")
        for path in messages():
            bars_message(hubward, checks, path, hub, tokens)
        directory(hubward, checks, ROOT / "tests/data/open_referral/services.json", tokens)
        mock = OUTSIDE / "oruk/validator-mocks/V3.0-UK-Default/service_full.json"
        if mock.exists():
            directory(hubward, checks, mock, tokens)
        else:
            print("skipped: no Open Referral mock beside the tree")
        restart(hubward, checks, tokens)
    finally:
        hubward.close()
    checks.done()


if __name__ == "__main__":
    main()
