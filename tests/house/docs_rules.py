# SPDX-License-Identifier: Apache-2.0
"""The documents say what the code says. A rule whose document is not there yet sees nothing wrong
with it: house_check knows the documents that must exist from the links of the README."""
import re

from tree import Fault

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+\s+(.*?)\s*$", re.MULTILINE)


def anchor(heading):
    """As web pages for repositories make them."""
    text = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
    return text.replace(" ", "-")


def links(tree):
    """Relative links lead somewhere."""
    known = set(tree.paths)
    folders = {p.rsplit("/", n)[0] for p in tree.paths for n in range(1, p.count("/") + 1)}
    for path in tree.ending(".md"):
        text = FENCE.sub(lambda m: "\n" * m[0].count("\n"), tree.text(path))
        for number, line in enumerate(text.splitlines(), 1):
            for target in LINK.findall(line):
                if re.match(r"\w+:", target):
                    continue
                name, _, part = target.partition("#")
                parts = path.split("/")[:-1] if name else path.split("/")
                for step in name.split("/") if name else ():
                    if step == "..":
                        parts = parts[:-1] if parts else [".."]
                    elif step not in (".", ""):
                        parts.append(step)
                goal = "/".join(parts)
                if goal not in known and goal not in folders:
                    yield Fault(path, number, f"the link {target} leads nowhere")
                elif part and goal.endswith(".md") and \
                        part not in [anchor(h) for h in HEADING.findall(tree.text(goal))]:
                    yield Fault(path, number, f"{goal} has no heading #{part}")


NAMED_PATH = re.compile(r"`((?:matcher|storage|server|web|tests|bench|configs|docs|cmake)/[\w./-]*\w/?)`")


def paths(tree):
    """Files and folders of this tree that a document names exist."""
    for path in tree.ending(".md"):
        for number, line in tree.lines(path):
            for name in NAMED_PATH.findall(line):
                name = name.rstrip("/")
                if name not in tree.paths and not any(
                        p.startswith((name + "/", name + ".hpp", name + ".cpp")) for p in tree.paths):
                    yield Fault(path, number, f"{name} does not exist")


def subcommands(tree):
    found = set()
    for path in tree.ending(".cpp", under="server/cli/"):
        found |= set(re.findall(r'\bsubcommand\(\s*app,\s*"([\w-]+)"', tree.text(path)))
    return found


def commands(tree):
    """Commands that a document shows exist: scripts of this tree, subcommands of hubward."""
    known = subcommands(tree)
    for path in tree.ending(".md"):
        for match in FENCE.finditer(tree.text(path)):
            if match[1] not in ("sh", "bash", "console"):
                continue
            first = tree.text(path)[:match.start(2)].count("\n") + 1
            for number, line in enumerate(match[2].splitlines(), first):
                line = line.strip().removeprefix("$ ").removeprefix("sudo ")
                script = re.match(r"\./([\w./-]+)", line)
                if script and not script[1].startswith("build/") and script[1] not in tree.paths:
                    yield Fault(path, number, f"./{script[1]} does not exist")
                tool = re.match(r"(?:\S*/)?hubward\s+([a-z]+)", line)
                if tool and known and tool[1] not in known:
                    yield Fault(path, number, f"hubward has no subcommand {tool[1]}")


def table_rows(text):
    for line in text.splitlines():
        if line.startswith("|") and not re.match(r"\|[\s:|-]+\|?$", line):
            yield [cell.strip() for cell in line.strip().strip("|").split("|")]


PERMISSION = re.compile(r'\{\s*Permission::(\w+),\s*"(\w+)",\s*([\w |]+),', re.DOTALL)


