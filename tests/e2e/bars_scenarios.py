#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the published BaRS scenarios new-* and hdr-* against the demo, with the runner they come with.
Says that it skips when node or the scenarios are not there.

    HUBWARD_BINARY=… tests/e2e/bars_scenarios.py
"""
import json
import pathlib
import re
import shutil
import subprocess
import tempfile

from hubward_process import binary_from

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
        with tempfile.TemporaryDirectory() as folder:
            chosen = pathlib.Path(folder) / "scenarios.json"
            published = SCENARIOS / "public" / "scenarios.json"
            document = json.loads(published.read_text())
            document["base"] = "base.json"
            shutil.copy(SCENARIOS / "base_referral_new.json", pathlib.Path(folder) / "base.json")
            document["scenarios"] = [s for s in document["scenarios"] if s["id"].startswith(("new-", "hdr-"))]
            chosen.write_text(json.dumps(document))
            done = subprocess.run(["node", str(SCENARIOS / "run_scenarios.mjs"), f"{base}/FHIR/R4", str(chosen)],
                                  timeout=120, check=False)
        raise SystemExit(done.returncode)
    finally:
        demo.terminate()
        demo.wait(timeout=30)


if __name__ == "__main__":
    main()
