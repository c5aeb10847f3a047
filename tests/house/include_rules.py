# SPDX-License-Identifier: Apache-2.0
"""Who may include whom, and which files may open which third-party library."""
import re

from tree import CODE, Fault

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')

# The first pattern that fits a file says what it may include from the house: path prefixes. Files
# that fit none (tests, bench, app, cli, main, config) may include every room.
EDGES = ("server/http/", "server/wire/", "server/auth/", "server/gateway", "server/view", "storage/",
         "matcher/", "server/log.hpp")
DIRECTIONS = (
    (r"matcher/", ("matcher/",)),
    (r"storage/", ("storage/", "matcher/")),
    (r"server/http/", ("server/http/",)),
    (r"server/wire/", ("server/wire/", "matcher/")),
    (r"server/auth/", ("server/auth/", "server/http/message.hpp", "server/http/server.hpp", "matcher/")),
    (r"server/(gateway|view|waiters)[_.]",
     ("server/gateway", "server/view", "server/waiters.hpp", "server/http/task.hpp",
      "storage/event_log.hpp", "storage/prefer_writers.hpp", "matcher/")),
    (r"server/feed/", ("server/feed/",) + EDGES),
    (r"server/metrics/", ("server/metrics/",) + EDGES),
    (r"server/jobs/", ("server/jobs/",) + EDGES),
    (r"server/outbound/", ("server/outbound/",) + EDGES),
    (r"server/api/", ("server/api/", "server/outbound/") + EDGES),
    (r"server/pages/", ("server/pages/", "server/api/", "server/feed/feed.hpp",
                        "server/metrics/recent.hpp") + EDGES),
)
PRODUCTION = ("matcher/", "storage/", "server/")

# Headers that a room keeps for itself.
PRIVATE = (
    ("storage/rocks_open.hpp", "storage/"),
    ("storage/rocks_options.hpp", "storage/"),
)

# Third-party header prefix: the files of the production rooms that may include it. Tests and
# benchmarks may open any door: they compare and they break things on purpose.
DOORS = (
    ("rocksdb/", r"storage/(\w+\.cpp|rocks_\w+\.hpp)"),
    ("GeographicLib/", r"server/wire/grid\.cpp"),
    ("simdjson.h", r"server/wire/.*\.cpp"),
    ("boost/beast", r"server/(http|outbound)/\w+\.cpp"),
    ("boost/url", r"server/(http|outbound)/\w+\.cpp"),
    ("boost/asio", r"server/.*"),
    ("boost/json", r"server/(.*\.cpp|cli/feed_check\.hpp)"),
    ("boost/", r"server/.*\.cpp"),
    ("openssl/", r"server/(http|outbound)/\w+\.cpp"),
    ("sodium", r"(storage/\w+|server/auth/\w+|server/wire/hash)\.cpp"),
    ("toml++/", r"server/config\w*\.cpp"),
    ("CLI/", r"server/(main|cli/options)\.cpp"),
    ("spdlog/", r"server/log\.cpp"),
    ("fmt/", r"server/.*"),
    ("kainjow/", r"server/pages/\w+\.cpp"),
    ("mustache", r"server/pages/\w+\.cpp"),
    ("unicode/", r"server/.*\.cpp"),
    ("zstd.h", r"storage/\w+\.cpp"),
    ("xxhash.h", r"storage/\w+\.cpp"),
    ("zlib.h", r"server/http/\w+\.cpp"),
    ("brotli/", r"server/(http|pages)/\w+\.cpp"),
)
# Doors that one file alone may open.
SINGLE = ("kainjow/", "CLI/", "spdlog/")
SYSTEM = ("sys/", "linux/", "netinet/", "arpa/", "net/")


def includes(tree, path):
    for number, line in tree.lines(path):
        if match := INCLUDE.match(line):
            yield number, match[1], match[2]


def directions(tree):
    """Includes look inward only."""
    for path in tree.ending(*CODE):
        allowed = next((to for place, to in DIRECTIONS if re.match(place, path)), None)
        for number, quote, name in includes(tree, path):
            if quote == "<" and name.startswith(("matcher/", "storage/", "server/")):
                yield Fault(path, number, f'our own header stands in quotes: "{name}"')
            if quote != '"':
                continue
            if "/" not in name:
                yield Fault(path, number, f'name the room: "{name}" hides which one it is')
            elif path.startswith(PRODUCTION) and name.startswith(("tests/", "bench/")):
                yield Fault(path, number, f"production code includes {name}")
            elif allowed is not None and not name.startswith(allowed):
                yield Fault(path, number, f"{path.rsplit('/', 1)[0]} may not include {name}")
            for private, room in PRIVATE:
                if name == private and not path.startswith((room, "tests/" + room, "bench/")):
                    yield Fault(path, number, f"{name} belongs to {room} alone")


def doors(tree):
    """A third-party library is opened in the files that own its door, and nowhere else."""
    opened = {}
    for path in tree.ending(*CODE):
        if not path.startswith(PRODUCTION):
            continue
        for number, quote, name in includes(tree, path):
            if quote != "<":
                continue
            door = next((d for d in DOORS if name.startswith(d[0])), None)
            if door is None:
                if "/" in name and not name.startswith(SYSTEM):
                    yield Fault(path, number, f"<{name}> has no door; a new library needs an ADR")
            elif not re.fullmatch(door[1], path):
                yield Fault(path, number, f"the door of <{name}> is {door[1]}")
            elif door[0] in SINGLE:
                first = opened.setdefault(door[0], path)
                if first != path:
                    yield Fault(path, number, f"<{name}> is opened in {first} already")
