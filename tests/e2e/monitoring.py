#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The monitoring kit against the real thing: Debian's Prometheus scrapes a server that works, promtool
judges text, rules and their tests, and every query of the Grafana dashboard is answered with data. A second
one, with native histograms and exemplars switched on, reads the same server in its own format.

Needs prometheus and promtool (group ci of cmake/packages.txt); says so and is skipped without them.
"""
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

from feed_client import FeedClient
from hubward_process import PATIENCE, Checks, Hubward, binary_from

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KIT = os.path.join(TREE, "configs", "prometheus")
HUB = "watched-hub"
TRACE = "4bf92f3577b34da6a3ce929d"  # … and the number of the round


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tool(checks, name, *arguments, text=None):
    done = subprocess.run(["promtool", *arguments], cwd=KIT, capture_output=True, text=True, input=text,
                          timeout=60, check=False)
    checks.that(done.returncode == 0, f"promtool {name}: {done.stdout}{done.stderr}")


class Prometheus:
    """On a free port, with a folder of its own, scraping one server twice a second."""

    def __init__(self, target, *features):
        self.folder = tempfile.TemporaryDirectory(prefix="hubward-prometheus-")
        self.port = free_port()
        with open(os.path.join(KIT, "prometheus.yml"), encoding="utf-8") as shipped:
            config = shipped.read().replace("127.0.0.1:8080", f"127.0.0.1:{target}") \
                .replace("15s", "500ms").replace("hubward.rules.yml", os.path.join(KIT, "hubward.rules.yml"))
        file = os.path.join(self.folder.name, "prometheus.yml")
        with open(file, "w", encoding="utf-8") as out:
            out.write(config)
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={file}", f"--storage.tsdb.path={self.folder.name}/data",
             f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=error",
             *(f"--enable-feature={feature}" for feature in features)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ask(self, path, **query):
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(query)}"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)
        except OSError as error:
            return {"status": "unreachable", "error": str(error)}

    def close(self):
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()


def work(hubward, client, staff, n):
    """A little of everything, so that no counter stands still."""
    client.send("POST", "/v1/referrals", {"consent": {"share_with_hub": True}, "needs": ["nhs-app"],
                                          "practice_reference": f"watched-{n}",
                                          "person": {"name": f"Watched Testperson {n}"}},
                headers={"traceparent": f"00-{TRACE}{n:08x}-00f067aa0ba902b7-01"})
    staff.put(f"/v1/hubs/{HUB}/capacity", {"unit": "place", "total": 500 + n % 50})


def queries():
    with open(os.path.join(TREE, "configs", "grafana", "hubward.json"), encoding="utf-8") as file:
        board = json.load(file)
    for panel in board["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]
    for note in board["annotations"]["list"]:
        yield note["name"], note["expr"]


def filled(expression):
    for name, value in (("$__rate_interval", "1m"), ("$job", "hubward"), ("$instance", ".*"),
                        ("$quantile", "0.99")):
        expression = expression.replace(name, value)
    return expression


def runbook(checks):
    with open(os.path.join(KIT, "hubward.rules.yml"), encoding="utf-8") as file:
        rules = file.read()
    with open(os.path.join(TREE, "docs", "RUNBOOK.md"), encoding="utf-8") as file:
        sections = {line[3:].strip() for line in file if line.startswith("## ")}
    alerts = re.findall(r"alert: (\w+)", rules)
    links = re.findall(r"runbook: docs/RUNBOOK\.md#(\w+)", rules)
    checks.that(links == [alert.lower() for alert in alerts], f"alerts {alerts}, runbook links {links}")
    checks.that(set(alerts) == sections, f"the runbook and the alerts differ by {set(alerts) ^ sections}")
    with open(os.path.join(KIT, "hubward.rules_test.yml"), encoding="utf-8") as file:
        tested = set(re.findall(r"alertname: (\w+)", file.read()))
    checks.that(tested == set(alerts), f"alerts without a test: {set(alerts) - tested}")


def formats(checks, hubward):
    """What is asked for is what comes."""
    accepts = {"": "text/plain", "application/openmetrics-text;version=1.0.0": "application/openmetrics-text",
               "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited":
                   "application/vnd.google.protobuf"}
    for accept, media in accepts.items():
        answer = hubward.client("").send("GET", "/metrics", headers={"Accept": accept} if accept else {})
        checks.that(answer.status == 200 and answer.headers["Content-Type"].startswith(media),
                    f"Accept {accept!r}: {answer.status} {answer.headers['Content-Type']}")


def modern(checks, prometheus):
    """Native histograms, and exemplars that lead to the commands of work()."""
    quantile = prometheus.ask("query", query="histogram_quantile(0.99, hubward_command_duration_seconds)")
    found = quantile.get("data", {}).get("result", [])
    checks.that(found and 0 < float(found[0]["value"][1]) < 60, f"p99 out of a native histogram: {quantile}")
    now = time.time()
    seen = prometheus.ask("query_exemplars", query="hubward_command_duration_seconds", start=now - 600, end=now)
    if not seen.get("data"):  # native histograms keep theirs under the name of the classic buckets
        seen = prometheus.ask("query_exemplars", query="hubward_command_duration_seconds_bucket", start=now - 600,
                              end=now)
    traces = {one["labels"]["trace_id"] for series in seen.get("data", []) for one in series["exemplars"]}
    checks.that(traces and all(trace.startswith(TRACE) for trace in traces), f"exemplars: {seen}")


def main():
    if not shutil.which("prometheus") or not shutil.which("promtool"):
        print("skipped: prometheus and promtool are missing: apt-get install prometheus")
        raise SystemExit(77)
    checks = Checks()
    tool(checks, "check rules", "check", "rules", "hubward.rules.yml")
    tool(checks, "test rules", "test", "rules", "hubward.rules_test.yml")
    tool(checks, "check config", "check", "config", "prometheus.yml")
    runbook(checks)
    hubward, prometheus, second = Hubward(binary_from()), None, None
    try:
        tokens = {role: hubward.token(role, subject) for role, subject in
                  (("ops", "watcher"), ("practice", "P00001"), ("hub", HUB))}
        hubward.start()
        ops, practice = hubward.client(tokens["ops"]), hubward.client(tokens["practice"])
        made = ops.put(f"/v1/hubs/{HUB}", {"name": HUB, "place": "watchtown", "needs": ["nhs-app"],
                                           "capacity": {"place": 500}})
        checks.that(made.status == 201, f"{made.status} {made.body!r}")
        feed = FeedClient(hubward.port, tokens["hub"])
        feed.send({"t": "subscribe", "stream": f"hub/{HUB}", "after": "latest", "window": 1024})
        prometheus = Prometheus(hubward.port)
        second = Prometheus(hubward.port, "native-histograms", "exemplar-storage")
        end = time.monotonic() + 60 * PATIENCE
        scraped = 0
        n = 0
        while scraped < 12 and time.monotonic() < end:
            work(hubward, practice, ops, n)
            n += 1
            time.sleep(0.05)
            if n % 10 == 0:
                found = prometheus.ask("query", query="count_over_time(up{job='hubward'}[5m])")
                if found.get("data", {}).get("result"):
                    scraped = int(found["data"]["result"][0]["value"][1])
        checks.that(scraped >= 12, f"only {scraped} scrapes within {60 * PATIENCE:.0f} s")
        while not second.ask("query", query="up{job='hubward'}").get("data", {}).get("result") and time.monotonic() < end:
            time.sleep(0.5)
        formats(checks, hubward)
        modern(checks, second)
        text = hubward.client("").get("/metrics").body.decode()
        tool(checks, "check metrics", "check", "metrics", text=text)
        for title, expression in queries():
            answer = prometheus.ask("query", query=filled(expression))
            good = answer["status"] == "success"
            checks.that(good, f"{title}: {expression}: {answer.get('error')}")
            # The only query that should have nothing to say: nothing was restarted.
            if good and title != "Starts":
                checks.that(answer["data"]["result"], f"{title}: no data for {expression}")
        rules = prometheus.ask("rules")["data"]["groups"]
        broken = [rule["name"] for group in rules for rule in group["rules"] if rule["health"] == "err"]
        checks.that(len(rules) == 2 and not broken, f"rules: {broken}")
        firing = [alert["labels"]["alertname"] for alert in prometheus.ask("alerts")["data"]["alerts"]
                  if alert["state"] == "firing"]
        checks.that(not firing, f"alerts fire on a healthy server: {firing}")
        print(f"{n} rounds of work, {scraped} scrapes, {len(list(queries()))} dashboard queries answered")
        feed.close()
        hubward.stop()
    finally:
        for one in (prometheus, second):
            if one:
                one.close()
        hubward.close()
    checks.done()


if __name__ == "__main__":
    sys.exit(main())
