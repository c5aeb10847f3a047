#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`cmake --install` puts on a machine what docs/OPERATIONS.md says, and nothing else: the program runs from there,
the unit starts it from there, and systemd finds nothing to say about the unit.

    install.py BUILD_FOLDER [CMAKE]
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

from hubward_process import PATIENCE, Checks

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def promised():
    """Paths in the first column of the table of the section Install."""
    section = text(os.path.join(TREE, "docs", "OPERATIONS.md")).split("\n## Install\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `(/[^`]+)` \|", section, re.MULTILINE)


def installed(root):
    return {os.path.join(folder, name)[len(root):] for folder, _, names in os.walk(root) for name in names}


def install(cmake, build, prefix, root):
    done = subprocess.run([cmake, "--install", build, "--prefix", prefix], env={**os.environ, "DESTDIR": root},
                          capture_output=True, text=True, timeout=60 * PATIENCE, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"cmake --install: {done.stdout}{done.stderr}")


def unit_of(checks, root, prefix):
    """The installed unit, with the program's path below the root so that systemd finds it."""
    unit = os.path.join(root + prefix, "lib/systemd/system/hubward.service")
    begins = re.findall(r"^ExecStart=(\S+) serve --config /etc/hubward/hubward\.toml$", text(unit), re.MULTILINE)
    checks.that(begins == [f"{prefix}/bin/hubward"], f"{unit} starts {begins}")
    return text(unit).replace("ExecStart=", f"ExecStart={root}")


def verify(checks, root, unit):
    """What systemd says of the unit. It only warns of a word that it does not know, and goes on without."""
    if not shutil.which("systemd-analyze"):
        print("without systemd-analyze nobody looked at the unit: apt-get install systemd")
        return
    path = os.path.join(root, "hubward.service")
    with open(path, "w", encoding="utf-8") as file:
        file.write(unit)
    said = subprocess.run(["systemd-analyze", "verify", "--man=no", path], capture_output=True, text=True,
                          timeout=60 * PATIENCE, check=False)
    ours = [line for line in said.stderr.splitlines() if "hubward" in line]
    checks.that(said.returncode == 0 and not ours, f"systemd-analyze verify: {said.returncode} {said.stderr}")


def main():
    build, cmake = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "cmake"
    checks = Checks()
    with tempfile.TemporaryDirectory(prefix="hubward-install-") as root:
        install(cmake, build, "/usr", root)
        found, paths = installed(root), promised()
        checks.that(len(paths) >= 8, f"the table names only {paths}")
        for path in paths:
            there = os.path.isdir(root + path) if path.endswith("/") else os.path.isfile(root + path)
            checks.that(there, f"{path} is promised and not installed")
        for path in sorted(found):
            checks.that(any(path == one or one.endswith("/") and path.startswith(one) for one in paths),
                        f"{path} is installed and not promised")
        said = subprocess.run([f"{root}/usr/bin/hubward", "version"], capture_output=True, text=True,
                              timeout=60 * PATIENCE, check=False)
        checks.that(said.returncode == 0 and said.stdout.startswith("hubward "), f"version: {said}")
        policy = subprocess.run([f"{root}/usr/bin/hubward", "config", "check", "--config",
                                 f"{root}/usr/share/hubward/hubward.toml"], capture_output=True, text=True,
                                timeout=60 * PATIENCE, check=False)
        checks.that(policy.returncode == 0, f"the installed settings: {policy.stderr}")
        unit = unit_of(checks, root, "/usr")
        users = set(re.findall(r"^(?:User|Group)=(\w+)$", unit, re.MULTILINE))
        made = re.findall(r"^adduser --system --group .* (\w+)$", text(os.path.join(TREE, "docs", "OPERATIONS.md")),
                          re.MULTILINE)
        checks.that(users == set(made) and made, f"the unit runs as {users}, and the documents make {made}")
        verify(checks, root, unit)
    with tempfile.TemporaryDirectory(prefix="hubward-install-") as root:
        install(cmake, build, "/usr/local", root)
        unit_of(checks, root, "/usr/local")
    print(f"{len(found)} files below {len(paths)} promised paths")
    checks.done()


if __name__ == "__main__":
    sys.exit(main())
