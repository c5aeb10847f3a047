# SPDX-License-Identifier: Apache-2.0
"""The service unit does what docs/OPERATIONS.md promises, and lets the server write where it writes."""
import configparser
import re
from pathlib import PurePosixPath

from docs_rules import table_rows
from tree import Fault

UNIT, PAGE, CODE, SETTINGS = ("configs/systemd/hubward.service", "docs/OPERATIONS.md", "server/app.hpp",
                              "configs/hubward.toml")


def parsed(tree):
    """The unit by section; of a key that stands there twice, the last. None where there is no unit."""
    if UNIT not in tree.paths:
        return None
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str
    unit.read_string(tree.text(UNIT))
    return unit


def told(tree):
    """Exit status: whether it is restarted by itself, as the page says."""
    return {int(row[0]): row[2] for row in table_rows(tree.text(PAGE)) if len(row) == 3 and row[0].isdigit()}


def statuses(tree):
    """The page tells the exit statuses that there are, and the unit restarts those that it says."""
    if PAGE not in tree.paths or CODE not in tree.paths:
        return
    body = re.search(r"enum class Exit : int \{(.*?)\};", tree.text(CODE), re.DOTALL)
    real = {int(value) for value in re.findall(r"= (\d+),", body[1])} if body else set()
    page, unit = told(tree), parsed(tree)
    for status in sorted(real ^ page.keys()):
        yield Fault(PAGE, 0, f"exit status {status} is " + ("not told" if status in real else "none of the program's"))
    if unit is None:
        return
    never = {status for status, again in page.items() if again.startswith("no")}
    kept = {int(one) for one in unit.get("Service", "RestartPreventExitStatus", fallback="").split()}
    for status in sorted(never ^ kept):
        yield Fault(UNIT, 0, f"status {status}: RestartPreventExitStatus is not what {PAGE} says")
    if page.keys() - never - {0}:
        if unit.get("Service", "Restart", fallback="") != "on-failure":
            yield Fault(UNIT, 0, f"restarts nothing, and {PAGE} says that it does")
        # In [Service] systemd ignores it.
        if unit.get("Unit", "StartLimitIntervalSec", fallback="") != "0":
            yield Fault(UNIT, 0, "gives up after some restarts: [Unit] lacks StartLimitIntervalSec=0")


def written(tree):
    """Folders that a server with the defaults writes in: its data, and lists beside both keys."""
    defaults = dict(re.findall(r'^#(\w+) = "(/[^"]*)"$', tree.text(SETTINGS), re.MULTILINE))
    for name, path in defaults.items():
        if name == "data":
            yield name, PurePosixPath(path)
        elif name.endswith("_key_file"):
            yield name, PurePosixPath(path).parent


def writable(tree):
    """The unit lets the server write wherever the defaults have it write."""
    unit = parsed(tree)
    if unit is None or SETTINGS not in tree.paths:
        return
    allowed = [PurePosixPath(p) for p in unit.get("Service", "ReadWritePaths", fallback="").split()]
    closed = [PurePosixPath(p) for key in ("ReadOnlyPaths", "InaccessiblePaths")
              for p in unit.get("Service", key, fallback="").split()]
    folders = list(written(tree))
    if len(folders) < 3:
        yield Fault(SETTINGS, 0, "the data folder or a key file has no default")
    for name, folder in folders:
        around = (folder, *folder.parents)
        if not any(path in around for path in allowed) or any(path in around for path in closed):
            yield Fault(UNIT, 0, f"the server may not write to {folder}, where storage.{name} has it write")
