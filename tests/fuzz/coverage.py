#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How many lines of each parser its corpus reaches, as a table; below 95 in 100 is a fault.

    tests/fuzz/coverage.py build/dev [--only http_head --only websocket] [--lines]

The files of a parser, its target and the replay program are compiled anew with clang's coverage, beside
the build, and linked before the rooms' archives. --lines names the lines that nothing reached.
"""
import argparse
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "power"))
from plants import ROOT, Build, run  # noqa: E402  (how files are compiled and linked)

WANTED = 95.0
FLAGS = ["-fprofile-instr-generate", "-fcoverage-mapping"]
WIRE, FHIR, HTTP = "server/wire/", "server/wire/fhir/", "server/http/"
# What each target is about.
PARSERS = {
    "http_head": [HTTP + n for n in ("guard.cpp", "parser.cpp", "target.cpp", "utf8.cpp")],
    "websocket": [HTTP + "ws_parser.cpp"],
    "referral_json": [WIRE + n for n in ("json_reader.cpp", "referral_decode.cpp", "person_fields.cpp")],
    "hub_json": [WIRE + "hub_decode.cpp"],
    "names": [WIRE + n for n in ("identifiers.cpp", "reference.cpp")],
    "csv": [WIRE + "open_referral/csv.cpp"],
    "open_referral": [WIRE + f"open_referral/{n}.cpp" for n in ("import", "overlay", "record", "service")],
    "fhir_bundle": [FHIR + n for n in ("headers.cpp", "negotiation.cpp", "message.cpp", "message_rules.cpp")],
    "fhir_xml": [FHIR + n for n in ("xml_reader.cpp", "xml_to_json.cpp")],
}


class Counted(Build):
    """The build, with counters in what is compiled anew."""

    def object(self, file, overlay, changed):
        command = dict(self.compile[file])
        self.compile[file] = command | {"command": command["command"] + " " + shlex.join(FLAGS)}
        return super().object(file, overlay, changed)

    def link(self, target, objects, into):
        text = subprocess.run(["ninja", "-C", str(self.folder), "-t", "commands", target], text=True,
                              capture_output=True, check=True).stdout.strip().splitlines()[-1]
        words = shlex.split(next(part for part in text.split("&&") if " -o " in part))
        words[words.index("-o") + 1] = str(into)
        # Its own objects are those that were compiled anew.
        words = [w for w in words if not w.endswith(".cpp.o")]
        words[1:1] = [*FLAGS, *map(str, objects)]
        run(words, self.folder)


def covered(build, name, work):
    """Of each file: path, lines reached, lines, first lines of what nothing reached."""
    files = [*PARSERS[name], f"tests/fuzz/{name}.cpp", "tests/fuzz/replay_main.cpp"]
    program, raw, profile = work / name, work / f"{name}.raw", work / f"{name}.profile"
    build.link(f"fuzz_{name}", [build.object(file, work, {}) for file in files], program)
    subprocess.run([program, HERE / "corpus" / name], check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "LLVM_PROFILE_FILE": str(raw)})
    run(["llvm-profdata-19", "merge", "-o", str(profile), str(raw)], work)
    told = subprocess.run(["llvm-cov-19", "export", program, f"-instr-profile={profile}",
                           *(ROOT / path for path in PARSERS[name])], check=True, capture_output=True, text=True)
    for file in json.loads(told.stdout)["data"][0]["files"]:
        lines = file["summary"]["lines"]
        missing = sorted({line for line, _, count, counts, *_ in file["segments"] if counts and count == 0})
        yield os.path.relpath(file["filename"], ROOT), lines["covered"], lines["count"], missing


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", help="a configured and built tree")
    parser.add_argument("--only", action="append", choices=sorted(PARSERS))
    parser.add_argument("--lines", action="store_true")
    options = parser.parse_args()
    build, good, bad = Counted(options.build), 0, 0
    with tempfile.TemporaryDirectory(prefix="hubward-coverage-") as work:
        for name in options.only or PARSERS:
            for path, reached, count, missing in covered(build, name, pathlib.Path(work)):
                enough = 100.0 * reached / count >= WANTED
                good, bad = good + enough, bad + (not enough)
                print(f"{name:14} {path:40} {reached:4} of {count:4} lines {100.0 * reached / count:6.1f} %"
                      f"{'' if enough else '  below'}", flush=True)
                if options.lines and missing:
                    print(f"{'':14} not reached: {', '.join(map(str, missing))}")
    print(f"{good} passed, {bad} failed")
    raise SystemExit(1 if bad else 0)


if __name__ == "__main__":
    main()
