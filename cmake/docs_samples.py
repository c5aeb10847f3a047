# SPDX-License-Identifier: Apache-2.0
"""A curl line for each operation of docs/openapi.json. tests/e2e/docs_samples.py runs every one of them
against a server, so a sample that does not work is no sample."""
import json
import shlex

# A date that lies ahead when the sample is run.
SOON = "$(date -u -d '+7 days' +%FT%TZ)"
LATER = "$(date -u -d '+7 days 2 hours' +%FT%TZ)"

PERSON = {"person": {"name": "Amina Testperson", "contact": [{"system": "phone", "value": "01632 960001", "safe": True}]},
          "needs": ["nhs-app"], "location": {"latitude": 53.79, "longitude": -1.54}, "consent": {"share_with_hub": True}}

BODIES = {
    "submitReferral": PERSON,
    "checkReferral": PERSON,
    "previewMatches": {"needs": ["nhs-app"], "location": {"latitude": 53.79, "longitude": -1.54}},
    "chooseHub": {"no_digital": True},
    "withdrawReferral": {"reason": "withdrawn-by-person", "note": "The person found help elsewhere."},
    "pauseReferral": {"reason": "person-unavailable", "review_at": SOON},
    "reopenReferral": {"note": "The person asked again."},
    "giveConsent": {"purposes": ["share-with-hub", "contact-person"], "given_by": "self", "how": "verbal"},
    "withdrawConsent": {"purposes": ["share-with-hub"]},
    "recordPersonOutcome": {"need": 0, "outcome": "need-met"},
    "movePerson": {"postcode": "LS99 9ZZ", "place": "leeds"},
    "closeNeed": {"need": 0, "outcome": "signposted"},
    "assignOwner": {"owner": "duty-desk"},
    "putHub": {"name": "Riverside Library", "place": "leeds", "needs": ["nhs-app"], "location":
               {"latitude": 53.79, "longitude": -1.55}, "capacity": {"place": 20}},
    "setHubPrice": {"price": 10},
    "createWebhook": {"url": "https://practice.example.org/hubward"},
    "resendWebhookEvent": {"sequence": 1},
    "putCapacity": {"unit": "place", "total": 20},
    "publishSession": {"starts": SOON, "ends": LATER, "seats": 6},
    "setSessionSeats": {"seats": 8},
    "closeHubReview": {"review": "stock"},
    "declineOffer": {"reason": "no-slot"},
    "bookAppointment": {"starts": SOON},
    "recordContact": {"result": "no-contact"},
    "waitlistAtHub": {"review_at": SOON},
    "transferOffer": {},
    "recordOutcome": {"need": 0, "outcome": "need-met"},
    "returnOffer": {"reason": "hub-withdrew"},
    "recordMeasure": {"measure": "foundation-tasks", "moment": "before", "value": 3},
    "addNeed": {"need": "data-sim"},
}
# What stands in the braces of a path, as a variable of the shell or as a value.
PLACES = {"/v1/offers/{id}": {"id": "$OFFER"}, "/v1/referrals/{id}": {"id": "$REFERRAL"}, "/v1/hubs/{slug}": {"slug": "$HUB", "session": "1"},
          "/v1/webhooks/{id}": {"id": "$WEBHOOK"}, "/v1/policies/{place}": {"place": "leeds"},
          "/v1/streams/": {"kind": "hub", "name": "$HUB"}, "/schemas/": {"file": "ServerFrame.json"}}
QUERIES = {"readEvents": "?after=earliest&limit=10", "getReadyz": "?verbose"}


def body_text(name):
    """The sample's body laid out for a form; "" for an operation without one. The server fills in the dates."""
    if name not in BODIES:
        return ""
    return json.dumps(BODIES[name], indent=2).replace(SOON, "{soon}").replace(LATER, "{later}")


def filled(path, name):
    for start, values in PLACES.items():
        if path.startswith(start):
            for key, value in values.items():
                path = path.replace("{" + key + "}", value)
    if "{" in path:
        raise SystemExit(f"cmake/docs_samples.py: {name} has a path that no sample fills in: {path}")
    return path + QUERIES.get(name, "")


def quoted(body):
    """As one word of a shell; a date is worked out by the shell."""
    text = json.dumps(body)
    if SOON not in text:
        return shlex.quote(text)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'  # the dates have neither in them


def sample(document, path, verb, operation):
    name = operation["operationId"]
    words = ["curl -sS"]
    if verb != "get":
        words.append(f"-X {verb.upper()}")
    words.append(f'"$HUBWARD{filled(path, name)}"')
    if operation.get("security", document.get("security")):
        words.append('-H "Authorization: Bearer $TOKEN"')
    if verb == "post":
        words.append('-H "Idempotency-Key: $(date +%s%N)"')
    if operation.get("requestBody", {}).get("required"):
        words.append("-H 'Content-Type: application/json'")
        if name in ("adoptPolicy", "adoptPlacePolicy"):  # all settings at once: those in force, to be changed
            words[0] = f"{words[0]} \"$HUBWARD/v1/policy\" {words[3]} | curl -sS"
            words.append("-d @-")
        elif name in BODIES:
            words.append(f"-d {quoted(BODIES[name])}")
        else:
            raise SystemExit(f"cmake/docs_samples.py: {name} needs a body for its sample")
    return " \\\n  ".join(words)
