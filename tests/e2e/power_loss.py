#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The power fails under the real program on a real file system, under load; then everybody who got a 201
looks for it.

The file system is an image on a loop device. The server is stopped in its tracks, the file system is shut
down without a flush of its log (as when the power goes), and only then the server is killed: an answer that
was sent after the "power" went would be no fault of ours. With --control the server runs with every sync
turned into nothing (eatmydata): that arm must lose in at least 95 of 100 cycles, or the test proves nothing.

    HUBWARD_BINARY=… tests/e2e/power_loss.py --fs ext4 --cycles 500 [--control] [--seed 7]

With the armed program (tests/kill) the journal after each power cut must be a prefix of its commit trace.

Needs root, a free loop device, xfs_io (xfsprogs), and eatmydata for the control arm; says that it skips
when it cannot run.
"""
import argparse
import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import time

from commit_trace import CommitTrace
from hubward_process import Checks, binary_from
from town import Preloaded, Town

SKIPPED = 77
IMAGE_BYTES = 512 << 20
RENEW_AFTER = 50  # power cuts on one data folder: every check reads all of it
EATMYDATA = "libeatmydata.so"


def run(*words):
    return subprocess.run(words, text=True, capture_output=True, check=False)


def stands_still(pid):
    """Waits until no thread can say anything any more: stopped, or within a call that it will not come back from. A
    signal is only on its way when kill() returns, and an answer after the cut would promise what is not there."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        states = set()
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/stat", encoding="ascii", errors="replace") as file:
                states.add(file.read().rpartition(")")[2].split()[0])
        if states <= set("TtD"):
            return True
        time.sleep(0.001)
    return False


class LoopDisk:
    """A file system in a file, mounted below a temporary folder."""

    def __init__(self, kind):
        self.temp = tempfile.TemporaryDirectory(prefix="hubward-power-")
        self.image = pathlib.Path(self.temp.name) / "image"
        self.folder = pathlib.Path(self.temp.name) / "disk"
        self.folder.mkdir()
        with open(self.image, "wb") as file:
            file.truncate(IMAGE_BYTES)
        made = run(f"mkfs.{kind}", *(["-q", "-F"] if kind == "ext4" else ["-q", "-f"]), str(self.image))
        self.trouble = made.stderr if made.returncode else self.mount()

    def mount(self):
        mounted = run("mount", "-o", "loop", str(self.image), str(self.folder))
        return mounted.stderr if mounted.returncode else ""

    def cut_power(self, process):
        process.send_signal(signal.SIGSTOP)
        if not stands_still(process.pid):
            return False
        cut = run("xfs_io", "-x", "-c", "shutdown", str(self.folder))
        process.kill()
        process.wait()
        return cut.returncode == 0 and not cut.stderr

    def unmount(self):
        for _ in range(50):
            if run("umount", str(self.folder)).returncode == 0:
                return True
            time.sleep(0.1)  # the kernel still closes what the dead process had open
        return False

    def close(self):
        if os.path.ismount(self.folder):
            self.unmount()
        self.temp.cleanup()


def why_not(options):
    if os.geteuid() != 0:
        return "mounting a disk needs root"
    for tool in ("xfs_io", f"mkfs.{options.fs}", "mount"):
        if not shutil.which(tool):
            return f"{tool} is not installed"
    if options.control and not run("sh", "-c", f"LD_PRELOAD={EATMYDATA} true").stderr == "":
        return "eatmydata is not installed"
    return ""


class Arm(Town):
    """A town whose data lies on the disk."""

    def __init__(self, binary, disk, checks, control, number):
        self.data = disk.folder / f"data-{number}"
        super().__init__(binary, checks, [f"storage.data={self.data}", "storage.keep_free_mib=0"])
        self.control = control
        # Beside the disk, not on it: it lives through the power cut. Only the armed program writes it.
        self.trace = CommitTrace(os.path.join(self.hubward.folder, "trace"))
        self.hubward.environment = self.trace.environment
        with Preloaded(EATMYDATA if control else ""):
            self.open()

    def end(self, disk):
        self.checks.that(self.hubward.stop() == 0, "a clean stop")
        self.verify(self.checks)
        self.leave(disk)

    def leave(self, disk):
        self.close()
        if os.path.ismount(disk.folder):
            shutil.rmtree(self.data, ignore_errors=True)

    def lived_through(self, disk, seed, chance, threads):
        """One power cut under load and the start after it; the checks that failed."""
        load = self.load(seed, threads)
        # A cut before anybody was told something has nothing to lose.
        self.checks.that(load.has_told(threads), "the load did something")
        time.sleep(chance.uniform(0.05, 0.5))
        cut = disk.cut_power(self.hubward.process)
        load.join()
        self.checks.that(cut and disk.unmount() and disk.mount() == "", "the power cut itself")
        found = Checks(quiet=self.control)
        if self.trace.path.exists() and not self.control:
            self.trace.is_prefix(self.hubward, found, "the power cut")
        try:
            with Preloaded(EATMYDATA if self.control else ""):
                self.hubward.start()
            self.settle_and_check(found, chance)
        except (RuntimeError, KeyError) as refused:  # no start, or not even the hubs are there
            found.that(False, f"after the power cut: {refused!r}")
        if found.failed and not self.control:
            print(f"what the server said:\n{''.join(self.hubward.log[-40:])}", flush=True)
        return found.failed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fs", choices=("ext4", "xfs"), default="ext4")
    parser.add_argument("--cycles", type=int, default=5)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    if reason := why_not(options):
        print(f"skipped: {reason}; power loss on {options.fs} was NOT tested here")
        raise SystemExit(SKIPPED)
    checks, chance = Checks(), random.Random(options.seed)
    disk = LoopDisk(options.fs)
    arm = None
    try:
        if disk.trouble:
            print(f"skipped: {disk.trouble.strip()}; power loss on {options.fs} was NOT tested here")
            raise SystemExit(SKIPPED)
        print(f"seed {options.seed}", flush=True)
        cuts = lost = acknowledged = 0
        for cycle in range(options.cycles):
            if arm is None:
                arm = Arm(binary_from(), disk, checks, options.control, cycle)
            bad = arm.lived_through(disk, f"{options.seed}/{cycle}", chance, options.threads)
            cuts += 1
            lost += 1 if bad else 0
            if options.control or bad:
                acknowledged += len(arm.ledger.acked)
                arm.leave(disk)
                arm = None
            if bad and not options.control:
                checks.that(False, f"cycle {cycle}: {bad} checks failed")
                break
            if arm is not None and (cycle + 1 == options.cycles or (cycle + 1) % RENEW_AFTER == 0):
                acknowledged += len(arm.ledger.acked)
                arm.end(disk)
                arm = None
        checks.that(acknowledged > 0, "the load did something")
        if options.control:
            checks.that(lost * 100 >= options.cycles * 95, "without syncs nearly every cycle must lose")
        print(f"{options.fs}: {cuts} power cuts{' without syncs' if options.control else ''}, "
              f"{acknowledged} referrals acknowledged, {lost} cycles with a loss")
    finally:
        if arm is not None:
            arm.close()
        disk.close()
    checks.done()


if __name__ == "__main__":
    main()