def permissions(tree):
    """docs/PERMISSIONS.md is the table of server/auth/permission.cpp."""
    code, page = "server/auth/permission.cpp", "docs/PERMISSIONS.md"
    if code not in tree.paths or page not in tree.paths:
        return
    rows = list(table_rows(tree.text(page)))
    roles = rows[0][1:-1] if rows else []
    told = {row[0].strip("`"): {r for r, cell in zip(roles, row[1:]) if cell == "yes"} for row in rows[1:]}
    real = {name: {r.strip() for r in who.split("|")}
            for _, name, who in PERMISSION.findall(tree.text(code))}
    for name in sorted(real.keys() | told.keys()):
        if name not in told:
            yield Fault(page, 0, f"the permission {name} is missing")
        elif name not in real:
            yield Fault(page, 0, f"there is no permission {name}")
        elif real[name] != told[name]:
            yield Fault(page, 0, f"{name} is for {', '.join(sorted(real[name]))}, not as the page says")


def metrics(tree):
    """docs/OPERATIONS.md explains every metric, and none that does not exist."""
    page = "docs/OPERATIONS.md"
    if page not in tree.paths:
        return
    real = set()
    for path in tree.ending(".cpp", under="server/metrics/"):
        real |= set(re.findall(r'"(hubward_[a-z_]+[a-z])"', tree.text(path)))
    told = set(re.findall(r"^\| `(hubward_[a-z_]+)", tree.text(page), re.MULTILINE))
    named = set(re.findall(r"`(hubward_[a-z_]+[a-z])", tree.text(page)))
    for name in sorted(real - told):
        yield Fault(page, 0, f"the metric {name} is not explained")
    for name in sorted(named - real) if real else ():
        yield Fault(page, 0, f"there is no metric {name}")


CODE_TABLE = re.compile(r"struct Words<(\w+)> \{(.*?)\}\s*\)?;\s*static constexpr", re.DOTALL)


def words(tree):
    """docs/GLOSSARY.md has every coded word and event name of the core, each in backticks."""
    page = "docs/GLOSSARY.md"
    if page not in tree.paths:
        return
    told = set(re.findall(r"`([^`\n]+)`", tree.text(page)))
    code = tree.text("matcher/codes.cpp") if "matcher/codes.cpp" in tree.paths else ""
    for name, body in CODE_TABLE.findall(code):
        for word in re.findall(r'"([^"]+)"', body):
            if word not in told:
                yield Fault(page, 0, f"the word {word} ({name}) is missing")
    events = tree.text("matcher/event_name.cpp") if "matcher/event_name.cpp" in tree.paths else ""
    for word in re.findall(r'"([A-Z]\w+)"', events):
        if word not in told:
            yield Fault(page, 0, f"the event {word} is missing")
    for concept in re.findall(r"\b(\d{9,18})\b", code):
        if concept not in tree.text(page):
            yield Fault(page, 0, f"the SNOMED CT concept {concept} is missing")


def hazards(tree):
    """Every row of docs/SAFETY.md names a test, or says with a dash that there is none; every test exists."""
    page = "docs/SAFETY.md"
    if page not in tree.paths:
        return
    for number, line in tree.lines(page):
        shown = line.strip().strip("|").split("|")[-1].strip()
        if line.startswith("|") and not re.match(r"\|[\s:|-]+\|?$", line) and shown not in ("–", "Shown by") and \
                not re.search(r"`[A-Z]\w+\.[A-Z]\w+`|`tests/[\w./-]+\.\w+`", shown):
            yield Fault(page, number, f"shown by no test: {shown}")
        for name in re.findall(r"`(tests/[\w./-]+)`", line):
            if name not in tree.paths and not any(p.startswith(name.rstrip("/") + "/") for p in tree.paths):
                yield Fault(page, number, f"{name} does not exist")
        for suite, case in re.findall(r"`([A-Z]\w+)\.([A-Z]\w+)`", line):
            wanted = re.compile(rf"TEST(_[FP])?\(\s*{suite},\s*{case}\s*\)")
            if not any(wanted.search(tree.text(p)) for p in tree.ending(".cpp", under="tests/")):
                yield Fault(page, number, f"there is no test {suite}.{case}")
