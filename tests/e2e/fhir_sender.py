# SPDX-License-Identifier: Apache-2.0
"""A practice system that speaks BaRS, and the edits that a test makes to its message."""
import base64
import copy
import json
import pathlib
import uuid
from xml.sax.saxutils import quoteattr

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVICE = "https://fhir.nhs.uk/Id/dos-service-id"
ODS = "https://fhir.nhs.uk/Id/ods-organization-code"
NHS = "https://fhir.nhs.uk/Id/nhs-number"
GOOD = json.loads((ROOT / "tests/data/fhir/referral_new.json").read_text())
CANCELLED = "https://fhir.nhs.uk/MessageDefinition/bars-message-servicerequest-request-cancelled"


def coded(document):
    return base64.b64encode(json.dumps(document).encode()).decode()


def headers(**more):
    """Of a good request; None takes one away. Underscores stand for hyphens."""
    all_headers = {
        "Content-Type": "application/fhir+json", "Accept": "application/fhir+json; version=1.1.0",
        "X-Request-Id": str(uuid.uuid4()), "X-Correlation-Id": str(uuid.uuid4()),
        "NHSD-Target-Identifier": coded({"system": SERVICE, "value": "9000000001"}),
        "NHSD-End-User-Organisation": coded({
            "resourceType": "Organization", "name": "Example Surgery",
            "identifier": [{"system": ODS, "value": "X99001"}]}),
    }
    for name, value in more.items():
        all_headers[name.replace("_", "-")] = value
    return {name: value for name, value in all_headers.items() if value is not None}


def message(*edits):
    """The good message under a fresh id, after these edits, each a function of the document."""
    document = copy.deepcopy(GOOD)
    document["id"] = str(uuid.uuid4())
    for edit in edits:
        edit(document)
    return document


def resource(document, kind, position=0):
    return [e["resource"] for e in document["entry"] if e["resource"]["resourceType"] == kind][position]


def cancelling(referral, status="revoked", reason="update"):
    def edit(document):
        resource(document, "MessageHeader")["reason"]["coding"][0]["code"] = reason
        resource(document, "MessageHeader")["definition"] = CANCELLED
        resource(document, "ServiceRequest").update(id=referral, status=status)
    return edit


def everywhere(old, new):
    """Every text in the document."""
    def edit(document):
        changed = json.loads(json.dumps(document).replace(old, new))
        document.clear()
        document.update(changed)
    return edit


def xml_of(name, value):
    """One element of FHIR XML; as much of the rules as our message needs."""
    if isinstance(value, list):
        return "".join(xml_of(name, item) for item in value)
    if not isinstance(value, dict):
        text = json.dumps(value) if isinstance(value, (bool, int, float)) else str(value)
        return f"<{name} value={quoteattr(text)}/>"
    if "resourceType" in value:
        inner = f'<{value["resourceType"]} xmlns="http://hl7.org/fhir">' + "".join(
            xml_of(k, v) for k, v in value.items() if k != "resourceType") + f'</{value["resourceType"]}>'
        return f"<{name}>{inner}</{name}>" if name else inner
    attributes = {"url"} if name == "extension" else set()
    head = "".join(f" {k}={quoteattr(value[k])}" for k in attributes if k in value)
    return f"<{name}{head}>" + "".join(xml_of(k, v) for k, v in value.items() if k not in attributes) + f"</{name}>"


class Sender:
    def __init__(self, client, refusals=None):
        """refusals: takes the body of each answer that is one."""
        self.client = client
        self.refusals = [] if refusals is None else refusals

    def kept(self, answer):
        if answer.status >= 400:
            self.refusals.append(answer.body)
        return answer

    def post(self, document, path="/$process-message", keep=True, **more):
        body = document if isinstance(document, (str, bytes)) else json.dumps(document)
        return self.kept(self.client.send("POST", "/FHIR/R4" + path, body, headers(**more), keep=keep))

    def get(self, path, **more):
        return self.kept(self.client.send("GET", "/FHIR/R4" + path, None, headers(Content_Type=None, **more)))

    def refer(self, *edits):
        """A referral that must be taken; its id."""
        answer = self.post(message(*edits))
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {answer.body!r}")
        return resource(answer.json(), "ServiceRequest")["id"]


def issue(answer):
    """(issue code, NHS error code) of an OperationOutcome; ("", "") for another body."""
    try:
        document = answer.json()
    except ValueError:
        return "", ""
    if document.get("resourceType") != "OperationOutcome":
        return "", ""
    first = document["issue"][0]
    return first["code"], first["details"]["coding"][0]["code"]
