#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""FHIR Subscriptions as a client meets them: handshake, numbered events without gaps, heartbeat, $status, $events,
over kill -9. Written from the public text of the R4 topic backport; every notification is kept for tests/fhir."""
import json
import shutil
import sys
import time
import uuid

from feed_client import FeedClient
from hubward_process import PATIENCE, Checks, Hubward, binary_from, collect
from webhook_receiver import Receiver, certificate
from webhooks import DEADLINE, referral, until

BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-"
TOPIC = "http://hl7.org/fhir/us/sdoh-clinicalcare/SubscriptionTopic/Task"
PRACTICE, HUB, OTHER = "S12345", "sub-hub", "other-hub"


def subscription(endpoint, content=None, heartbeat=None, owner=None, **more):
    document = {"resourceType": "Subscription", "status": "requested", "reason": "Follow our referrals",
                "criteria": TOPIC,
                "channel": {"type": "rest-hook", "endpoint": endpoint, "payload": "application/fhir+json"}}
    if content:
        document["channel"]["_payload"] = {"extension": [{"url": BACKPORT + "payload-content", "valueCode": content}]}
    if heartbeat:
        document["channel"]["extension"] = [{"url": BACKPORT + "heartbeat-period", "valueUnsignedInt": heartbeat}]
    if owner:
        document["_criteria"] = {"extension": [{"url": BACKPORT + "filter-criteria",
                                                "valueString": f"Task?owner=HealthcareService/{owner}"}]}
    document.update(more)
    return document


class Notification:
    """One Bundle of a receiver, read as the text has it."""

    def __init__(self, body):
        self.bundle = json.loads(body)
        parameters = self.bundle["entry"][0]["resource"]
        self.values, self.events = {}, []
        for one in parameters["parameter"]:
            if one["name"] == "notification-event":
                self.events.append({part["name"]: next(v for k, v in part.items() if k != "name")
                                    for part in one["part"]})
            else:
                self.values[one["name"]] = next(v for k, v in one.items() if k != "name")

    @property
    def type(self):
        return self.values["type"]

    @property
    def numbers(self):
        return [int(event["event-number"]) for event in self.events]

    def resources(self):
        return [entry["resource"] for entry in self.bundle["entry"][1:] if "resource" in entry]


def notifications(receiver, path):
    found = []
    for taken in receiver.of(path):
        collect(taken.headers["Content-Type"], taken.body)
        found.append(Notification(taken.body))
    return found


def numbers_at(receiver, path):
    """Numbers of the events that came, each once."""
    return {number for taken in receiver.of(path) for number in Notification(taken.body).numbers}


class Scene:
    def __init__(self, binary, checks, receiver, cert):
        self.checks, self.receiver = checks, receiver
        self.hubward = Hubward(binary, ["outbound.allowed_networks=127.0.0.0/8", f"outbound.deadline_seconds={2 * DEADLINE}",
                                        f"outbound.authorities_file={cert}"])
        self.tokens = {"practice": self.hubward.token("practice", PRACTICE), "hub": self.hubward.token("hub", HUB),
                       "ops": self.hubward.token("ops", "checker"),
                       "stranger": self.hubward.token("practice", "X99999")}
        self.hubward.start()

    def fhir(self, who, verb, path, body=None, keep=True):
        headers = {"X-Request-Id": str(uuid.uuid4()), "X-Correlation-Id": str(uuid.uuid4()),
                   "Content-Type": "application/fhir+json"}
        return self.hubward.client(self.tokens[who]).send(verb, f"/FHIR/R4/{path}", body, headers, keep=keep)

    def subscribe(self, who, path, **more):
        made = self.fhir(who, "POST", "Subscription", subscription(self.receiver.url(path), **more))
        self.checks.that(made.status == 201, f"{path}: {made.status} {made.body!r}")
        document = made.json()
        self.checks.that(made.headers["Location"].endswith(f"/FHIR/R4/Subscription/{document['id']}"), "Location")
        self.checks.that(document["status"] in ("requested", "active"), f"{path}: {document['status']}")
        return document["id"]

    def status(self, who, name):
        return self.fhir(who, "GET", f"Subscription/{name}").json().get("status")

    def told_all(self, who, name, path):
        """Waits until every event that $status counts has come; whether they have."""
        def same():
            status = self.fhir(who, "GET", f"Subscription/{name}/$status").json()
            count = next(int(p["valueString"]) for p in status["entry"][0]["resource"]["parameter"]
                         if p["name"] == "events-since-subscription-start")
            return numbers_at(self.receiver, path) == set(range(1, count + 1))
        return until(same)

    def refer(self, count=1):
        client = self.hubward.client(self.tokens["practice"])
        return [client.post("/v1/referrals", referral()).json()["id"] for _ in range(count)]

    def accept(self):
        client = self.hubward.client(self.tokens["hub"])
        for offer in client.get(f"/v1/hubs/{HUB}/offers").json()["items"]:
            if offer["status"] in ("requested", "received", "ready"):
                done = client.post(f"/v1/offers/{offer['id']}/accept")
                self.checks.that(done.status == 200, f"accept: {done.status} {done.body!r}")


def without_gaps(checks, found, name):
    numbers = [number for one in found if one.type == "event-notification" for number in one.numbers]
    fresh = [n for i, n in enumerate(numbers) if n not in numbers[:i]]
    checks.that(fresh == list(range(1, len(fresh) + 1)) and fresh, f"{name}: events {numbers}")
    for one in found:
        if one.type == "event-notification":
            checks.that(int(one.values["events-since-subscription-start"]) >= max(one.numbers), f"{name}: count")
    return len(fresh)


def life(scene, checks):
    practice = scene.subscribe("practice", "/practice", content="full-resource")
    ids = scene.subscribe("practice", "/ids")  # id-only is the default
    empty = scene.subscribe("practice", "/empty", content="empty")
    hub = scene.subscribe("hub", "/hub", content="full-resource")
    owner = scene.subscribe("practice", "/owner", owner=HUB, content="id-only")
    nobody = scene.subscribe("practice", "/nobody", owner=OTHER)
    for path in ("/practice", "/ids", "/empty", "/hub", "/owner", "/nobody"):
        scene.receiver.wait(path, 1)
        first = notifications(scene.receiver, path)[0]
        checks.that(first.type == "handshake" and first.values["status"] == "requested" and not first.events,
                    f"{path}: {first.values}")
        checks.that(first.values["topic"] == TOPIC and first.bundle["type"] == "history", f"{path}: bundle")
    for who, name in (("practice", practice), ("hub", hub), ("practice", nobody)):
        checks.that(until(lambda: scene.status(who, name) == "active"), "active after the handshake")
    referral_id = scene.refer()[0]
    scene.accept()
    for path, count in (("/practice", 4), ("/hub", 3), ("/owner", 3), ("/empty", 4), ("/ids", 4)):
        came = scene.receiver.wait(path, count)
        checks.that(len(came) >= count, f"{path}: {len(came)} notifications")
    time.sleep(0.5)
    for who, name, path in (("practice", practice, "/practice"), ("practice", ids, "/ids"), ("hub", hub, "/hub")):
        checks.that(scene.told_all(who, name, path), f"{path}: not all that $status counts has come")
    whole = notifications(scene.receiver, "/practice")
    count = without_gaps(checks, whole, "practice")
    tasks = [task for one in whole for task in one.resources()]
    checks.that({task["resourceType"] for task in tasks} == {"Task"}, "Tasks")
    checks.that(any(t["id"] == referral_id and t["status"] == "accepted" for t in tasks), "the practice's Task, accepted")
    checks.that(any("partOf" in t and t["status"] == "accepted" for t in tasks), "the sub-Task, accepted")
    checks.that(all(one.events[0]["focus"]["reference"].endswith(f"/FHIR/R4/Task/{referral_id}")
                    for one in whole[1:]), "the focus is the practice's Task")
    hubs = notifications(scene.receiver, "/hub")
    without_gaps(checks, hubs, "hub")
    checks.that(all("partOf" in task for one in hubs for task in one.resources()), "a hub hears of its own sub-Tasks")
    only_ids = notifications(scene.receiver, "/ids")
    without_gaps(checks, only_ids, "ids")
    checks.that(not [r for one in only_ids for r in one.resources()] and
                all(one.events[0]["focus"]["reference"] for one in only_ids[1:]), "id-only has no resource")
    nothing = notifications(scene.receiver, "/empty")
    checks.that(all(len(one.bundle["entry"]) == 1 and "focus" not in one.events[0] for one in nothing[1:]),
                "empty tells that something happened, and no more")
    without_gaps(checks, notifications(scene.receiver, "/owner"), "owner")
    checks.that(len(scene.receiver.of("/nobody")) == 1, "nothing of a hub that was not asked")
    for path in ("/practice", "/ids", "/hub"):
        checks.that(all(b"Planted" not in t.body and b"960123" not in t.body for t in scene.receiver.of(path)),
                    f"{path}: personal details")
    questions(scene, checks, practice, count, whole)
    # Somebody's token was stolen: ops finds what was made with it, and ends it; others do neither.
    stolen = scene.subscribe("practice", "/stolen")
    checks.that(scene.fhir("hub", "DELETE", f"Subscription/{stolen}").status == 404, "not another's to end")
    listed = [e["resource"]["id"] for e in scene.fhir("ops", "GET", "Subscription").json()["entry"]]
    checks.that(stolen in listed and practice in listed, f"ops sees all: {listed}")
    checks.that(scene.fhir("ops", "GET", f"Subscription/{stolen}/$events").status == 404, "and hears nothing by them")
    checks.that(scene.fhir("ops", "DELETE", f"Subscription/{stolen}").status == 204, "ops ends it")
    checks.that(scene.fhir("practice", "GET", f"Subscription/{stolen}").status == 404, "and it is gone")
    for who, name in (("practice", practice), ("practice", ids), ("practice", empty), ("hub", hub),
                      ("practice", owner), ("practice", nobody)):
        checks.that(scene.fhir(who, "DELETE", f"Subscription/{name}").status == 204, "delete")
        checks.that(scene.fhir(who, "GET", f"Subscription/{name}").status == 404, "and gone")


def questions(scene, checks, name, count, whole):
    status = scene.fhir("practice", "GET", f"Subscription/{name}/$status").json()
    values = {p["name"]: p for p in status["entry"][0]["resource"]["parameter"]}
    checks.that(status["type"] == "searchset" and values["type"]["valueCode"] == "query-status" and
                values["events-since-subscription-start"]["valueString"] == str(count), f"$status {status}")
    again = Notification(scene.fhir("practice", "GET", f"Subscription/{name}/$events").body)
    checks.that(again.type == "query-event" and again.numbers == list(range(1, count + 1)), f"$events {again.numbers}")
    sent = [one.events[0] for one in whole if one.type == "event-notification"]
    checks.that([{**e, "focus": e["focus"]} for e in again.events] == sent[:count], "$events says what was sent")
    some = Notification(scene.fhir("practice", "POST", f"Subscription/{name}/$events", {
        "resourceType": "Parameters", "parameter": [{"name": "eventsSinceNumber", "valueString": "2"},
                                                    {"name": "eventsUntilNumber", "valueString": "3"}]}).body)
    checks.that(some.numbers == [2, 3], f"some of them: {some.numbers}")
    wrong = scene.fhir("practice", "GET", f"Subscription/{name}/$events?eventsSinceNumber=x")
    checks.that(wrong.status == 400, f"a number that is none: {wrong.status}")
    listed = scene.fhir("practice", "GET", "Subscription").json()
    checks.that(listed["total"] == 5 and len(listed["entry"]) == 5, f"listed: {listed['total']}")
    for path in ("", "/$status", "/$events"):
        checks.that(scene.fhir("stranger", "GET", f"Subscription/{name}{path}").status == 404, f"a stranger: {path}")
    checks.that(scene.fhir("stranger", "GET", "Subscription").json()["total"] == 0, "a stranger's list")
    checks.that(scene.fhir("practice", "PUT", f"Subscription/{name}", {}).status == 405, "PUT")


def refusals(scene, checks):
    good = scene.receiver.url("/refused")
    def channel(**more):
        return {"channel": {"type": "rest-hook", "endpoint": good, **more}}
    for case, document, wanted in (
            ("another topic", subscription(good, criteria="http://example.org/Other"), 422),
            ("e-mail", subscription(good, **channel(type="email")), 422),
            ("headers", subscription(good, **channel(header=["Authorization: secret"])), 422),
            ("XML", subscription(good, **channel(payload="application/fhir+xml")), 422),
            ("http", subscription("http://127.0.0.1/"), 400), ("a private address", subscription("https://10.1.1.1/"), 422),
            ("no endpoint", subscription(""), 400), ("no reason", subscription(good, reason=""), 400),
            ("active at once", subscription(good, status="active"), 400),
            ("another content", subscription(good, content="everything"), 400),
            ("a quick heart", subscription(good, heartbeat=1), 400),
            ("an end that is none", subscription(good, end="tomorrow"), 400),
            ("another filter", subscription(good, owner="a&status=x"), 422),
            ("another resource", {"resourceType": "Patient"}, 400), ("an array", [], 400)):
        made = scene.fhir("practice", "POST", "Subscription", document)
        checks.that(made.status == wanted and made.json()["resourceType"] == "OperationOutcome",
                    f"{case}: {made.status} {made.body!r}")
        checks.that(b"secret" not in made.body, f"{case}: repeated")
    checks.that(not scene.receiver.of("/refused"), "nothing was sent")


def nobody_there(scene, checks):
    scene.receiver.answer = lambda n, t: 500 if t.path == "/deaf" else 204
    deaf = scene.subscribe("practice", "/deaf")
    checks.that(until(lambda: scene.status("practice", deaf) == "error"), "a handshake without an answer")
    checks.that(scene.fhir("practice", "GET", f"Subscription/{deaf}").json().get("error"), "and why")
    scene.receiver.answer = lambda n, t: 204
    ended = scene.subscribe("practice", "/ended", end="2020-01-01T00:00:00Z")
    checks.that(until(lambda: scene.status("practice", ended) == "off"), "an end in the past")
    for name in (deaf, ended):
        scene.fhir("practice", "DELETE", f"Subscription/{name}")


def beats(scene, checks):
    name = scene.subscribe("practice", "/beats", heartbeat=10)
    checks.that(len(scene.receiver.wait("/beats", 2, 15)) == 2, "a heartbeat")
    found = notifications(scene.receiver, "/beats")
    checks.that(found[1].type == "heartbeat" and not found[1].events and found[1].values["status"] == "active",
                f"heartbeat: {found[1].values}")
    checks.that(9 < scene.receiver.of("/beats")[1].at - scene.receiver.of("/beats")[0].at < 10 + 3 * PATIENCE,
                "after ten seconds")
    scene.fhir("practice", "DELETE", f"Subscription/{name}")


def bound(scene, token, colon=":"):
    path = "/FHIR/R4/$subscription-socket"
    client = FeedClient(scene.hubward.port, "", path=path, protocol="")
    client.send_raw(f"bind-with-token{colon} {token}".encode())
    return client


def received(client):
    message = client.receive()
    collect("application/fhir+json", json.dumps(message).encode())
    return Notification(json.dumps(message))


def sockets(scene, checks):
    """The other channel: a token, a socket, the same numbers; and an end within seconds when the right ends."""
    document = subscription("", content="full-resource")
    document["channel"] = {**document["channel"], "type": "websocket"}
    del document["channel"]["endpoint"]
    made = scene.fhir("practice", "POST", "Subscription", document)
    checks.that(made.status == 201 and made.json()["status"] == "active", f"websocket: {made.status} {made.body!r}")
    name = made.json()["id"]
    scene.refer()  # before anybody listens: numbered, and not heard
    given = scene.fhir("practice", "POST", f"Subscription/{name}/$get-ws-binding-token")
    values = {p["name"]: next(v for k, v in p.items() if k != "name") for p in given.json()["parameter"]}
    checks.that(given.status == 200 and values["websocket-url"].startswith("ws://") and
                values["websocket-url"].endswith("/FHIR/R4/$subscription-socket"), f"token: {values}")
    checks.that(scene.fhir("stranger", "POST", f"Subscription/{name}/$get-ws-binding-token").status == 404, "a stranger")
    client = bound(scene, values["token"])
    first = received(client)
    heard = int(first.values["events-since-subscription-start"])
    checks.that(first.type == "handshake" and heard >= 2, f"handshake: {first.values}")
    scene.refer(3)
    scene.accept()
    numbers = []
    while len(numbers) < 9:
        one = received(client)
        numbers += one.numbers
        checks.that(one.type == "event-notification" and one.resources(), "an event with its Task")
    checks.that(numbers == list(range(heard + 1, heard + 1 + len(numbers))), f"socket: {numbers} after {heard}")
    for token, colon in ((values["token"], ":"), ("nonsense", ""), ("", ":")):
        try:
            bound(scene, token, colon).receive()
            checks.that(False, "a token that is used up, or none, binds")
        except EOFError:
            checks.that(True, "")
    again = scene.fhir("practice", "POST", f"Subscription/{name}/$get-ws-binding-token").json()
    token = next(p["valueString"] for p in again["parameter"] if p["name"] == "token")
    other = bound(scene, token, "")
    checks.that(received(other).type == "handshake", "without the colon")
    scene.fhir("practice", "DELETE", f"Subscription/{name}")
    begin = time.monotonic()
    for one in (client, other):
        try:
            while True:
                one.receive()
        except EOFError:
            pass
    checks.that(time.monotonic() - begin < 5 * PATIENCE, f"the end of the Subscription ends its sockets: {time.monotonic() - begin:.1f} s")


def kills(scene, checks):
    """Numbers go on where they were, whatever happens to the server."""
    name = scene.subscribe("practice", "/kills")
    scene.receiver.wait("/kills", 1)
    for _ in range(3):
        scene.refer(15)
        scene.hubward.kill()
        scene.hubward.start()
    scene.refer(1)
    until(lambda: len(numbers_at(scene.receiver, "/kills")) >= 92)  # 46 referrals, two events each at least
    checks.that(scene.told_all("practice", name, "/kills"), "not all that $status counts came")
    count = without_gaps(checks, notifications(scene.receiver, "/kills"), "kills")
    checks.that(count >= 92, f"{count} events over three kills")
    again = Notification(scene.fhir("practice", "GET", f"Subscription/{name}/$events?eventsSinceNumber={count}").body)
    checks.that(again.numbers == [count], f"the same numbers afterwards: {again.numbers}, {count}")
    print(f"{count} events without a gap over three kills")


def many(scene, checks):
    """However long the stream has become, a request looks at 2,048 events of it, and says when that is not enough."""
    name = scene.subscribe("hub", "/many")
    scene.refer(1)
    checks.that(until(lambda: numbers_at(scene.receiver, "/many")), "the first event came")
    until(lambda: scene.told_all("hub", name, "/many"))
    count = max(numbers_at(scene.receiver, "/many"))
    staff = scene.hubward.client(scene.tokens["hub"])
    for i in range(2_100):  # of no Task's concern
        done = staff.put(f"/v1/hubs/{HUB}/capacity", {"unit": "sim", "total": i})
        checks.that(done.status == 200, f"capacity: {done.status} {done.body!r}")

    def ask(what):
        return scene.fhir("hub", "GET", f"Subscription/{name}/{what}")
    # Its book goes on with the stream, so what is new is found at once; what is old lies too far back.
    checks.that(until(lambda: ask("$status").status == 200), f"$status: {ask('$status').body!r}")
    old = ask("$events?eventsSinceNumber=1")
    checks.that(old.status == 422 and b"too-costly" in old.body and b"2048" in old.body, f"{old.status} {old.body!r}")
    new = Notification(ask(f"$events?eventsSinceNumber={count + 1}").body)
    checks.that(new.numbers == [], f"{new.numbers} after {count}")
    scene.refer(1)
    checks.that(until(lambda: count + 1 in numbers_at(scene.receiver, "/many")), "the next number")
    again = Notification(ask(f"$events?eventsSinceNumber={count + 1}").body)
    checks.that(again.numbers[:1] == [count + 1], f"{again.numbers} after {count}")
    scene.fhir("hub", "DELETE", f"Subscription/{name}")


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
        for hub, places in ((HUB, 500), (OTHER, 0)):
            made = scene.hubward.client(scene.tokens["ops"]).put(f"/v1/hubs/{hub}", {
                "name": hub, "place": "subville", "needs": ["nhs-app"], "capacity": {"place": places}})
            checks.that(made.status == 201, f"{hub}: {made.status} {made.body!r}")
        statement = scene.fhir("practice", "GET", "metadata").json()
        served = [r for r in statement["rest"][0]["resource"] if r["type"] == "Subscription"]
        checks.that(served and {o["name"] for o in served[0]["operation"]} == {"status", "events"}, "metadata")
        for case in (life, refusals, nobody_there, beats, sockets, many, kills):
            receiver.answer = lambda n, t: 204
            case(scene, checks)
        checks.that(scene.hubward.stop() == 0, "a clean stop")
    finally:
        scene.hubward.close()
        receiver.close()
        folder.close()
    checks.done()


if __name__ == "__main__":
    main()
