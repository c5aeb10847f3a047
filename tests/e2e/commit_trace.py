# SPDX-License-Identifier: Apache-2.0
"""What the armed program was about to write, record by record, and what a restart found of it.

Each line is the last event of a record and the hash of the chain up to there. The chain covers every byte
before, so a journal that ends with the hash of one line is, byte for byte, what was decided up to that line.
"""
import json
import pathlib

IN_FLIGHT_MAX = 1  # the engine writes one record after the other


class CommitTrace:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.environment = {"HUBWARD_COMMIT_TRACE": str(path)}
        self.records = 0

    def decided(self):
        """(last event, hash of the chain) of every record, oldest first."""
        lines = self.path.read_text().split() if self.path.exists() else []
        return list(zip(map(int, lines[::2]), lines[1::2]))

    def is_prefix(self, hubward, checks, after):
        """Call between the end of a server and the next start. What was decided and is gone leaves the trace."""
        code, text = hubward.run("verify", "--json", check=False)
        if not checks.that(code == 0, f"verify after {after}: exit {code} {text}"):
            return
        found = json.loads(text)
        records = self.decided()
        end = (found["events"], found["chain_head"])
        if end[0] == 0:
            kept = 0
        elif checks.that(end in records, f"after {after} the journal ends with a record that nobody decided: {end}"):
            kept = len(records) - records[::-1].index(end)
        else:
            return
        checks.that(len(records) - kept <= IN_FLIGHT_MAX, f"{len(records) - kept} records are gone after {after}")
        checks.that(all(a[0] < b[0] for a, b in zip(records[:kept], records[1:kept])),
                    f"after {after} the trace is out of order")
        self.path.write_text("".join(f"{number} {chain}\n" for number, chain in records[:kept]))
        self.records = kept
