#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plants each mistake of plant_list.py in a copy of the file it belongs to, compiles that copy alone, links
it in front of the built rooms, and lets the named test look for it. Every one must be found; and the
same seeds on the clean build must find nothing.

    tests/power/plants.py build/dev [--only NAME …] [--first N] [--list]
"""
import argparse
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile
import time

from plant_list import PLANTS

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROOMS = {"tests_power": "tests/power/tests_power", "tests_sim": "tests/sim/tests_sim",
         "storage_test": "tests/storage/storage_test"}
SECONDS_MAX = 600  # a plant that nobody finds in that time is one that nobody finds


class Build:
    """A configured and built tree: how its files are compiled and its tests are linked."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()
        commands = json.loads((self.folder / "compile_commands.json").read_text())
        # tests/kill compiles some files a second time, armed: those are not the ones that are linked here.
        self.compile = {str(pathlib.Path(c["file"]).relative_to(ROOT)): c for c in commands
                        if pathlib.Path(c["file"]).is_relative_to(ROOT)
                        and " -o tests/kill/" not in c["command"]}

    def users_of(self, file):
        """The files to compile anew when `file` changes: itself, or those that include a header."""
        if file.endswith(".cpp"):
            return [file]
        room = file.split("/")[0] + "/"
        return [f for f in self.compile if f.startswith(room)
                and f'#include "{file}"' in (ROOT / f).read_text()]

    def object(self, file, overlay, changed):
        command = self.compile[file]
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

    def link(self, target, objects, into):
        text = subprocess.run(["ninja", "-C", str(self.folder), "-t", "commands", target], text=True,
                              capture_output=True, check=True).stdout.strip().splitlines()[-1]
        text = next(part for part in text.split("&&") if " -o " in part)
        words = shlex.split(text)
        words[words.index("-o") + 1] = str(into)
        first_room = next(i for i, w in enumerate(words) if w.endswith(".a"))
        words[first_room:first_room] = [str(o) for o in objects]
        run(words, self.folder)


def run(words, folder):
    done = subprocess.run(words, cwd=folder, text=True, capture_output=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(words)}\n{done.stdout}{done.stderr}")


def plant(build, edits, target, overlay):
    """A test program with the mistake in it."""
    changed = {}
    for file, old, new in edits:
        text = changed.get(file) or (ROOT / file).read_text()
        if text.count(old) != 1:
            raise LookupError(f"{file}: the text to replace stands there {text.count(old)} times")
        changed[file] = text.replace(old, new)
    for file, text in changed.items():
        (overlay / file).parent.mkdir(parents=True, exist_ok=True)
        (overlay / file).write_text(text)
    files = sorted({user for file in changed for user in build.users_of(file)})
    objects = [build.object(file, overlay, changed) for file in files]
    program = overlay / target
    build.link(target, objects, program)
    return program


def look(words):
    """What the test said about it, or nothing when it passed."""
    try:
        done = subprocess.run(words, text=True, capture_output=True, timeout=SECONDS_MAX, check=False)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode == 0:
        return None
    said = (done.stdout + done.stderr).splitlines()
    told = [line for line in said if line.startswith("seed ") or "Failure" in line or "nvariant" in line]
    return (told or said[-1:] or [f"ended with {done.returncode}"])[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--first", type=int, default=len(PLANTS), help="so many of the list")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    chosen = [p for p in PLANTS[:options.first] if not options.only or p[0] in options.only]
    if options.list:
        for name, (target, arguments), edits in chosen:
            print(f"{name:36} {edits[0][0]:28} {target} {' '.join(arguments)}")
        return
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
            found = look([str(program), *arguments])
        print(f"{'found ' if found else 'MISSED'} {name:36} built in {ready - began:4.1f} s, "
              f"looked for {time.monotonic() - ready:5.1f} s: {found}", flush=True)
        if not found:
            missed.append(name)
    print(f"{len(chosen) - len(missed)} passed, {len(missed)} failed")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
