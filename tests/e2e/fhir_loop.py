# SPDX-License-Identifier: Apache-2.0
"""One referral's way as a practice system sees it: Tasks, the outbox, what the person does not agree to tell."""
import time
import uuid

from fhir_sender import NHS, cancelling, issue, message, resource
from hubward_process import PATIENCE


def step(hub, offer, action, body=None):
    answer = hub.post(f"/v1/offers/{offer}/{action}", body)
    if answer.status != 200:
        raise RuntimeError(f"{action}: {answer.status} {answer.body!r}")


def tasks_of(sender, referral):
    found = sender.get(f"/Task?part-of=Task/{referral}").json()
    return [entry["resource"] for entry in found.get("entry", [])]


def settled(read, wanted, seconds=10):
    """The first value that `wanted` likes, for what follows by itself; the last one when none comes."""
    end = time.monotonic() + seconds * PATIENCE
    while True:
        value = read()
        if wanted(value) or time.monotonic() > end:
            return value
        time.sleep(0.02)


def check_closed_loop(checks, sender, hubs, stranger):
    referral = sender.refer()
    main = sender.get(f"/Task/{referral}").json()
    checks.that((main["status"], main["intent"]) == ("requested", "order"), f"the practice's Task: {main}")
    sub = tasks_of(sender, referral)
    checks.that(len(sub) == 1 and sub[0]["partOf"][0]["reference"] == f"Task/{referral}", f"one sub-Task: {sub}")
    owner = sub[0]["owner"]["reference"].split("/")[1]
    hub, offer = hubs[owner], sub[0]["id"]
    checks.that(hub.get(f"/FHIR/R4/Task/{offer}").status == 200, "the hub reads its own")
    checks.that(hub.get(f"/FHIR/R4/Task/{referral}").status == 404, "and not the practice's")
    listed = hub.get("/FHIR/R4/Task?_count=1").json()
    checks.that([e["resource"]["id"] for e in listed["entry"]] == [offer], f"the hub lists its newest: {listed}")
    older = hub.get("/FHIR/R4" + listed["link"][1]["url"].split("/FHIR/R4")[1]).json()
    checks.that(older["entry"][0]["resource"]["id"] != offer, "and the one before")
    other = next(name for name in hubs if name != owner)
    checks.that(hubs[other].get(f"/FHIR/R4/Task/{offer}").status == 404, "another hub reads nothing")
    checks.that(stranger.get(f"/Task/{offer}").status == 404, "another practice reads nothing")
    step(hub, offer, "decline", {"reason": "no-capacity"})
    subs = settled(lambda: tasks_of(sender, referral), lambda tasks: len(tasks) == 2)
    states = {task["id"]: task for task in subs}
    checks.that(states[offer]["status"] == "rejected" and states[offer]["statusReason"]["text"], "rejected, with why")
    second = next(task for task in subs if task["id"] != offer)
    hub, offer = hubs[second["owner"]["reference"].split("/")[1]], second["id"]
    step(hub, offer, "open")
    checks.that(sender.get(f"/Task/{offer}").json()["status"] == "requested", "opened is still requested")
    step(hub, offer, "accept")
    checks.that(sender.get(f"/Task/{referral}").json()["status"] == "accepted", "accepted")
    step(hub, offer, "start")
    checks.that(sender.get(f"/Task/{referral}").json()["status"] == "in-progress", "in progress")
    step(hub, offer, "outcome", {"need": 0, "outcome": "need-met"})
    done = sender.get(f"/Task/{referral}").json()
    checks.that(done["status"] == "completed" and done["output"], f"completed with output: {done}")
    checks.that(sender.get(f"/ServiceRequest/{referral}").json()["status"] == "completed", "the request too")
    check_outbox(checks, sender, referral)


