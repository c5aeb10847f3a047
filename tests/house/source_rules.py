# SPDX-License-Identifier: Apache-2.0
"""What every file must have and what none may hold."""
import re

from tree import CODE, ROOMS, SCRIPTS, Fault, code_only

LINES_MAX = 450
LONGER = ()  # files that may be; each with its reason. Empty, and meant to stay so.

# Spelt in two parts so that this file may be checked as well.
MARKERS = re.compile(r"\b(TO" r"DO(?!\(#\d+\))|FIX" r"ME|XX" r"X|HA" r"CK)\b")

TOP_LEVEL = {
    "CMakeLists.txt", "CMakePresets.json", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md",
    "LICENSE", "server", "matcher", "storage", "bench", "tests", "configs", "docs", "cmake", "web", ".ci",
    "run", "check", ".gitignore", ".gitattributes", ".clang-format", ".clang-tidy", ".editorconfig",
}

# The core answers the same on every machine and in every replay, so these stay outside.
BANNED_IN_MATCHER = (
    (re.compile(r"\b(system_clock|steady_clock|high_resolution_clock|gettimeofday|clock_gettime)\b"),
     "a clock; time enters as data"),
    (re.compile(r"\b(std::|::)(time|clock)\s*\(|\btime\s*\(\s*(nullptr|NULL|0|&)"),
     "a clock; time enters as data"),
    (re.compile(r"\b(random_device|mt19937\w*|s?rand|arc4random|getrandom|\w+_distribution)\b|<random>"),
     "chance; ids enter as data"),
    (re.compile(r"\b(getenv|secure_getenv)\b"), "the environment; settings enter as data"),
    (re.compile(r"\b(f|s|sn|v)?printf\b|\bstd::(cout|cerr|clog)\b|<iostream>|<fstream>|<filesystem>"),
     "input or output"),
    (re.compile(r"\bunordered_(multi)?(map|set)\b"), "hash order differs between machines"),
    (re.compile(r"\bstd::hash\b"), "std::hash differs between machines"),
    (re.compile(r"\b(float|double)\b"), "positions and scores are whole numbers"),
    (re.compile(r"\bget_id\s*\(|\bsleep_(for|until)\b"), "depends on the thread"),
)
EXCEPT_IN_MATCHER = {
    # The message on the way out of a process that is about to end.
    "matcher/invariant.hpp": re.compile(r"fprintf"),
    # IEEE 754 defines the square root to the last bit, and the line after it corrects the rounding.
    "matcher/filters.cpp": re.compile(r"std::sqrt\("),
    # The blocks only ever exclude what the filters would exclude, with room for rounding; their loops
    # use + − × √ and comparisons lane by lane, so every machine has the same bits.
    "matcher/blocks.hpp": re.compile(r"\bfloat\b"),
    "matcher/blocks.cpp": re.compile(r"\bfloat\b"),
    "matcher/scan.hpp": re.compile(r"\bfloat\b"),
    "matcher/scan.cpp": re.compile(r"\bfloat\b"),
    "matcher/search.cpp": re.compile(r"\bfloat\b"),
}

# Paths of somebody's machine, and hosts that only some network knows.
MACHINE = re.compile(r"(?<![\w.~}/-])/(home|root|Users|work)/[\w.]")
HOSTS = re.compile(r"https?://[\w.-]*(artifactory|nexus|verdaccio|\.internal\b|\.corp\b|\.intranet\b)", re.I)
NEIGHBOUR = re.compile(r"\.\./" r"shared/?(\w+)?")
NHS_NUMBER = re.compile(r"\b(\d{3})[ -]?(\d{3})[ -]?(\d{4})\b")


def licence(tree):
    """Every source names its licence in the first lines."""
    for path in tree.paths:
        if tree.is_source(path) or path.endswith((".toml", ".yml", ".yaml")):
            head = tree.text(path).splitlines()[:3]
            if not any("SPDX-License-Identifier: Apache-2.0" in line for line in head):
                yield Fault(path, 1, "the SPDX line is missing")


