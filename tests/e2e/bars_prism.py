#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""All published BaRS scenarios through Prism in front of the official OpenAPI 1.1.0: what it finds wrong with an
answer of ours is a fault. What it finds wrong with a request is not: many scenarios are wrong on purpose.

    HUBWARD_BINARY=… tests/e2e/bars_prism.py --prism …/node_modules/.bin/prism [--control]

Not part of ./check: Prism is 300 packages (npm install @stoplight/prism-cli, anywhere). Says that it skips without it.
"""
import argparse
import http.server
import json
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time

from hubward_process import binary_from
from recorder import Recorder

INTEROP = pathlib.Path(__file__).resolve().parents[2] / "../shared/interop"
SCENARIOS = INTEROP / "bars-scenarios"
CONTRACT = INTEROP / "nhsd-bars-api/specification/booking-and-referral-1.1.0.yaml"
SKIPPED = 77


def contract_in(folder):
    """A copy of the contract for Prism, which wants every example to be there. They are not: empty ones stand in, because
    they say nothing about what is right."""
    shutil.copytree(CONTRACT.parent / "schemas1.1.0", folder / "schemas1.1.0")
    text = CONTRACT.read_text(encoding="utf-8")
    for name in set(re.findall(r"examples[\d.]+/[\w./-]+", text)):
        example = folder / name
        example.parent.mkdir(parents=True, exist_ok=True)
        example.write_text("{}")
    copy = folder / CONTRACT.name
    copy.write_text(text, encoding="utf-8")
    return copy


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Judge(Recorder):
    """Stands before Prism, and keeps what it says of answers in the header sl-violations."""

    def __init__(self, prism):
        super().__init__(prism, self.judge)
        self.answers = 0
        self.faults = []

    def judge(self, verb, path, answer, _plain):
        self.answers += 1
        said = answer.headers.get("sl-violations")
        if said is None:
            return
        for one in json.loads(said):
            if one["location"][0] == "response":
                self.faults.append(f"{verb} {path} {answer.status}: {'.'.join(map(str, one['location']))}: {one['message']}")


def wait_for(port, process):
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit("Prism did not start")


class Wrong:
    """A server whose every answer breaks the contract: the control of this test."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(299)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def __init__(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.base = f"http://127.0.0.1:{self.server.server_port}"

    def end(self):
        self.server.shutdown()
        self.server.server_close()


class Demo:
    def __init__(self, binary):
        self.process = subprocess.Popen([binary, "demo", "--port", "0", "--no-traffic"], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.base = next(m[0] for line in self.process.stdout if (m := re.search(r"http://127\.0\.0\.1:\d+", line)))

    def end(self):
        self.process.terminate()
        self.process.wait(timeout=30)


def judged_run(upstream, prism_binary, folder):
    """The run through Prism; its judge and the runner's own verdict."""
    port = free_port()
    prism = subprocess.Popen([prism_binary, "proxy", str(contract_in(folder)), f"{upstream}/FHIR/R4",
                              "--host", "127.0.0.1", "--port", str(port)],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port, prism)
        judge = Judge(f"http://127.0.0.1:{port}")
        with judge as judged:
            done = subprocess.run(["node", str(SCENARIOS / "run_scenarios.mjs"), judged,
                                   str(SCENARIOS / "public/scenarios.json")], timeout=600, check=False)
        return judge, done.returncode
    finally:
        prism.terminate()
        prism.wait(timeout=30)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prism", default=shutil.which("prism"))
    parser.add_argument("--control", action="store_true", help="before a server that is wrong: it must be found out")
    options = parser.parse_args()
    binary = binary_from()
    if not options.prism or not SCENARIOS.exists() or not shutil.which("node"):
        print("skipped: needs node, Prism (--prism) and the published scenarios beside the tree")
        raise SystemExit(SKIPPED)
    upstream = Wrong() if options.control else Demo(binary)
    try:
        with tempfile.TemporaryDirectory(prefix="hubward-prism-") as folder:
            judge, runner = judged_run(upstream.base, options.prism, pathlib.Path(folder))
    finally:
        upstream.end()
    for fault in sorted(set(judge.faults)):
        print("VIOLATION", fault)
    print(f"{judge.answers} answers, {len(judge.faults)} violations in them")
    if options.control:
        raise SystemExit(0 if judge.faults else 1)
    raise SystemExit(1 if judge.faults or runner or judge.answers == 0 else 0)


if __name__ == "__main__":
    main()
