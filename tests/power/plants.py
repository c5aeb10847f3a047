#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plants each mistake of plant_list.py and script_plants.py in a copy of the file it belongs to, compiles that
copy alone, links it in front of the built rooms, and lets the named test look for it: a test program, or a script
of tests/e2e with the program that was made. Every one must be found; and the same seeds on the clean build must
find nothing.

    tests/power/plants.py build/dev [--only NAME …] [--first N] [--list]
"""
import argparse
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import time

from plant_list import PLANTS as CORE_PLANTS
from script_plants import SCRIPT_PLANTS

PLANTS = [*CORE_PLANTS, *SCRIPT_PLANTS]
SKIPPED = 77
ARMED = "hubward_armed"
ROOT = pathlib.Path(__file__).resolve().parents[2]
SECONDS_MAX = 600  # a plant that nobody finds in that time is one that nobody finds


class Build:
    """A configured and built tree: how its files are compiled and its tests are linked."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()
        commands = json.loads((self.folder / "compile_commands.json").read_text())
        # tests/kill compiles some files a second time, armed: those are linked into its program alone.
        ours = {True: {}, False: {}}
        for c in commands:
            if pathlib.Path(c["file"]).is_relative_to(ROOT):
                ours[" -o tests/kill/" in c["command"]][str(pathlib.Path(c["file"]).relative_to(ROOT))] = c
        self.compile, self.armed = ours[False], ours[True]

    def users_of(self, file):
        """The files to compile anew when `file` changes: itself, or those that include a header, also by another."""
        if file.endswith(".cpp"):
            return [file]
        room = file.split("/")[0]
        headers, found = [str(h.relative_to(ROOT)) for h in (ROOT / room).rglob("*.hpp")], {file}
        while more := {h for h in headers if h not in found and includes_one_of(h, found)}:
            found |= more
        return [f for f in self.compile if f.startswith(room + "/") and includes_one_of(f, found)]

    def object(self, file, overlay, changed, target=""):
        command = (self.armed if target == ARMED else {}).get(file, self.compile[file])
        words = shlex.split(command["command"])
        words = words[1:] if words[0].endswith("ccache") else words
        source = overlay / file if file in changed else ROOT / file
        made = overlay / (file.replace("/", "_") + ".o")
        words[words.index("-o") + 1] = str(made)
        words[words.index("-c") + 1] = str(source)
        words = [w for w in words if w != "-Werror"]
        words[1:1] = ["-I", str(overlay)]
        run(words, self.folder)
        return made

    def link(self, target, objects, into, files=()):
        text = subprocess.run(["ninja", "-C", str(self.folder), "-t", "commands", target], text=True,
                              capture_output=True, check=True).stdout.strip().splitlines()[-1]
        text = next(part for part in text.split("&&") if " -o " in part)
        words = shlex.split(text)
        words[words.index("-o") + 1] = str(into)
        # What the armed program has of its own gives way to what was compiled anew.
        anew = tuple(f"/{file}.o" for file in files)
        words = [w for w in words if not (w.startswith("tests/kill/") and w.endswith(anew))]
        first_room = next(i for i, w in enumerate(words) if w.endswith(".a"))
        words[first_room:first_room] = [str(o) for o in objects]
        run(words, self.folder)


def includes_one_of(file, headers):
    text = (ROOT / file).read_text()
    return any(f'#include "{header}"' in text for header in headers)


def run(words, folder):
    done = subprocess.run(words, cwd=folder, text=True, capture_output=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(words)}\n{done.stdout}{done.stderr}")


def edited(edits):
    """The changed text of each file. LookupError: somebody moved the line, and moves the plant with it."""
    changed = {}
    for file, old, new in edits:
        text = changed.get(file) or (ROOT / file).read_text()
        if text.count(old) != 1:
            raise LookupError(f"{file}: the text to replace stands there {text.count(old)} times")
        changed[file] = text.replace(old, new)
    return changed


def plant(build, edits, target, overlay):
    """A test program with the mistake in it."""
    changed = edited(edits)
    for file, text in changed.items():
        (overlay / file).parent.mkdir(parents=True, exist_ok=True)
        (overlay / file).write_text(text)
    files = sorted({user for file in changed for user in build.users_of(file)})
    objects = [build.object(file, overlay, changed, target) for file in files]
    program = overlay / target
    build.link(target, objects, program, files)
    return program


def look(program, arguments, build):
    """What the test said about it, or nothing when it passed or did not run."""
    words, more = [str(program), *arguments], {}
    if arguments and arguments[0].endswith(".py"):
        words = [sys.executable, "-B", str(ROOT / "tests/e2e" / arguments[0]), *arguments[1:]]
        more = {"HUBWARD_BINARY": str(program), "HUBWARD_LOAD": str(build.folder / "bench/hubward_load"),
                "HUBWARD_SLOW_DISK_LIBRARY": str(build.folder / "tests/disk/libhubward_slow_disk.so")}
    try:
        done = subprocess.run(words, text=True, capture_output=True, timeout=SECONDS_MAX, check=False,
                              env={**os.environ, **more})
    except subprocess.TimeoutExpired:
        return None
    if done.returncode in (0, SKIPPED):
        return None
    said = (done.stdout + done.stderr).splitlines()
    told = [line for line in said if line.startswith(("seed ", "FAILED")) or "Failure" in line or "nvariant" in line]
    told.sort(key=lambda line: not line.startswith("FAILED"))  # a script names its seed before anything has failed
    return (told or said[-1:] or [f"ended with {done.returncode}"])[0]


def has_its_place(name, edits):
    try:
        return bool(edited(edits))
    except LookupError as moved:
        print(f"FAILED {name}: {moved}")
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", nargs="?", default="build/dev")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--first", type=int, default=len(PLANTS), help="so many of the list")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--check", action="store_true", help="only that each plant still has its place; builds nothing")
    options = parser.parse_args()
    chosen = [p for p in PLANTS[:options.first] if not options.only or p[0] in options.only]
    if options.list:
        for name, (target, arguments), edits in chosen:
            print(f"{name:36} {edits[0][0]:28} {target} {' '.join(arguments)}")
        return
    if options.check:
        stale = sum(not has_its_place(name, edits) for name, _, edits in chosen)
        print(f"{len(chosen) - stale} passed, {stale} failed")
        sys.exit(1 if stale else 0)
    build = Build(options.build)
    missed = []
    for name, (target, arguments), edits in chosen:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="hubward-plant-") as overlay:
            try:
                program = plant(build, edits, target, pathlib.Path(overlay))
            except LookupError as moved:  # whoever moves the line moves the plant
                print(f"MISSED {name:36} {moved}", flush=True)
                missed.append(name)
                continue
            ready = time.monotonic()
            found = look(program, arguments, build)
        print(f"{'found ' if found else 'MISSED'} {name:36} built in {ready - began:4.1f} s, "
              f"looked for {time.monotonic() - ready:5.1f} s: {found}", flush=True)
        if not found:
            missed.append(name)
    print(f"{len(chosen) - len(missed)} passed, {len(missed)} failed")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
