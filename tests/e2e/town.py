# SPDX-License-Identifier: Apache-2.0
"""A server with practices, hubs and a ledger of what their clients know: the setting of every fault test."""
import os

from crash import HUBS, PRACTICES, UNITS, Ledger, Load, check, settle
from hubward_process import Hubward


class Town:
    def __init__(self, binary, checks, settings=()):
        self.hubward = Hubward(binary, ["storage.snapshot_every=1000", *settings])
        self.checks, self.ledger = checks, Ledger()
        self.tokens = {p: self.hubward.token("practice", p) for p in PRACTICES}
        self.tokens.update({h: self.hubward.token("hub", h) for h in HUBS})
        self.tokens["ops"] = self.hubward.token("ops", "checker")

    def open(self):
        """Started, and with hubs."""
        self.hubward.start()
        for hub in HUBS:
            made = self.client("ops").put(f"/v1/hubs/{hub}", {
                "name": hub, "place": "crashville", "needs": ["nhs-app"], "capacity": {"place": UNITS}})
            self.checks.that(made.status == 201, f"{hub}: {made.status} {made.body!r}")
        return self

    def client(self, who):
        return self.hubward.client(self.tokens[who])

    def load(self, seed, threads=8):
        return Load(self.hubward, self.tokens, self.ledger, self.checks, seed, threads)

    def settle_and_check(self, checks, chance):
        settled = settle(self.hubward, self.tokens, self.ledger, checks)
        check(self.hubward, self.tokens, self.ledger, checks, chance)
        return settled

    def verify(self, checks):
        code, text = self.hubward.run("verify", "--json", check=False)
        checks.that(code == 0, f"verify: exit {code} {text}")

    def close(self):
        self.hubward.close()


class Preloaded:
    """Libraries put in front of a server that starts meanwhile."""

    def __init__(self, library):
        self.library = library

    def __enter__(self):
        if self.library:
            os.environ["LD_PRELOAD"] = self.library

    def __exit__(self, *_):
        os.environ.pop("LD_PRELOAD", None)
