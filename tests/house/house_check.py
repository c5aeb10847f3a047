#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The rules of the house, checked instead of asked for.

    house_check.py [TOP_OF_TREE]

Prints one line per fault and ends with status 1 when there is any. house_check_test.py plants a
fault for every rule, so a rule that stopped seeing is noticed.
"""
import statistics
import sys
from pathlib import Path

import docs_rules
import include_rules
import source_rules
import unit_rules
from tree import CODE, Tree

RULES = (
    include_rules.directions,
    include_rules.doors,
    source_rules.licence,
    source_rules.markers,
    source_rules.quiet_core,
    source_rules.places,
    source_rules.invented_people,
    source_rules.lengths,
    source_rules.readmes,
    source_rules.header_comments,
    source_rules.limit_reasons,
    source_rules.top_level,
    docs_rules.links,
    docs_rules.paths,
    docs_rules.commands,
    docs_rules.permissions,
    docs_rules.metrics,
    docs_rules.words,
    docs_rules.hazards,
    unit_rules.statuses,
    unit_rules.writable,
)


def report(tree):
    lengths = [tree.text(p).count("\n") for p in tree.ending(*CODE)]
    if lengths:
        print(f"{len(lengths)} C++ files, {sum(lengths)} lines, median {statistics.median(lengths):.0f}, "
              f"longest {max(lengths)}")


def main(root):
    tree = Tree(root)
    faults = [(rule.__name__, fault) for rule in RULES for fault in rule(tree)]
    for name, fault in faults:
        print(f"{fault} [{name}]")
    report(tree)
    print(f"{len(RULES)} rules, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]))