def markers(tree):
    """Nothing unfinished: a note for later names its issue."""
    for path in tree.paths:
        if not tree.is_source(path) and not path.endswith((".md", ".toml", ".html", ".mustache")):
            continue
        for number, line in tree.lines(path):
            if path.endswith(CODE):
                line = re.sub(r'"(?:\\.|[^"\\])*"', '""', line)  # a text may hold any word
            if match := MARKERS.search(line):
                yield Fault(path, number, f"leftover {match[0]}; finish it, or write TO" "DO(#issue): …")


def quiet_core(tree):
    """The matcher has no clock, chance, environment, output, hash order or floating point."""
    for path in tree.ending(*CODE, under="matcher/"):
        excepted = EXCEPT_IN_MATCHER.get(path)
        for number, line in enumerate(code_only(tree.text(path)).splitlines(), 1):
            if excepted and excepted.search(line):
                continue
            for banned, why in BANNED_IN_MATCHER:
                if match := banned.search(line):
                    yield Fault(path, number, f"{match[0].strip()} in the core: {why}")


def places(tree):
    """No path or host of somebody's machine, and no neighbour folder outside of tests."""
    for path in tree.paths:
        for number, line in tree.lines(path):
            if match := MACHINE.search(line):
                yield Fault(path, number, f"a path of one machine: {match[0]}…")
            if match := HOSTS.search(line):
                yield Fault(path, number, f"a host that others cannot reach: {match[0]}")
            if path.endswith("package-lock.json") and '"resolved"' in line and \
                    "https://registry.npmjs.org/" not in line:
                yield Fault(path, number, "a package from elsewhere than registry.npmjs.org")
            for match in NEIGHBOUR.finditer(line):
                if not path.startswith("tests/") or match[1] not in (None, "interop"):
                    yield Fault(path, number, "names a folder beside the tree")


def is_nhs_number(digits):
    check = 11 - sum(int(d) * (10 - i) for i, d in enumerate(digits[:9])) % 11
    return check % 11 == int(digits[9]) and check != 10


def invented_people(tree):
    """NHS numbers come from the range that belongs to nobody."""
    for path in tree.paths:
        for number, line in tree.lines(path):
            if "nhs" not in line.lower():
                continue
            for match in NHS_NUMBER.finditer(line):
                digits = "".join(match.groups())
                if is_nhs_number(digits) and not digits.startswith("999"):
                    yield Fault(path, number, "this NHS number may be somebody's; use 999 000 0000 and up")


def lengths(tree):
    """A long file has a second job."""
    for path in tree.paths:
        if tree.is_source(path) and path not in LONGER:
            count = tree.text(path).count("\n")
            if count > LINES_MAX:
                yield Fault(path, 0, f"{count} lines, more than {LINES_MAX}: what is its second job?")


def readmes(tree):
    """Each room says what it is for."""
    for room in ROOMS:
        if any(p.startswith(room + "/") for p in tree.paths) and f"{room}/README.md" not in tree.paths:
            yield Fault(room, 0, "the room has no README.md")


def header_comments(tree):
    """A header begins with what it gives and how it fails."""
    for path in tree.ending(".hpp"):
        head = tree.text(path).split("#pragma once", 1)
        if len(head) < 2:
            yield Fault(path, 1, "#pragma once is missing")
            continue
        comment = [line for line in head[0].splitlines() if re.match(r"// *\w", line) and "SPDX" not in line]
        if not comment:
            yield Fault(path, 1, "the comment that says what the header gives is missing")


def limit_reasons(tree):
    """Every bound has its reason; a run of lines below one comment shares it."""
    for path in [p for p in tree.ending(".hpp") if p.endswith("limits.hpp")]:
        reason = False
        for number, line in tree.lines(path):
            text = line.strip()
            if text.startswith("//"):
                reason = True
            elif not text:
                reason = False
            elif re.match(r"(inline )?(static )?constexpr\b", text) and not reason and "//" not in text:
                yield Fault(path, number, "a bound without its reason")


def top_level(tree):
    """The top of the tree is a fixed plan."""
    for entry in sorted({p.split("/", 1)[0] for p in tree.paths} - TOP_LEVEL):
        yield Fault(entry, 0, "is not part of the top level; find the room it belongs to")
    for script in SCRIPTS:
        if script in tree.paths and not (tree.root / script).stat().st_mode & 0o111:
            yield Fault(script, 0, "is not executable")
