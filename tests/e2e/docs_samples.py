#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every curl sample of /docs against the real program, as a reader would: read off the page, pasted
into a shell, with the five variables set. A sample that does not get a 2xx is no sample.

    HUBWARD_BINARY=… tests/e2e/docs_samples.py
"""
import datetime
import html
import json
import re
import shutil
import subprocess
import time

from hubward_process import Checks, Hubward, binary_from

PAGES = ("referrals", "offers", "hubs", "policy", "feed", "operations", "webhooks")
# These change what others ask about, so they have their turn first or last.
ORDER = {"adoptPlacePolicy": -1, "closeHub": 1, "createWebhook": 2, "deleteWebhook": 3}
HUB, SECOND, PRACTICE = "riverside", "chapel-lane", "A12345"
SAMPLE = re.compile(r'<code data-operation="(\w+)">(.*?)</code>', re.DOTALL)

AHEAD = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=7)).strftime("%Y-%m-%dT%H:%M:%SZ")

# Which role's token, where it is not the one that the tag suggests.
ROLES = {"listReferrals": "practice", "assignOwner": "ops", "eraseReferral": "ops", "closeFollowUp": "ops", "markReferralError": "ops", "listGaps": "ops", "getReport": "ops",
         "listWaiting": "ops", "auditOrphans": "ops", "putHub": "ops", "closeHub": "ops", "closeHubReview": "ops",
         "adoptPolicy": "ops", "setHubPrice": "ops", "getMetrics": "ops", "readEvents": "hub", "issueFeedTicket": "hub", "putCapacity": "hub"}
# What must have happened to the referral or offer before.
ACCEPTED = ("startSupport", "bookAppointment", "recordContact", "waitlistAtHub", "recordOutcome",
            "returnOffer", "getReferralDetails", "recordMeasure", "addNeed")
HELPED = [("hub", "offers", "accept", {}), ("hub", "offers", "start", {}),
          ("hub", "offers", "outcome", {"need": 0, "outcome": "need-met"})]
STEPS = {"recordPersonOutcome": HELPED,
         "closeFollowUp": [*HELPED, ("practice", "referrals", "person-outcome", {"need": 0, "outcome": "need-not-met"})],
         "resumeReferral": [("practice", "referrals", "pause",
                             {"reason": "person-unavailable", "review_at": AHEAD})],
         "reopenReferral": [("practice", "referrals", "withdraw", {"reason": "withdrawn-by-person"})],
         "getReferralWithdrawal": [("practice", "referrals", "withdraw",
                                    {"reason": "withdrawn-by-person", "note": "Found help elsewhere."})],
         "transferOffer": [("hub", "offers", "accept", {}), ("hub", "offers", "start", {})],
         "releaseNeeds": [("hub", "offers", "decline", {"reason": "missing-information"})],
         "closeNeed": [("hub", "offers", "decline", {"reason": "missing-information"})]}


class Reader:
    def __init__(self, hubward, checks):
        self.hubward, self.checks = hubward, checks
        self.tokens = {"ops": hubward.token("ops", "night-watch"), "practice": hubward.token("practice", PRACTICE),
                       "hub": hubward.token("hub", HUB)}
        for slug in (HUB, SECOND):
            made = self.client("ops").put(f"/v1/hubs/{slug}", {
                "name": slug, "place": "leeds", "needs": ["nhs-app"], "capacity": {"place": 200},
                "location": {"latitude": 53.79, "longitude": -1.55 if slug == HUB else -1.9}})
            checks.that(made.status == 201, f"a hub: {made.status} {made.body!r}")
        soon = time.time() + 86400
        clock = lambda at: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
        made = self.client("ops").post(f"/v1/hubs/{HUB}/sessions",
                                       {"starts": clock(soon), "ends": clock(soon + 7200), "seats": 6})
        checks.that(made.status == 201, f"a session: {made.status} {made.body!r}")

    def client(self, role):
        return self.hubward.client(self.tokens[role])

    def samples(self):
        for page in PAGES:
            answer = self.hubward.client().get(f"/docs/{page}")
            self.checks.that(answer.status == 200, f"/docs/{page}: {answer.status}")
            self.checks.that(b"Try it" not in answer.body and b"/docs/try/" not in answer.body, f"/docs/{page} offers Try it")
            for name, curl in SAMPLE.findall(answer.body.decode()):
                yield page, name, html.unescape(curl)

    def stage(self, name):
        """A fresh referral in the state that the operation asks for; its id and its offer's."""
        made = self.client("practice").post("/v1/referrals", {
            "needs": ["nhs-app"], "location": {"latitude": 53.79, "longitude": -1.54}, "chosen_hub": HUB,
            "person": {"name": "Amina Testperson", "contact": [{"system": "phone", "value": "01632 960001"}]},
            "consent": {"share_with_hub": True}})
        self.checks.that(made.status == 201, f"a referral for {name}: {made.status} {made.body!r}")
        referral, offer = made.json()["id"], made.json()["offers"][0]["id"]
        steps = [("hub", "offers", "accept", {})] if name in ACCEPTED else STEPS.get(name, [])
        for role, kind, step, body in steps:
            done = self.client(role).post(f"/v1/{kind}/{offer if kind == 'offers' else referral}/{step}", body)
            self.checks.that(done.status == 200, f"{step} for {name}: {done.status} {done.body!r}")
        return referral, offer

    def webhook(self, page):
        """The id of a webhook, made when none is there."""
        if page != "webhooks":
            return ""
        client = self.client("practice")
        known = client.get("/v1/webhooks").json()["items"]
        if known:
            return known[0]["id"]
        made = client.post("/v1/webhooks", {"url": "https://practice.example.org/hubward"})
        self.checks.that(made.status == 201, f"a webhook: {made.status} {made.body!r}")
        return made.json()["id"]

    def run(self, page, name, curl):
        # A webhook that stands would be told of every referral, so none is made from then on.
        referral, offer = self.stage(name) if page != "webhooks" else ("", "")
        role = ROLES.get(name, {"referrals": "practice", "webhooks": "practice", "policy": "ops"}.get(page, "hub"))
        variables = {"HUBWARD": f"http://127.0.0.1:{self.hubward.port}", "TOKEN": self.tokens[role], "HUB": HUB,
                     "REFERRAL": referral, "OFFER": offer, "WEBHOOK": self.webhook(page), "PATH": "/usr/bin:/bin"}
        first, last = curl.rsplit("curl -sS", 1)
        marked = f"{first}curl -sS -m 20 -w '\\n%{{http_code}}'{last}"
        done = subprocess.run(["sh", "-c", marked], env=variables, capture_output=True, text=True, timeout=60, check=False)
        status = done.stdout.rsplit("\n", 1)[-1]
        self.checks.that(status.startswith("2"), f"{name}: {status} {done.stdout[:300]} {done.stderr[:200]}")


