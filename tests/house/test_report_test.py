#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The count that ./check ends with: no crash, skip or missing report can look like a success."""
import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "cmake"))
import test_report  # noqa: E402

PASSED = '<testcase name="{}" status="run"/>'
FAILED = '<testcase name="{}" status="fail"><failure message="Failed"/></testcase>'
NOT_RUN = '<testcase name="{}" status="notrun"><skipped message="{}"/></testcase>'
CASES = ('<testsuites><testsuite name="S">{}</testsuite></testsuites>')
GOOD = '<testcase classname="S" name="Good" status="run" result="completed"/>'
BAD = '<testcase classname="S" name="Bad" status="run" result="completed"><failure message="x"/></testcase>'
SKIP = ('<testcase classname="S" name="Skip" status="run" result="skipped">'
        '<skipped message="a_test.cpp:12&#x0A;no such disk&#x0A;"/></testcase>')


class Report(unittest.TestCase):
    def run_on(self, ctest, gtest=(), web=None, web_cases=None):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            if ctest is not None:
                (folder / "ctest.xml").write_text(f"<testsuite>{ctest}</testsuite>")
            (folder / "gtest").mkdir()
            for test, text in dict(gtest).items():
                (folder / "gtest" / f"{test}.xml").write_text(text)
            if web:
                (folder / "web").write_text(web + "\n")
            if web_cases:
                (folder / "web.xml").write_text(CASES.format(web_cases))
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                status = test_report.main(folder)
            return status, out.getvalue().splitlines()

    def test_counts_the_cases_of_a_binary(self):
        status, lines = self.run_on(PASSED.format("a"), {"a": CASES.format(GOOD + GOOD)}, "passed")
        self.assertEqual((status, lines[-1]), (0, "3 passed, 0 failed"))

    def test_says_what_was_skipped_and_why(self):
        status, lines = self.run_on(PASSED.format("a"), {"a": CASES.format(GOOD + SKIP)}, "passed")
        self.assertEqual((status, lines[-1]), (0, "2 passed, 0 failed, 1 skipped"))
        self.assertIn("skipped: S.Skip: no such disk", lines)

    def test_a_failed_case_fails(self):
        status, lines = self.run_on(FAILED.format("a"), {"a": CASES.format(GOOD + BAD)}, "passed")
        self.assertEqual((status, lines[-1]), (1, "2 passed, 1 failed"))
        self.assertIn("FAILED: S.Bad", lines)

    def test_a_crash_fails_also_when_every_case_that_reported_passed(self):
        status, lines = self.run_on(FAILED.format("a"), {"a": CASES.format(GOOD)}, "passed")
        self.assertEqual((status, lines[-1]), (1, "2 passed, 1 failed"))
        status, lines = self.run_on(FAILED.format("a"), {}, "passed")
        self.assertEqual((status, lines[-1]), (1, "1 passed, 1 failed"))

    def test_a_binary_that_was_not_built_fails(self):
        status, lines = self.run_on(NOT_RUN.format("a", "Unable to find executable"), {}, "passed")
        self.assertEqual((status, lines[-1]), (1, "1 passed, 1 failed"))

    def test_a_whole_test_may_be_skipped(self):
        status, lines = self.run_on(PASSED.format("a") + NOT_RUN.format("b", "SKIP_RETURN_CODE=77"), {}, "passed")
        self.assertEqual((status, lines[-1]), (0, "2 passed, 0 failed, 1 skipped"))

    def test_no_report_or_no_test_is_no_success(self):
        self.assertEqual(self.run_on(None, {}, "passed")[0], 1)
        self.assertEqual(self.run_on("", {})[0], 1)

    def test_the_pages_count_too(self):
        status, lines = self.run_on(PASSED.format("a"), {}, "failed")
        self.assertEqual((status, lines[-1]), (1, "1 passed, 1 failed"))
        status, lines = self.run_on(PASSED.format("a"), {}, "passed", '<testcase name="x"/><testcase name="y"/>')
        self.assertEqual((status, lines[-1]), (0, "3 passed, 0 failed"))
        status, lines = self.run_on(PASSED.format("a"), {}, "skipped no browser")
        self.assertEqual((status, lines[-1]), (0, "1 passed, 0 failed, 1 skipped"))
        self.assertIn("skipped: pages in a browser: no browser", lines)


if __name__ == "__main__":
    unittest.main()