def outbox_about(checks, sender, referral):
    """All messages about one referral, page by page; and the path that goes on from there."""
    told, path = [], "/$outbox?after=0"
    for _ in range(100):
        answer = sender.get(path)
        checks.that(answer.status == 200, f"{path}: {answer.status} {answer.body[:200]!r}")
        page = answer.json()
        if "entry" not in page:
            break
        for entry in page["entry"]:
            answer = entry["resource"]
            if resource(answer, "ServiceRequest")["id"] == referral:
                told.append(answer)
        path = page["link"][0]["url"].split("/FHIR/R4")[1]
    return told, path


def check_outbox(checks, sender, referral):
    told, path = outbox_about(checks, sender, referral)
    states = [resource(answer, "Encounter", 1)["status"] for answer in told]
    checks.that(states == ["planned", "finished"], f"the outbox tells {states}")
    header = resource(told[0], "MessageHeader")
    checks.that(header["eventCoding"]["code"] == "servicerequest-response", "an answer")
    checks.that(header["destination"][0]["endpoint"].endswith("9000000002"), "to the sender's own endpoint")
    checks.that("identifier" in told[0], "with the conversation it belongs to")
    checks.that(sender.get(path.replace("after=", "after=x")).status == 400, "a number is expected")
    check_answer(checks, sender, told[0]["id"])


def check_cancelled_words(checks, sender, hubs):
    """What a cancelling message says is kept, shown to the hub that had the person, and given back."""
    referral = sender.refer()
    task = tasks_of(sender, referral)[0]
    owner, offer = task["owner"]["reference"].split("/")[1], task["id"]
    hub, other = hubs[owner], next(client for name, client in hubs.items() if name != owner)
    step(hub, offer, "accept")

    def says(document):
        request = resource(document, "ServiceRequest")
        request["reasonCode"] = [{"text": "Went to stay with a Testperson sister"}]
        request["meta"] = {"lastUpdated": "2026-03-03T09:30:00+00:00"}
        request["patientInstruction"] = "Bring the Testperson tablet back"
        document["entry"].append({"fullUrl": "urn:uuid:" + str(uuid.uuid4()), "resource": {
            "resourceType": "Communication", "status": "completed", "dialect": "Mother tongue",
            "payload": [{"contentString": "Keep the Testperson charger"}], "note": [{"text": "Ring Testperson once more"}]}})
    answer = sender.post(message(cancelling(referral), says), keep=False)
    checks.that(answer.status == 200, f"cancelled with words: {answer.status} {answer.body[:300]!r}")
    now = sender.get(f"/ServiceRequest/{referral}").json()
    checks.that(now["status"] == "revoked" and now["reasonCode"][0]["text"].startswith("Went to stay"), f"why: {now}")
    checks.that(now["patientInstruction"].startswith("Bring"), "what was added to the request")
    checks.that(now["meta"]["lastUpdated"].startswith("2026-03-03"), "as it is now")
    checks.that(now["category"], "what the cancellation leaves out stays")
    found = sender.get("/ServiceRequest?status=revoked&_id=" + referral).json()
    checks.that(found["entry"][0]["resource"] == now, "a search gives the same")
    told = sender.client.get(f"/v1/referrals/{referral}/withdrawal").json()
    lines = told["note"].split("\n")
    checks.that(lines[0] == "Went to stay with a Testperson sister", f"why comes first: {lines}")
    for words in ("Keep the Testperson charger", "Bring the Testperson tablet back", "Ring Testperson once more", "Mother tongue"):
        checks.that(any(words in line for line in lines), f"{words}: {lines}")
    checks.that(not any(line.startswith(("Patient", "RelatedPerson")) for line in lines), f"not who it was: {lines}")
    checks.that(resource(told["bundle"], "Communication")["dialect"] == "Mother tongue", "the message whole")
    notes = sender.client.get(f"/v1/referrals/{referral}/details").json()["notes"]
    checks.that(notes == [{"at": told["at"], "event": "Withdrawn", "note": told["note"]}], f"beside the details: {notes}")
    read = hub.get(f"/v1/referrals/{referral}/withdrawal").json()
    checks.that(read["note"] == told["note"] and "bundle" not in read, "the hub reads the words, and no more")
    checks.that(other.get(f"/v1/referrals/{referral}/withdrawal").status == 404, "another hub nothing")
    path = f"/hub/{owner}/offers/{offer}"
    closed = hub.get(path).body
    checks.that(b"/withdrawal" in closed and b"Testperson" not in closed, "the page offers to show them")
    form = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    shown = hub.send("POST", path + "/withdrawal", "", form)
    checks.that(shown.status == 200 and b"Ring Testperson once more" in shown.body, f"and does: {shown.status}")
    stranger = other.send("POST", path + "/withdrawal", "", form)
    checks.that(stranger.status in (403, 404) and b"Testperson" not in stranger.body, "to nobody else")
    events = [item["event"] for item in sender.client.get(f"/v1/referrals/{referral}/history").json()["items"]]
    checks.that(events.count("DetailsDisclosed") >= 6, f"each reading is on record: {events}")


