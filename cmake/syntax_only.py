#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lets a compiler read every production file of a configured build without making code of it.

    syntax_only.py BUILD_FOLDER JOBS
"""
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOMS = re.compile(r"/(matcher|storage|server)/[^/].*\.cpp$")


def read(entry):
    command = re.sub(r" -o \S+", "", entry["command"]) + " -fsyntax-only"
    done = subprocess.run(command, shell=True, cwd=entry["directory"], capture_output=True, text=True)
    return entry["file"], done.returncode, done.stderr


def main(folder, jobs):
    root = Path(__file__).resolve().parents[1]
    entries = json.loads((Path(folder) / "compile_commands.json").read_text())
    entries = [e for e in entries
               if ROOMS.search("/" + Path(e["file"]).relative_to(root).as_posix()) and "/tests/" not in e["file"]]
    bad = 0
    with ThreadPoolExecutor(jobs) as pool:
        for file, code, errors in pool.map(read, entries):
            if code != 0:
                bad += 1
                print(f"{file}\n{errors}")
    print(f"{len(entries)} files read, {bad} not understood")
    return 1 if bad or not entries else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
