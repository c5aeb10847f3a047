#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs all published BaRS scenarios against the demo, with the runner they come with.
Says that it skips when node or the scenarios are not there.

    HUBWARD_BINARY=… tests/e2e/bars_scenarios.py
"""
import pathlib
import re
import shutil
import subprocess

from hubward_process import binary_from
from recorder import Recorder

SCENARIOS = pathlib.Path(__file__).resolve().parents[2] / "../shared/interop/bars-scenarios"
SKIPPED = 77


def main():
    binary = binary_from()
    if not SCENARIOS.exists() or not shutil.which("node"):
        print("skipped: needs node and the published scenarios beside the tree")
        raise SystemExit(SKIPPED)
    demo = subprocess.Popen([binary, "demo", "--port", "0", "--no-traffic"], stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True)
    try:
        base = next(m[0] for line in demo.stdout if (m := re.search(r"http://127\.0\.0\.1:\d+", line)))
        # Through a proxy that keeps what the server answers, because the runner is not ours.
        with Recorder(base) as recorded:
            done = subprocess.run(
                ["node", str(SCENARIOS / "run_scenarios.mjs"), f"{recorded}/FHIR/R4",
                 str(SCENARIOS / "public/scenarios.json")], timeout=120, check=False)
        raise SystemExit(done.returncode)
    finally:
        demo.terminate()
        demo.wait(timeout=30)


if __name__ == "__main__":
    main()
