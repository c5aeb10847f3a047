#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A server works under the system calls that configs/systemd/hubward.service leaves it: it takes referrals, answers
hubs, erases, backs up, and merges its database's files with a lower priority, for which nothing else has the calls.

No systemd is asked to start anything: the unit's SystemCallFilter= is turned into the same kernel filter here, and
whoever makes another call is killed, so that one is seen even where the unit would only refuse it.
"""
import ctypes
import os
import platform
import re
import shutil
import signal
import struct
import subprocess
import sys

from hubward_process import PATIENCE, Checks, Hubward, binary_from

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
UNIT = os.path.join(TREE, "configs", "systemd", "hubward.service")
NUMBERS = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"
STARTS = 6  # each leaves a file in the database's first level, and four of them are merged into one
LOWEST = 19  # the priority, as a nice value, of the threads that merge
SKIPPED = 77


def expanded(name):
    """The calls of a set of systemd's, or the call itself."""
    if not name.startswith("@"):
        return {name}
    told = subprocess.run(["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True).stdout
    return set().union(*(expanded(line.strip()) for line in told.splitlines()[1:]
                         if line.strip() and not line.strip().startswith("#")))


def allowed():
    calls = set()
    with open(UNIT, encoding="utf-8") as file:
        for names in re.findall(r"^SystemCallFilter=(.*)$", file.read(), re.MULTILINE):
            named = set().union(*(expanded(name) for name in names.lstrip("~").split()))
            calls = calls - named if names.startswith("~") else calls | named
    with open(NUMBERS, encoding="utf-8") as file:
        numbers = dict(re.findall(r"#define __NR_(\w+) (\d+)", file.read()))
    return sorted(int(numbers[call]) for call in calls & numbers.keys())


def confine(numbers):
    """From now on any other call kills this process and those that it becomes."""
    load, equal, give = 0x20, 0x15, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K
    allow, kill = 0x7FFF0000, 0x80000000
    steps = [(load, 0, 0, 0)]
    for number in numbers:
        steps += [(equal, 0, 1, number), (give, 0, 0, allow)]
    steps.append((give, 0, 0, kill))
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    no_new_privileges, seccomp, filter_mode = 38, 22, 2
    if libc.prctl(no_new_privileges, 1, 0, 0, 0) != 0 or libc.prctl(seccomp, filter_mode, program) != 0:
        raise OSError(ctypes.get_errno(), "no filter for system calls")


class Confined(Hubward):
    """Whose server runs under the filter."""

    def __init__(self, binary, numbers):
        super().__init__(binary)
        self.program = binary
        self.wrapper = os.path.join(self.folder, "confined")
        with open(self.wrapper, "w", encoding="utf-8") as file:
            file.write(f'#!/bin/sh\nexec {sys.executable} -B {os.path.abspath(__file__)} --as '
                       f'{",".join(map(str, numbers))} {binary} "$@"\n')
        os.chmod(self.wrapper, 0o755)

    def start(self):
        self.binary = self.wrapper
        try:
            super().start()
        finally:
            self.binary = self.program


def lead_a_life(hubward, checks, round_number):
    tokens = {role: hubward.token(role, subject) for role, subject in
              (("ops", "unit"), ("practice", "P00001"), ("place", "unitville"))}
    hubward.start()
    ops, practice, place = (hubward.client(tokens[role]) for role in ("ops", "practice", "place"))
    made = ops.put("/v1/hubs/unit-hub", {"name": "Unit hub", "place": "unitville", "needs": ["nhs-app"],
                                         "capacity": {"place": 500}})
    checks.that(made.status in (200, 201), f"hub: {made.status} {made.body!r}")
    people = []
    for n in range(30):
        name = f"unit-{round_number}-{n}"
        answer = practice.insist("/v1/referrals", {"consent": {"share_with_hub": True}, "needs": ["nhs-app"],
                                                   "practice_reference": name, "person": {"name": "Confined Testperson"}})
        checks.that(answer.status == 201, f"referral: {answer.status} {answer.body!r}")
        people.append(answer.json()["id"])
    erased = place.insist(f"/v1/referrals/{people[0]}/erase", None)
    checks.that(erased.status == 200, f"erase: {erased.status} {erased.body!r}")
    code, said = hubward.run("backup", f"{hubward.folder}/backup-{round_number}", "--set",
                             f"server.port={hubward.port}", check=False)
    checks.that(code == 0, f"backup: {code} {said}")
    merging = lowered(hubward.process.pid) if hubward.process.poll() is None else 0
    checks.that(hubward.process.poll() is None, f"the server went away: {hubward.process.poll()}")
    checks.that(hubward.stop() == 0, "a clean stop")
    return merging


def lowered(pid):
    """How many threads of the process gave way to the others."""
    count = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/stat", encoding="ascii", errors="replace") as file:
                count += int(file.read().rpartition(")")[2].split()[16]) == LOWEST
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended since
    return count


def main():
    if sys.argv[1:2] == ["--as"]:
        confine([int(number) for number in sys.argv[2].split(",")])
        os.execv(sys.argv[3], sys.argv[3:])
    if platform.machine() != "x86_64" or not shutil.which("systemd-analyze") or not os.path.exists(NUMBERS):
        print("skipped: needs systemd-analyze (apt-get install systemd), linux-libc-dev and an x86-64 machine")
        raise SystemExit(SKIPPED)
    checks, numbers = Checks(), allowed()
    bite = subprocess.run([sys.executable, "-B", __file__, "--as", ",".join(map(str, numbers)), "/bin/chown",
                           str(os.getuid()), __file__], capture_output=True, timeout=60 * PATIENCE, check=False)
    checks.that(bite.returncode == -signal.SIGSYS, f"the filter lets chown pass: {bite.returncode} {bite.stderr!r}")
    hubward = Confined(binary_from(), numbers)
    try:
        merging = sum(lead_a_life(hubward, checks, round_number) for round_number in range(STARTS))
        checks.that(merging > 0, "the database merged nothing, so nobody knows whether it may")
        print(f"{len(numbers)} system calls, {STARTS} starts, {merging} threads that merged")
    finally:
        hubward.close()
    checks.done()


if __name__ == "__main__":
    sys.exit(main())