def main():
    if not shutil.which("curl"):
        print("skipped: curl is missing")
        raise SystemExit(77)
    checks = Checks()
    hubward = Hubward(binary_from())
    try:
        hubward.start()
        # No demo: nothing here may act as somebody without a token.
        for path in ("/docs/try/getHub", "/docs/try/submitReferral"):
            checks.that(hubward.client().get(path).status == 404, f"{path} is there without the demo")
        posted = hubward.client().send("POST", "/docs/try/getHub", "path-slug=a",
                                       headers={"Content-Type": "application/x-www-form-urlencoded"})
        checks.that(posted.status == 404, f"a form of Try it: {posted.status}")
        reader = Reader(hubward, checks)
        samples = list(reader.samples())
        samples.sort(key=lambda one: (one[0] == "webhooks", ORDER.get(one[1], 0)))
        for page, name, curl in samples:
            reader.run(page, name, curl)
        documented = {operation["operationId"] for verbs in
                      json.loads(reader.hubward.client().get("/openapi.json").body)["paths"].values()
                      for verb, operation in verbs.items() if verb != "parameters"}
        checks.that({name for _, name, _ in samples} == documented, "every operation has a sample")
        print(f"{len(samples)} samples ran")
    finally:
        hubward.close()
    checks.done()


main()
