#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Requests that are nearly right, sent through HAProxy and through nginx: what the proxy takes for one request
must be one for us. More requests seen here than answers there would be a request hidden inside another.

    HUBWARD_BINARY=… tests/e2e/proxies.py --each 200 [--seed 7]

Says that it skips for a proxy that is not installed.
"""
import argparse
import pathlib
import random
import re
import shutil
import socket
import subprocess
import tempfile
import time

from hubward_process import PATIENCE, Checks, Hubward, binary_from
from mutations import HUB, PRACTICE, Maker

SKIPPED = 77
SECONDS_OF_SILENCE = 0.3
SECONDS_OF_DOUBT = 2 * PATIENCE
CLASSES = ("request_line", "host", "content_length", "transfer_encoding", "chunks", "header_bytes")
HAPROXY = """
global
    maxconn 200
defaults
    mode http
    timeout connect 5s
    timeout client 15s
    timeout server 15s
frontend in
    bind 127.0.0.1:{port}
    default_backend hubward
backend hubward
    http-reuse never
    server one 127.0.0.1:{backend}
"""
NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 200; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u;
    scgi_temp_path {folder}/s;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://127.0.0.1:{backend};
            proxy_http_version 1.1;
            proxy_set_header Host $host;
        }}
    }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Proxy:
    def __init__(self, name, backend, folder):
        self.port = free_port()
        form, words = {"haproxy": (HAPROXY, ["haproxy", "-db", "-f"]), "nginx": (NGINX, ["nginx", "-c"])}[name]
        config = pathlib.Path(folder) / f"{name}.conf"
        config.write_text(form.format(port=self.port, backend=backend, folder=folder))
        self.process = subprocess.Popen([*words, str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"{name} does not listen: exit {self.process.poll()}")

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=20)


def ask(port, data, silence):
    """All that comes back until nothing more does. Not half-closed: nginx takes that for a client that left."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=silence) as connection:
        try:
            connection.sendall(data)
            while got := connection.recv(65536):
                answer += got
        except OSError:
            pass  # silence: it waits for more, or keeps the connection for another request
    return answer


def seen(hubward):
    """Heads that we have taken for a request, whether we then served or refused it."""
    text = hubward.client().get("/metrics").body.decode()
    return int(re.search(r"^hubward_http_requests_total (\d+)", text, re.M)[1])


def passed_on(hubward, proxy, data, silence):
    """How many requests we saw of one that was sent through the proxy, and how many answers came back."""
    before = seen(hubward)
    answer = ask(proxy.port, data, silence)
    return seen(hubward) - before - 1, len(re.findall(rb"HTTP/1\.[01] \d{3} ", answer))  # without the look itself


def compare(name, hubward, tokens, checks, options):
    with tempfile.TemporaryDirectory(prefix="hubward-proxy-") as folder:
        proxy, asked, reached = Proxy(name, hubward.port, folder), 0, 0
        try:
            for kind in CLASSES:
                chance = random.Random(f"{options.seed}/{name}/{kind}")
                maker = Maker(chance, tokens)
                for number in range(options.each):
                    data = getattr(maker, kind)()
                    here, there = passed_on(hubward, proxy, data, SECONDS_OF_SILENCE)
                    # One may still wait for its body; a second one needs an answer of its own.
                    if here > max(1, there):  # or the one before was late: then it is not seen again
                        time.sleep(SECONDS_OF_DOUBT)
                        here, there = passed_on(hubward, proxy, data, SECONDS_OF_DOUBT)
                    checks.that(here <= max(1, there), f"{name} {kind} {number}: {here} requests here, {there} answers "
                                f"there: {data[:300]!r}")
                    asked, reached = asked + 1, reached + here
        finally:
            proxy.close()
    print(f"{name}: {asked} requests sent, {reached} passed on to us, none of them two")
    checks.that(reached > 0, f"{name} passed something on")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    here = [name for name in ("haproxy", "nginx") if shutil.which(name)]
    for name in {"haproxy", "nginx"} - set(here):
        print(f"skipped: {name} is not installed; requests through it were NOT compared")
    if not here:
        raise SystemExit(SKIPPED)
    print(f"seed {options.seed}", flush=True)
    checks, hubward = Checks(), Hubward(binary_from())
    try:
        tokens = {"practice": hubward.token("practice", PRACTICE), "hub": hubward.token("hub", HUB)}
        hubward.start()
        for name in here:
            compare(name, hubward, tokens, checks, options)
        checks.that(hubward.stop() == 0, "a clean stop")
    finally:
        hubward.close()
    checks.done()


if __name__ == "__main__":
    main()
