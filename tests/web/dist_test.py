#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""web/dist was made from the sources that lie beside it, and nobody changed it by hand.

    dist_test.py web
"""
import hashlib
import json
import sys
from pathlib import Path


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def faults(web):
    note = json.loads((web / "dist/made_from.json").read_text(encoding="utf-8"))
    present = {f"{folder}/{p.name}" for folder in ("client", "styles") for p in (web / folder).iterdir()}
    for name in sorted(present - set(note["sources"])):
        yield f"web/{name} is newer than web/dist"
    for name, wanted in note["sources"].items():
        if not (web / name).is_file() or digest(web / name) != wanted:
            yield f"web/{name} is not the one that web/dist was made from"
    for name, wanted in note["made"].items():
        if digest(web / "dist" / name) != wanted:
            yield f"web/dist/{name} was changed after it was made"


def main():
    found = list(faults(Path(sys.argv[1])))
    for fault in found:
        print(f"{fault}; run: npm --prefix web ci && npm --prefix web run build")
    print(f"{1 if not found else 0} passed, {1 if found else 0} failed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
