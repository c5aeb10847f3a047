#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the worked example of docs/BARS.md against the demo and compares what it prints.

    HUBWARD_BINARY=… tests/e2e/bars_example.py
"""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from hubward_process import binary_from

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77


def blocks(text, kind):
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.M | re.S)


def as_pattern(line):
    return re.escape(line).replace("…", ".*")


def main():
    binary = os.path.abspath(binary_from())
    if not shutil.which("curl"):
        print("skipped: needs curl")
        raise SystemExit(SKIPPED)
    page = (ROOT / "docs/BARS.md").read_text()
    script, expected = "\n".join(blocks(page, "sh")), "".join(blocks(page, "text")).splitlines()
    demo = subprocess.Popen([binary, "demo", "--port", "0", "--no-traffic"], stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True)
    try:
        base = next(m[0] for line in demo.stdout if (m := re.search(r"http://127\.0\.0\.1:\d+", line)))
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "tests").symlink_to(ROOT / "tests")
            done = subprocess.run(["bash", "-eu", "-o", "pipefail", "-c",
                                   script.replace("http://127.0.0.1:8080", base)],
                                  cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    finally:
        demo.terminate()
        demo.wait(timeout=30)
    printed = done.stdout.splitlines()
    good = done.returncode == 0 and len(printed) == len(expected) and all(
        re.fullmatch(as_pattern(want), got) for want, got in zip(expected, printed))
    if not good or not expected:
        print(f"exit {done.returncode}\n--- the page says\n" + "\n".join(expected) + "\n--- it printed\n"
              + done.stdout + done.stderr)
        raise SystemExit(1)
    print(f"{len(printed)} lines as the page says")


if __name__ == "__main__":
    main()
