#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts what ctest, the test binaries and the page tests reported, and says what was skipped.

    test_report.py RESULTS_FOLDER

The folder holds ctest.xml (ctest --output-junit), gtest/NAME.xml for every GoogleTest binary that
came to its end, and, when the pages were to be tested, the file web with one word ("passed",
"failed", or "skipped" and why), and perhaps web.xml (JUnit of node's test runner). A binary counts as its cases; one that crashed or ran out of time counts as one
failure more. The last line printed is "N passed, N failed", with ", N skipped" when there are any;
the exit status is 0 only when something passed and nothing failed.
"""
import sys
import xml.etree.ElementTree as xml
from pathlib import Path


class Count:
    def __init__(self):
        self.passed = 0
        self.failed = []   # names
        self.skipped = []  # (name, why)

    def add_cases(self, path):
        """The cases of one JUnit file. False when it is not there or cut off."""
        try:
            root = xml.parse(path).getroot()
        except (OSError, xml.ParseError):
            return False
        for case in root.iter("testcase"):
            name = "{}.{}".format(case.get("classname", ""), case.get("name", "")).strip(".")
            skipped = case.find("skipped")
            if case.find("failure") is not None or case.find("error") is not None:
                self.failed.append(name)
            elif skipped is not None or case.get("result") == "skipped":
                why = (skipped.get("message") or skipped.text or "") if skipped is not None else ""
                self.skipped.append((name, reason(why)))
            elif case.get("status") == "notrun":  # GoogleTest: DISABLED_ or filtered out
                self.skipped.append((name, "disabled in the source"))
            else:
                self.passed += 1
        return True


def reason(text):
    """GoogleTest puts file and line before the message."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].rsplit(":", 1)[-1].isdigit():
        lines = lines[1:]
    return " ".join(lines) or "no reason given"


def count_ctest(folder, count):
    try:
        tests = xml.parse(folder / "ctest.xml").getroot()
    except (OSError, xml.ParseError) as why:
        count.failed.append(f"ctest itself: no usable report ({why})")
        return
    for test in tests.iter("testcase"):
        name, status = test.get("name"), test.get("status")
        failed_before = len(count.failed)
        if status == "run":
            if not count.add_cases(folder / "gtest" / f"{name}.xml"):
                count.passed += 1
        elif status == "fail":
            count.add_cases(folder / "gtest" / f"{name}.xml")
            if len(count.failed) == failed_before:
                failure = test.find("failure")
                why = failure.get("message") if failure is not None else ""
                count.failed.append(f"{name} as a whole ({why or 'see its output above'})")
        else:
            output = (test.findtext("system-out") or "").strip().splitlines()
            skipped = test.find("skipped")
            why = output[-1] if output else (skipped.get("message") if skipped is not None else "")
            if status == "notrun" and (why or "").lower().startswith("unable to find"):
                count.failed.append(f"{name}: {why}")
            else:
                count.skipped.append((name, why or status))


def count_web(folder, count):
    verdict = folder / "web"
    if not verdict.exists():
        return
    word, _, why = verdict.read_text().strip().partition(" ")
    if word == "skipped":
        count.skipped.append(("pages in a browser", why))
        return
    failed_before = len(count.failed)
    found = count.add_cases(folder / "web.xml")
    passed = word == "passed"
    if not passed and len(count.failed) == failed_before:
        count.failed.append("pages in a browser (see the output above)")
    elif passed and not found:
        count.passed += 1


def main(folder):
    count = Count()
    count_ctest(folder, count)
    count_web(folder, count)
    for name, why in count.skipped:
        print(f"skipped: {name}: {why}")
    for name in count.failed:
        print(f"FAILED: {name}")
    line = f"{count.passed} passed, {len(count.failed)} failed"
    if count.skipped:
        line += f", {len(count.skipped)} skipped"
    print(line)
    return 0 if count.passed and not count.failed else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))
