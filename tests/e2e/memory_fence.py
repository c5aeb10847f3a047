# SPDX-License-Identifier: Apache-2.0
"""A limit on the memory of the real program, kept by the kernel (cgroups, version 1 or 2)."""
import itertools
import os
import pathlib

NUMBERS = itertools.count()


def controller():
    """Version and folder of the memory controller; (0, why) when there is none that we may use."""
    if os.geteuid() != 0:
        return 0, "a limit on memory needs root"
    with open("/proc/mounts", encoding="ascii") as file:
        mounts = [line.split() for line in file]
    for _, folder, kind, options, *_ in mounts:
        if kind == "cgroup" and "memory" in options.split(","):
            return 1, folder
    for _, folder, kind, *_ in mounts:
        controllers = pathlib.Path(folder) / "cgroup.controllers"
        if kind == "cgroup2" and controllers.exists() and "memory" in controllers.read_text().split():
            try:
                (pathlib.Path(folder) / "cgroup.subtree_control").write_text("+memory")
                return 2, folder
            except OSError as trouble:
                return 0, f"the memory controller cannot be switched on: {trouble}"
    return 0, "there is no memory controller"


class Fence:
    """One limit for all programs that start within it. The kernel kills what cannot keep it."""

    def __init__(self):
        self.version, where = controller()
        self.trouble = "" if self.version else where
        if self.trouble:
            return
        self.folder = pathlib.Path(where) / f"hubward-test-{os.getpid()}-{next(NUMBERS)}"
        try:
            self.folder.mkdir()
        except OSError as trouble:
            self.trouble = str(trouble)

    def limit(self, size):
        """Whether the kernel took it: not when more is in use and cannot be given back."""
        try:
            (self.folder / ("memory.limit_in_bytes" if self.version == 1 else "memory.max")).write_text(str(size))
            return True
        except OSError:
            return False

    def used(self):
        name = "memory.usage_in_bytes" if self.version == 1 else "memory.current"
        return int((self.folder / name).read_text())

    def program(self, binary, beside):
        """Starts `binary` within the fence; a path."""
        path = pathlib.Path(beside) / "fenced"
        path.write_text(f'#!/bin/sh\necho $$ > {self.folder}/cgroup.procs && exec {binary} "$@"\n')
        path.chmod(0o755)
        return str(path)

    def close(self):
        if not self.trouble:
            try:
                self.folder.rmdir()
            except OSError:  # somebody still is in it, and will go
                pass