def check_consent(checks, sender, hubs, ops):
    """What the person does not agree to tell is in no message, search or Task; a person who is forgotten
    stops nobody from reading on."""
    quiet, gone = sender.refer(), sender.refer()
    back = sender.client.post(f"/v1/referrals/{quiet}/consent-withdrawn", {"purposes": ["share-status-with-referrer"]})
    checks.that(back.status == 200, f"taken back: {back.status} {back.body!r}")
    for referral in (quiet, gone):
        offer = ops.get(f"/v1/referrals/{referral}").json()["offers"][0]
        step(hubs[offer["hub"]["slug"]], offer["id"], "accept")
    erased = ops.post(f"/v1/referrals/{gone}/erase")
    checks.that(erased.status == 200, f"erased: {erased.status} {erased.body!r}")
    for referral in (quiet, gone):
        told, _ = outbox_about(checks, sender, referral)
        checks.that(told == [], f"the outbox tells of {referral}: {told}")
    checks.that(sender.get(f"/ServiceRequest/{quiet}").json()["status"] == "unknown", "the request's status is not told")
    found = sender.get(f"/ServiceRequest?_id={quiet}&status=active&patient:identifier="
                       f"https://fhir.nhs.uk/Id/nhs-number|{NHS}").json()
    checks.that("entry" not in found, f"nor found out by a search: {found}")
    later = sender.refer()
    offer = ops.get(f"/v1/referrals/{later}").json()["offers"][0]
    step(hubs[offer["hub"]["slug"]], offer["id"], "accept")
    checks.that(len(outbox_about(checks, sender, later)[0]) == 1, "and what comes after is still told")


def check_answer(checks, sender, known):
    """The sender answers a message of ours: known 200 with the same Bundle, unknown 404, nameless 400."""
    def answering(name):
        def edit(document):
            header = resource(document, "MessageHeader")
            header["eventCoding"]["code"] = "servicerequest-response"
            if name:
                header["response"] = {"identifier": name, "code": "ok"}
        return edit
    good = message(answering(known))
    for _ in range(2):  # nothing follows from it, so twice is as good as once
        answer = sender.post(good)
        checks.that(answer.status == 200 and answer.json()["id"] == good["id"], f"an answer to us: {answer.status}")
    for _ in range(110):  # more events than are looked at in one go
        sender.refer()
    answer = sender.post(good)
    checks.that(answer.status == 200, f"an answer to something older: {answer.status}")
    never = sender.post(message(answering(str(uuid.uuid4()))))
    checks.that(never.status == 404 and issue(never) == ("not-found", "REC_NOT_FOUND"), f"to nothing: {never.status}")
    nameless = sender.post(message(answering("")))
    checks.that(nameless.status == 400 and issue(nameless)[0] == "required", f"to nobody knows: {nameless.status}")
