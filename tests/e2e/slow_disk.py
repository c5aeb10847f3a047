# SPDX-License-Identifier: Apache-2.0
"""A disk whose syncs take as long as a test says, in front of the real program (tests/disk)."""
import os
import pathlib
import struct

SKIPPED = 77
HANGS = -1


class SlowDisk:
    def __init__(self, folder):
        self.control = pathlib.Path(folder) / "slow-disk"
        self.control.write_bytes(struct.pack("<q", 0))
        self.environment = {"LD_PRELOAD": library(), "HUBWARD_SLOW_DISK": str(self.control)}

    def each_sync_takes(self, microseconds):
        with open(self.control, "r+b") as file:  # in place: the program has it mapped
            file.write(struct.pack("<q", microseconds))


def library():
    path = os.environ.get("HUBWARD_SLOW_DISK_LIBRARY", "")
    if not os.access(path, os.R_OK):
        raise SystemExit("HUBWARD_SLOW_DISK_LIBRARY must name the built library of tests/disk")
    return path


def resident_bytes(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    return 0
