#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A data folder that an earlier version of the program wrote is opened by this one, for ever.

tests/data/golden_folders holds one archive for each format of what lies on disk: a small town
with its keys, and what a client of that time could read of it. It is unpacked, verified, served and read; then
life goes on in it, through a kill and another start.

    HUBWARD_BINARY=… tests/e2e/golden_folders.py
    HUBWARD_BINARY=… tests/e2e/golden_folders.py --write v1.tar.xz    by the last build of a version, once
"""
import argparse
import json
import pathlib
import tarfile

from crash import HUBS, PRACTICES
from hubward_process import Checks, binary_from
from town import Town

ARCHIVES = pathlib.Path(__file__).resolve().parents[1] / "data" / "golden_folders"
PARTS = ("data", "master.key", "token.key", "expected.json")
PEOPLE = 40
ENDED = ("completed", "revoked")  # for good, so they must read the same for ever


def verified(town):
    return json.loads(town.hubward.run("verify", "--json")[1])


def readable(town):
    """What clients can read that must stay the same in every later version."""
    seen = {"referrals": {}, "ended": {}, "offers": {}, "details": {}}
    for practice in PRACTICES:
        for item in town.client(practice).pages("/v1/referrals"):
            seen["referrals"][item["id"]] = [item["reference"], item["created"]]
            if item["status"] in ENDED:
                seen["ended"][item["id"]] = item["status"]
    for hub in HUBS:
        staff = town.client(hub)
        seen["offers"][hub] = {offer["id"]: offer["status"] for offer in staff.pages(f"/v1/hubs/{hub}/offers")}
        for offer, status in seen["offers"][hub].items():
            if status == "accepted":
                referral = offer.rsplit(".", 1)[0]
                details = staff.get(f"/v1/referrals/{referral}/details").json()
                seen["details"][referral] = details["person"]["name"]
    return seen


def live_on(town, checks):
    """What a load does not do: people who are helped, withdrawn, forgotten."""
    def done(answer):
        checks.that(answer.status == 200, f"{answer.status} {answer.body!r}")

    for hub in HUBS:
        staff = town.client(hub)
        for offer in list(staff.pages(f"/v1/hubs/{hub}/offers?status=accepted"))[:2]:
            done(staff.post(f"/v1/offers/{offer['id']}/outcome", {"need": 0, "outcome": "need-met"}))
    place = town.hubward.client(town.hubward.token("place", "crashville"))
    for practice in PRACTICES:
        client = town.client(practice)
        waiting = [item["id"] for item in client.pages("/v1/referrals") if item["status"] not in ENDED]
        if len(waiting) > 3:  # a load of two threads leaves some practices without any
            done(client.post(f"/v1/referrals/{waiting[0]}/withdraw", {"reason": "withdrawn-by-person"}))
            done(client.post(f"/v1/referrals/{waiting[1]}/consent-withdrawn"))
            done(place.post(f"/v1/referrals/{waiting[2]}/erase"))


def write(binary, archive, checks):
    town = Town(binary, checks)
    try:
        town.open()
        load = town.load("golden", 2)
        checks.that(load.has_told(PEOPLE), "the load did something")
        load.join()
        live_on(town, checks)
        expected = readable(town)
        checks.that(set(expected["ended"].values()) == set(ENDED), f"some have ended: {expected['ended']}")
        checks.that(town.hubward.stop() == 0, "a clean stop")
        expected["verify"] = {name: verified(town)[name] for name in ("events", "chain_head", "sealed")}
        folder = pathlib.Path(town.hubward.folder)
        (folder / "expected.json").write_text(json.dumps(expected, indent=1, sort_keys=True))
        ARCHIVES.mkdir(exist_ok=True)
        with tarfile.open(ARCHIVES / archive, "w:xz") as packed:
            for part in PARTS:
                packed.add(folder / part, part)
        print(f"{archive}: {expected['verify']}, {(ARCHIVES / archive).stat().st_size} bytes")
    finally:
        town.close()


def opened(binary, archive, checks):
    """The number of referrals in it."""
    town = Town(binary, checks, ["storage.accept_clock=true"])  # it has rested for long
    try:
        with tarfile.open(archive) as packed:
            packed.extractall(town.hubward.folder)
        for who in town.tokens:  # by the key of the archive
            role = "practice" if who in PRACTICES else "hub" if who in HUBS else "ops"
            town.tokens[who] = town.hubward.token(role, "checker" if role == "ops" else who)
        expected = json.loads((pathlib.Path(town.hubward.folder) / "expected.json").read_text())
        found = verified(town)
        for name, value in expected.pop("verify").items():
            checks.that(found[name] == value, f"{archive.name}: {name} is {found[name]}, was {value}")
        town.hubward.start()
        # Offers that nobody answered end with time, so only those that were accepted must stand as they did.
        seen = readable(town)
        checks.that(seen["referrals"] == expected["referrals"], f"{archive.name}: other referrals")
        for hub, offers in expected["offers"].items():
            now = seen["offers"][hub]
            kept = all(now.get(offer) == status for offer, status in offers.items() if status == "accepted")
            checks.that(set(offers) <= set(now) and kept, f"{archive.name}: other offers at {hub}")
        same = all(seen["details"].get(who) == name for who, name in expected["details"].items())
        checks.that(expected["details"] and same, f"{archive.name}: details do not open")
        # The first archive says nothing of them.
        checks.that(seen["ended"] == expected.get("ended", seen["ended"]), f"{archive.name}: others have ended")
        load = town.load("goes on", 2)
        load.has_told(20)
        town.hubward.kill()
        load.join()
        town.hubward.start()
        listed = {item["id"] for p in PRACTICES for item in town.client(p).pages("/v1/referrals")}
        told = {known[3] for known in town.ledger.acked.values()}
        checks.that(told and told | set(expected["referrals"]) <= listed, f"{archive.name}: life ends in it")
        checks.that(town.hubward.stop() == 0, "a clean stop")
        town.verify(checks)
        return len(expected["referrals"])
    finally:
        town.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", default="")
    options = parser.parse_args()
    checks = Checks()
    if options.write:
        write(binary_from(), options.write, checks)
        checks.done()
    archives = sorted(ARCHIVES.glob("*.tar.xz"))
    checks.that(archives, "there is no golden folder")
    for archive in archives:
        people = opened(binary_from(), archive, checks)
        print(f"{archive.name}: {people} referrals read, and life goes on", flush=True)
    checks.done()


if __name__ == "__main__":
    main()
