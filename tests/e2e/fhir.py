#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The FHIR base as practice systems of all sorts meet it: what the published scenarios leave out.

    HUBWARD_BINARY=… tests/e2e/fhir.py
"""
import gzip
import json
import pathlib
import urllib.parse
import uuid
from xml.etree import ElementTree

from fhir_loop import check_cancelled_words, check_closed_loop, check_consent
from fhir_large import check_large
from fhir_sender import (NHS, SERVICE, Sender, cancelling, coded, everywhere, issue, message, resource, xml_of)
from hubward_process import Checks, Hubward, binary_from

HUB = "fhir-hub"
OTHER_HUB = "fhir-hub-two"
FHIR = "{http://hl7.org/fhir}"


def put(*path, value):
    def edit(document):
        place = resource(document, path[0])
        for key in path[1:-1]:
            place = place[key]
        place[path[-1]] = value
    return edit


def take(*path):
    def edit(document):
        place = resource(document, path[0])
        for key in path[1:-1]:
            place = place[key]
        del place[path[-1]]
    return edit


def add_entry(kind, **members):
    def edit(document):
        document["entry"].append({"fullUrl": f"urn:uuid:{uuid.uuid4()}",
                                  "resource": {"resourceType": kind, **members}})
    return edit


def top(key, value):
    return lambda document: document.update({key: value})


# name, edits of the good message, status, issue codes ("" for an answer that is no refusal)
MESSAGES = [
    ("http instead of https in every identifier system", [everywhere("https://fhir.nhs.uk", "http://fhir.nhs.uk")], 200, ""),
    ("/id/ instead of /Id/", [everywhere("fhir.nhs.uk/Id/", "fhir.nhs.uk/id/")], 200, ""),
    ("codesystem in small letters", [everywhere("fhir.nhs.uk/CodeSystem/", "fhir.nhs.uk/codesystem/")], 200, ""),
    ("a definition with its version", [everywhere("-request-referral\"", "-request-referral|1.2.0\"")], 200, ""),
    ("times with an offset", [everywhere("2026-03-02T09:30:00+00:00", "2026-03-02T10:30:00+01:00")], 200, ""),
    ("times with fractions and Z", [everywhere("2026-03-02T09:30:00+00:00", "2026-03-02T09:30:00.123Z")], 200, ""),
    ("no address", [take("Patient", "address")], 200, ""),
    ("no fixed address", [put("Patient", "address", 0, "postalCode", value="ZZ99 3VZ")], 200, ""),
    ("a postcode that is none", [put("Patient", "address", 0, "postalCode", value="unknown")], 200, ""),
    ("a language without a code of UK Core", [take("Patient", "communication")], 200, ""),
    ("verification status of England", [everywhere("number-present-and-verified", "01")], 200, ""),
    ("a second condition", [add_entry("Condition", subject={"display": "x"}, code={"text": "No broadband"})], 200, ""),
    ("resources that the definition does not name", [add_entry("Basic", code={"text": "x"})], 200, ""),
    ("version 1.2 of the application", [lambda d: d["meta"].update(versionId="1.2.0")], 200, ""),
    ("version 2 of the application", [lambda d: d["meta"].update(versionId="2.0.0")], 422, "not-supported"),
    ("no version of the application", [lambda d: d["meta"].pop("versionId")], 400, "invariant"),
    ("no Bundle.id", [lambda d: d.pop("id")], 400, "required"),
    ("a blank timestamp", [top("timestamp", "")], 400, "required"),
    ("no entries", [top("entry", [])], 400, "required"),
    ("the header in second place", [lambda d: d["entry"].append(d["entry"].pop(0))], 400, "invariant"),
    ("one fullUrl twice", [lambda d: d["entry"][3].update(fullUrl=d["entry"][4]["fullUrl"])], 400, "invariant"),
    ("a booking", [put("MessageHeader", "eventCoding", "code", value="booking-request")], 400, "invariant"),
    ("no sender", [take("MessageHeader", "sender")], 400, "required"),
    ("no source", [take("MessageHeader", "source")], 400, "required"),
    ("two patients", [lambda d: d["entry"].append({"fullUrl": "urn:uuid:" + str(uuid.uuid4()),
                                                  "resource": resource(d, "Patient")})], 400, "invariant"),
    ("an NHS number of nine digits", [put("Patient", "identifier", 0, "value", value="999012345")], 400, "value"),
    ("the first contact without a phone", [put("Patient", "contact", 0, "telecom", 0, "system", value="email")], 400, "required"),
    ("a use case of pharmacies, not served here", [everywhere('"dhub1"', '"a5t1"')], 400, "not-supported"),
    # What official examples get wrong.
    ("defect: NHS number of the guide fails its check digit", [put("Patient", "identifier", 0, "value", value="3478526985")], 200, ""),
    ("defect: NHS number of the OAS example", [put("Patient", "identifier", 0, "value", value="4857773456")], 200, ""),
    ("defect: NHS number of REFREQ9A", [put("Patient", "identifier", 0, "value", value="7778521234")], 200, ""),
    ("defect: latitude and longitude changed places", [add_entry("Location", position={"longitude": 53.79, "latitude": -1.54})], 200, ""),
    ("defect: a reference :uuid:…", [put("ServiceRequest", "encounter", value={"reference": ":uuid:1"})], 200, ""),
    ("defect: a participant without status", [add_entry("Appointment", status="booked", participant=[{}])], 200, ""),
    ("defect: Schedule in small letters", [add_entry("schedule", actor=[])], 200, ""),
    ("defect: another event system", [put("MessageHeader", "eventCoding", "system", value="https://fhir.nhs.uk/CodeSystem/message-event-servicerequest")], 400, "invariant"),
    ("defect: basedOn is no array", [put("ServiceRequest", "basedOn", value={"reference": "urn:uuid:1"})], 200, ""),
    ("defect: PatientInstruction", [put("ServiceRequest", "PatientInstruction", value="Bring glasses")], 200, ""),
    ("defect: an entry without a resource", [lambda d: d["entry"][5].pop("resource")], 400, "structure"),
    ("defect: a blank in a system", [put("Flag", "code", "coding", 0, "system", value="not a uri")], 200, ""),
    ("defect: decimals with zeros", [add_entry("Location", position={"longitude": -1.540, "latitude": 53.7900})], 200, ""),
    ("defect: the identifier of a patient without a value", [lambda d: resource(d, "Patient")["identifier"].append({"system": "x"})], 200, ""),
]


def check_messages(checks, sender):
    for name, edits, status, code in MESSAGES:
        answer = sender.post(message(*edits), keep=not name.startswith("defect"))
        checks.that(answer.status == status, f"{name}: {answer.status} {answer.body[:300]!r}")
        checks.that(issue(answer)[0] == code, f"{name}: issue {issue(answer)}")
    checks.that(sender.post("{not json").status == 400, "defect: a body that is no JSON")
    kept = sender.post(message(put("ServiceRequest", "PatientInstruction", value="Bring glasses")), keep=False)
    checks.that(b"Bring glasses" in kept.body, "what is not understood is given back")


def check_xml(checks, sender):
    """Every message once more in XML, and answers in XML; plain and folded."""
    kind = {"Content_Type": "application/fhir+xml", "Accept": "application/fhir+xml; version=1.1.0"}
    for name, edits, status, code in MESSAGES:
        answer = sender.post(xml_of("", message(*edits)), **kind)
        if not checks.that(answer.status == status, f"XML: {name}: {answer.status} {answer.body[:300]!r}"):
            continue
        checks.that(answer.headers["Content-Type"].startswith("application/fhir+xml"), f"XML: {name}: type")
        root = ElementTree.fromstring(answer.body)
        if code:
            found = root.find(f"{FHIR}issue/{FHIR}code").get("value")
            checks.that(found == code, f"XML: {name}: issue {found}")
        else:
            kinds = [entry[0].tag for entry in root.iterfind(f"{FHIR}entry/{FHIR}resource")]
            checks.that(kinds[0] == FHIR + "MessageHeader" and kinds[-1] == FHIR + "Encounter", f"XML: {name}: {kinds}")
    text = xml_of("", message())
    commented = text.replace("<entry>", "<!-- one more --><entry>")
    checks.that(sender.post(commented, **kind).status == 200, "defect: comments in XML")
    for broken in ("<Bundle", text.replace("</Bundle>", ""), '<!DOCTYPE x []>' + text, text.replace("http://hl7.org/fhir", "x")):
        answer = sender.post(broken, Content_Type="application/fhir+xml")
        checks.that((answer.status, issue(answer)[0]) == (400, "structure"), f"broken XML: {answer.status}")
    folded = gzip.compress(json.dumps(message()).encode())
    checks.that(sender.post(folded, Content_Encoding="gzip").status == 200, "a folded body")
    checks.that(sender.post(folded[:-9], Content_Encoding="gzip").status == 400, "a cut one")
    checks.that(sender.post(folded, Content_Encoding="br").status == 415, "another coding")
    bomb = gzip.compress(b" " * 5_000_000)
    checks.that(sender.post(bomb, Content_Encoding="gzip").status == 413, "a small body that unfolds into a large one")
    plain = sender.get("/metadata")
    small = sender.get("/metadata", Accept_Encoding="gzip")
    checks.that(small.headers["Content-Encoding"] == "gzip" and gzip.decompress(small.body) == plain.body, "a folded answer")
    both = sender.get("/metadata?_format=application/fhir%2Bxml", Accept_Encoding="gzip")
    root = ElementTree.fromstring(gzip.decompress(both.body))
    checks.that(root.tag == FHIR + "CapabilityStatement", "XML and folded")


def check_headers(checks, sender):
    mixed = {"x-REQUEST-id": str(uuid.uuid4()), "X-CORRELATION-ID": str(uuid.uuid4()),
             "X_Request_Id": None, "X_Correlation_Id": None}
    answer = sender.post(message(), **mixed)
    checks.that(answer.status == 200, f"header names in mixed case: {answer.status}")
    checks.that(answer.headers["X-Request-Id"] == mixed["x-REQUEST-id"], "the id comes back")
    device = coded({"resourceType": "Device", "deviceName": {"name": "EX"}, "version": {"value": "1"}})
    rows = [
        ("no use-context", {"use_context": None}, 200, ""),
        ("a Device with objects", {"NHSD_Requesting_Software": device}, 200, ""),
        ("a target by http", {"NHSD_Target_Identifier": coded({"system": SERVICE.replace("https", "http"), "value": "9000000001"})}, 200, ""),
        ("a target elsewhere", {"NHSD_Target_Identifier": coded({"system": SERVICE, "value": "1"})}, 404, "not-found"),
        ("a target that is no base64", {"NHSD_Target_Identifier": "%%%"}, 400, "value"),
        ("no target", {"NHSD_Target_Identifier": None}, 400, "required"),
        ("no X-Request-Id", {"X_Request_Id": None}, 400, "required"),
        ("no Content-Type", {"Content_Type": "text/plain"}, 415, "not-supported"),
        ("a minor version", {"Accept": "application/fhir+json; version=1.4.0"}, 200, ""),
        ("any type", {"Accept": "*/*"}, 200, ""),
        ("a page", {"Accept": "text/html"}, 406, "processing"),
    ]
    for name, more, status, code in rows:
        answer = sender.post(message(), **more)
        checks.that(answer.status == status and issue(answer)[0] == code,
                    f"{name}: {answer.status} {issue(answer)} {answer.body[:200]!r}")
    answer = sender.post(message(), X_Request_Id="not-a-uuid", X_Correlation_Id="neither")
    checks.that(answer.status == 400 and answer.headers["X-Request-Id"] != "not-a-uuid", "what is no UUID is not said back")
    checks.that(answer.headers["X-Correlation-Id"] is None, "in neither header")
    answer = sender.get("/metadata?_format=json", Accept="text/html")
    checks.that(answer.status == 200, "_format beats Accept")
    answer = sender.get("/metadata?_format=text/turtle")
    checks.that(answer.status == 406, "a _format that is not served")


def check_addresses(checks, sender):
    rows = [
        ("PUT", "/ServiceRequest/95e58add-0b10-4a8c-817c-2729eb0cab75", 501, "REC_NOT_IMPLEMENTED"),
        ("DELETE", "/ServiceRequest/95e58add-0b10-4a8c-817c-2729eb0cab75", 501, "REC_NOT_IMPLEMENTED"),
        ("POST", "/ServiceRequest", 501, "REC_NOT_IMPLEMENTED"),
        ("GET", "/Slot", 501, "REC_NOT_IMPLEMENTED"),
        ("POST", "/Appointment", 501, "REC_NOT_IMPLEMENTED"),
        ("GET", "/DocumentReference/1", 501, "REC_NOT_IMPLEMENTED"),
        ("DELETE", "/metadata", 405, "REC_METHOD_NOT_ALLOWED"),
        ("POST", "/Task", 405, "REC_METHOD_NOT_ALLOWED"),
        ("PUT", "/Task/1", 405, "REC_METHOD_NOT_ALLOWED"),
        ("PATCH", "/HealthcareService/x", 405, "REC_METHOD_NOT_ALLOWED"),
        ("GET", "/$process-message", 405, "REC_METHOD_NOT_ALLOWED"),
        ("GET", "/Nothing", 404, "REC_NOT_FOUND"),
        ("GET", "/servicerequest", 404, "REC_NOT_FOUND"),
        ("GET", "/ServiceRequest/", 400, "REC_BAD_REQUEST"),
        ("GET", "/ServiceRequest/not-a-uuid", 400, "REC_BAD_REQUEST"),
        ("GET", "/Task/not-a-uuid", 400, "REC_BAD_REQUEST"),
        ("GET", "/HealthcareService/nowhere", 404, "REC_NOT_FOUND"),
    ]
    for verb, path, status, code in rows:
        answer = sender.client.send(verb, "/FHIR/R4" + path, "{}" if verb != "GET" else None,
                                    {"X-Request-Id": str(uuid.uuid4()), "X-Correlation-Id": str(uuid.uuid4()),
                                     "Content-Type": "application/fhir+json"})
        checks.that((answer.status, issue(answer)[1]) == (status, code),
                    f"{verb} {path}: {answer.status} {issue(answer)}")
        checks.that((answer.headers.get("Allow") is not None) == (status == 405), f"{verb} {path}: Allow")


def total(answer):
    return answer.json().get("total", -1)


def check_search(checks, sender, stranger):
    number = "9990123462"
    first = sender.refer(put("Patient", "identifier", 0, "value", value=number),
                         put("Patient", "name", value=[{"family": "Findmee", "given": ["Zora"]}]))
    def ask(query, who=sender):
        return who.get("/ServiceRequest?" + query)
    quoted = urllib.parse.quote(f"{NHS}|{number}", safe="")
    for query in (f"patient:identifier={quoted}", f"patient%3Aidentifier={number}", f"patient.identifier={quoted}",
                  "patient:name=findm", "patient:name=ZORA&patient:birthdate=1951-07-14",
                  f"_id={first}", f"patient:identifier={quoted}&status=active"):
        answer = ask(query)
        checks.that(answer.status == 200 and total(answer) == 1, f"{query}: {answer.status} {answer.body[:200]!r}")
    checks.that(total(ask(f"patient:identifier={quoted}&status=revoked")) == 0, "status narrows")
    checks.that(total(ask(f"patient:identifier={quoted}", stranger)) == 0, "another practice finds nothing")
    checks.that(number.encode() not in ask(f"patient:identifier={quoted}").body, "the answer repeats no question")
    checks.that(stranger.get(f"/ServiceRequest/{first}").status == 404, "another practice reads nothing")


def check_cancel(checks, sender):
    first = sender.refer()
    wrong = sender.post(message(cancelling(first), put("Patient", "identifier", 0, "value", value="9990123462")))
    checks.that(wrong.status == 400 and issue(wrong)[0] == "invariant", f"another person: {wrong.status}")
    checks.that(sender.post(message(cancelling(first))).status == 200, "cancelled")
    checks.that(sender.get(f"/ServiceRequest/{first}").json()["status"] == "revoked", "and says so")
    again = sender.post(message(cancelling(first)))
    checks.that((again.status, issue(again)[0]) == (409, "conflict"), f"cancelled twice: {again.status} {issue(again)}")
    second = sender.refer()
    checks.that(sender.post(message(cancelling(second, "entered-in-error", "delete"))).status == 200, "sent in error")
    checks.that(sender.get(f"/ServiceRequest/{second}").json()["status"] == "entered-in-error", "and says so")
    checks.that(sender.get(f"/Task/{second}").json()["status"] == "entered-in-error", "so does the Task")


def check_services(checks, sender):
    found = sender.get("/HealthcareService?_count=1").json()
    checks.that(len(found["entry"]) == 1 and found["link"][1]["relation"] == "next", "one a page")
    following = sender.get(found["link"][1]["url"].split("/FHIR/R4")[1]).json()
    checks.that(following["entry"][0]["resource"]["id"] != found["entry"][0]["resource"]["id"], "the next one")
    one = sender.get(f"/HealthcareService/{HUB}").json()
    checks.that("no-capacity" in json.dumps(one) or "capacity" in json.dumps(one), "with its capacity")
    full = sender.get("/HealthcareService?capacity-status=no-capacity").json()
    checks.that([e["resource"]["id"] for e in full["entry"]] == ["fhir-hub-full"], "those that are full")
    none = sender.get("/HealthcareService?service-type=nhs-video").json()
    checks.that("entry" not in none, "no hub offers it")
    checks.that(sender.get("/HealthcareService?service-type=flying").status == 400, "no need of ours")
    checks.that(sender.get("/Task?_count=1&status=requested,accepted").status == 200, "Tasks by status")


# Of the good message and of the people in check_search; each would name somebody.
PERSONAL = [b"Testperson", b"9990123454", b"9990123462", b"01632960001", b"01632 960001", b"LS99 9ZZ", b"Findmee",
            b"1951-07-14", b"1 Example Street", b"Lend a tablet"]


def check_privacy(checks, hubward, sender, seen):
    """Nothing that names a person in any refusal, log line, metric, Task, hub or file of the data folder."""
    ops = hubward.client(hubward.token("ops", "watcher"))
    places = {"refusals": b"".join(seen), "the log": "".join(hubward.log).encode(),
              "metrics": ops.get("/metrics").body, "Tasks": sender.get("/Task?_count=100").body,
              "hubs": sender.get("/HealthcareService").body}
    checks.that(len(seen) > 50 and all(places.values()), f"there was something to look at: {len(seen)} refusals")
    for path in pathlib.Path(hubward.folder, "data").rglob("*"):
        if path.is_file():
            places[path.name] = path.read_bytes()
    for name, content in places.items():
        for text in PERSONAL:
            checks.that(text not in content, f"{name}: tells {text.decode()}")


def check_settings(checks, binary):
    """Use case, definition, strictness and needs by settings alone."""
    hubward = Hubward(binary, ["places.dos_services=9000000001", "fhir.use_cases=a5t1",
                               "fhir.wrong_check_digit=refuse", "fhir.unknown_use_case=422",
                               "fhir.default_need=nhs-app"])
    try:
        token = hubward.token("practice", "X99001")
        hubward.start()
        sender = Sender(hubward.client(token))
        pharmacy = everywhere('"dhub1"', '"a5t1"')
        checks.that(sender.post(message(pharmacy)).status == 200, "GP to community pharmacy")
        checks.that(sender.post(message()).status == 422, "a use case that is not served")
        wrong = sender.post(message(pharmacy, put("Patient", "identifier", 0, "value", value="3478526985")))
        checks.that((wrong.status, issue(wrong)[0]) == (400, "value"), "a wrong check digit is refused")
        plain = sender.refer(pharmacy, everywhere("digital-access", "something-else"))
        task = sender.get(f"/Task/{plain}").json()
        checks.that(task["reasonCode"]["coding"][0]["code"] == "nhs-app", "the default need")
    finally:
        hubward.close()


def main():
    checks, binary = Checks(), binary_from()
    hubward = Hubward(binary, ["places.dos_services=9000000001"])
    try:
        tokens = {name: hubward.token(role, name) for role, name in (
            ("practice", "X99001"), ("practice", "X99002"), ("hub", HUB), ("hub", OTHER_HUB), ("ops", "tester"))}
        hubward.start()
        ops = hubward.client(tokens["tester"])
        for hub, places in ((HUB, 900), (OTHER_HUB, 900), ("fhir-hub-full", 0)):
            made = ops.put(f"/v1/hubs/{hub}", {"name": f"Hub {hub}", "place": "leeds", "needs": ["dev-loan"],
                                               "languages": ["ur", "en"], "access": ["wheelchair"],
                                               "capacity": {"place": places, "device": places}})
            checks.that(made.status == 201, f"{hub}: {made.status} {made.body!r}")
        refusals = []
        sender = Sender(hubward.client(tokens["X99001"]), refusals)
        stranger = Sender(hubward.client(tokens["X99002"]))
        check_messages(checks, sender)
        check_xml(checks, sender)
        check_headers(checks, sender)
        check_addresses(checks, sender)
        check_large(checks, sender, hubward)
        check_search(checks, sender, stranger)
        check_cancel(checks, sender)
        check_closed_loop(checks, sender, {h: hubward.client(tokens[h]) for h in (HUB, OTHER_HUB)}, stranger)
        check_cancelled_words(checks, sender, {h: hubward.client(tokens[h]) for h in (HUB, OTHER_HUB)})
        check_consent(checks, sender, {h: hubward.client(tokens[h]) for h in (HUB, OTHER_HUB)}, ops)
        check_services(checks, sender)
        check_privacy(checks, hubward, sender, refusals)
        check_settings(checks, binary)
    finally:
        hubward.close()
    checks.done()


if __name__ == "__main__":
    main()
