#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tells each scenario of matches.txt to the real program over HTTP and compares who is asked.

    HUBWARD_BINARY=… tests/scenarios/scenarios.py [words of a claim]
"""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from hubward_process import Checks, Hubward, binary_from  # noqa: E402


def scenarios(text):
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if lines:
            yield lines[0], lines[1:]


def fields(words):
    return dict(word.split("=", 1) for word in words)


def location(text):
    latitude, longitude = text.split(",")
    return {"latitude": float(latitude), "longitude": float(longitude)}


def reserve(row):
    """2:urgent, 1:need:nhs-app+nhs-login, 1:referrer:B86 or 1:place:harehills"""
    count, whom, *named = row.split(":")
    document = {"count": int(count), "for": whom}
    if whom == "need":
        document["needs"] = named[0].split("+")
    elif named:
        document[whom] = named[0]
    return document


def hub_document(name, given):
    document = {"name": name, "place": "riverside", "needs": given.pop("needs").split(","),
                "capacity": {"place": int(given.pop("places", 0)), "device": int(given.pop("devices", 0))}}
    for key, value in given.items():
        document.update({
            "at": lambda v: {"location": location(v)},
            "languages": lambda v: {"languages": v.split(",")},
            "access": lambda v: {"access": v.split(",")},
            "catchment": lambda v: {"catchment_metres": int(v)},
            "active": lambda v: {"active": v == "true"},
            "virtual": lambda v: {"virtual": v == "true"},
            "serves": lambda v: {"serves": v.split(",")},
            "area": lambda v: {"area": [location(corner) for corner in v.split(";")]},
            "communities": lambda v: {"communities": [int(c) for c in v.split(",")]},
            "interest": lambda v: {"interest_only": v == "true"},
            "takes_from": lambda v: {"takes_from": v.split(",")},
            "open": lambda v: {"open_half_days": v.split(",")},
            "kept": lambda v: {"kept": [reserve(row) for row in v.split(";")]},
        }[key](value))
    return document


def referral(given):
    document = {"consent": {"share_with_hub": True}, "needs": given.pop("needs").split(",")}
    for key, value in given.items():
        document.update({
            "at": lambda v: {"location": location(v)},
            "language": lambda v: {"language": v},
            "required": lambda v: {"language_required": v == "true"},
            "access": lambda v: {"access": v.split(",")},
            "travel": lambda v: {"travel_max_metres": int(v)},
            "trusted": lambda v: {"trusted_hub": v},
            "refused": lambda v: {"refused_hubs": v.split(",")},
            "place": lambda v: {"place": v},
            "communities": lambda v: {"communities": [int(c) for c in v.split(",")]},
            "available": lambda v: {"available": v.split(",")},
            "load": lambda v: {"load": int(v)},
            "urgency": lambda v: {"urgency": v},
            "together": lambda v: {"together": v == "true"},
        }[key](value))
    return document


def tell(claim, lines, checks):
    hubward = Hubward(binary_from())
    try:
        ops, practice = hubward.token("ops", "teller"), hubward.token("practice", "A12345")
        hubward.start()
        for line in lines:
            kind, *words = line.split()
            if kind == "hub":
                made = hubward.client(ops).put(f"/v1/hubs/{words[0]}",
                                               hub_document(words[0], fields(words[1:])))
                checks.that(made.status == 201, f"{claim} {line}: {made.status} {made.body!r}")
                continue
            arrow = words.index("->")
            answer = hubward.client(practice).post("/v1/referrals", referral(fields(words[:arrow])))
            if not checks.that(answer.status == 201, f"{claim} {line}: {answer.status} {answer.body!r}"):
                continue
            made = answer.json()
            asked = sorted(offer["hub"]["slug"] for offer in made["offers"])
            asked += ["gap"] if made["gaps"] else []
            expected = sorted(words[arrow + 1:], key=lambda name: (name == "gap", name))
            checks.that(asked == expected, f"{claim} {line}: asked {asked}")
    finally:
        hubward.close()


def main():
    wanted = " ".join(sys.argv[1:])
    checks, told = Checks(), 0
    for claim, lines in scenarios((HERE / "matches.txt").read_text()):
        if wanted in claim:
            tell(claim, lines, checks)
            told += 1
    checks.that(told > 0, "there are scenarios")
    print(f"{told} scenarios")
    checks.done()


if __name__ == "__main__":
    main()
