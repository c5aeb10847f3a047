#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every bound at its edge, from outside: what is just allowed is taken, one more is refused with the right
status, and the refusal names the field.

The bounds of bodies are read from /openapi.json, so a bound that is stated there and not kept is found, and a
new one is tried without a new line here. Those of HTTP and of lists stand in TABLE.

    HUBWARD_BINARY=… tests/e2e/limits.py
"""
import json
import socket
import struct

from feed_client import FeedClient
from hubward_process import Checks, Hubward, binary_from

KIB = 1024
FREE_TEXT = ("name", "description", "address", "note", "opening_hours", "source", "practice_reference")
HUB = "edge-hub"
# Bodies whose fields are tried one by one: schema, and where in the body it stands.
BODIES = (("referral", "ReferralRequest", ""), ("referral", "Person", "/person"), ("hub", "HubRequest", ""))


def base(what):
    if what == "referral":
        return {"consent": {"share_with_hub": True}, "needs": ["nhs-app"], "person": {"name": "Edge Testperson"}}
    return {"name": "Edge", "place": "edgetown", "needs": ["nhs-app"], "capacity": {"place": 1}}


class Server:
    def __init__(self, checks):
        self.hubward, self.checks, self.tried = Hubward(binary_from()), checks, 0
        self.tokens = {"referral": self.hubward.token("practice", "P00001"), "hub": self.hubward.token("ops", "edge"),
                       "staff": self.hubward.token("hub", HUB)}
        self.hubward.start()
        self.client = {who: self.hubward.client(token) for who, token in self.tokens.items()}
        made = self.client["hub"].put(f"/v1/hubs/{HUB}", base("hub"))
        checks.that(made.status == 201, f"the hub: {made.status}")
        self.openapi = json.loads(self.client["hub"].get("/openapi.json").body)

    def schema(self, node):
        while "$ref" in node:
            node = self.openapi["components"]["schemas"][node["$ref"].rsplit("/", 1)[1]]
        return node

    def send(self, what, body):
        client = self.client[what]
        return client.post("/v1/referrals", body) if what == "referral" else client.put(f"/v1/hubs/{HUB}", body)

    def edge(self, what, where, field, value, allowed, label):
        """Sends the base with one field changed; whether the field was complained about must be as expected."""
        body = base(what)
        holder = body
        for step in where.strip("/").split("/") if where else []:
            holder = holder.setdefault(step, {})
        holder[field] = value
        answer = self.send(what, body)
        pointer = f"{where}/{field}"
        errors = answer.json().get("errors", []) if answer.status >= 400 else []
        named = [error for error in errors if error["pointer"].startswith(pointer)]
        self.tried += 1
        if allowed:
            self.checks.that(not named and answer.status < 500, f"{label}: {answer.status} {named}")
        else:
            self.checks.that(answer.status in (400, 422) and named, f"{label}: {answer.status} {answer.body[:300]!r}")


def enumerated(server, items, count):
    """So many different values that the schema of an array's items allows; fewer when there are not so many."""
    items = server.schema(items)
    if "enum" in items:
        return items["enum"][:count]
    if items.get("type") == "integer":
        return list(range(items.get("minimum", 0), items.get("maximum", 1 << 30) + 1))[:count]
    return []


def numbers(server, what, where, field, node, path):
    for bound, step in (("maximum", 1), ("minimum", -1)):
        if bound in node:
            server.edge(what, where, field, node[bound], True, f"{path} {bound} {node[bound]}")
            server.edge(what, where, field, node[bound] + step, False, f"{path} beyond its {bound}")


def fields(server, what, name, where):
    for field, node in server.openapi["components"]["schemas"][name]["properties"].items():
        node = server.schema(node)
        path = f"{name}/{field}"
        if node.get("type") == "integer":
            numbers(server, what, where, field, node, path)
        elif node.get("type") == "string" and "maxLength" in node:
            longest = node["maxLength"]
            if not node.keys() & {"pattern", "format", "enum"}:
                if field in FREE_TEXT:
                    server.edge(what, where, field, "x" * longest, True, f"{path} of {longest}")
            server.edge(what, where, field, "x" * (longest + 1), False, f"{path} of {longest + 1}")
            if node.get("minLength"):
                server.edge(what, where, field, "", False, f"{path} that is empty")
        elif node.get("type") == "array" and "maxItems" in node:
            most = node["maxItems"]
            values = enumerated(server, node["items"], most + 1)
            if len(values) > most:
                server.edge(what, where, field, values[:most], True, f"{path} of {most} items")
            filler = values or ["x"]
            server.edge(what, where, field, (filler * (most + 1))[:most + 1], False, f"{path} of {most + 1} items")


def raw(server, bytes_sent):
    """The status of the answer to these bytes."""
    with socket.create_connection(("127.0.0.1", server.hubward.port), timeout=10) as line:
        line.sendall(bytes_sent)
        answer = b""
        while b"\r\n" not in answer:
            got = line.recv(4096)
            if not got:
                return 0
            answer += got
        return int(answer.split(b" ", 2)[1])


def get(target, headers=()):
    lines = [f"GET {target} HTTP/1.1", "Host: edge", "Connection: close", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def padded(size):
    body = json.dumps(base("referral"))
    return body[:-1] + " " * (size - len(body)) + "}"


def nested(depth):
    return '{"x":' + "[" * (depth - 1) + "]" * (depth - 1) + "}"


def of_http(server, checks):
    path = "/v1/hubs?x="
    header_line = len("X-Edge: ") + 2
    used = len("Host: edge\r\n") + len("Connection: close\r\n")
    table = (
        ("target of 8 KiB", get(path + "x" * (8 * KIB - len(path))), (200, 400, 401)),
        ("target of 8 KiB and one", get(path + "x" * (8 * KIB - len(path) + 1)), (414,)),
        ("100 fields", get("/livez", [f"X-{n}: 1" for n in range(98)]), (200,)),
        ("101 fields", get("/livez", [f"X-{n}: 1" for n in range(99)]), (431,)),
        ("a header far below 16 KiB", get("/livez", ["X-Edge: " + "x" * (15 * KIB - used - header_line)]), (200,)),
        ("a header above 16 KiB", get("/livez", ["X-Edge: " + "x" * (16 * KIB)]), (431,)),
    )
    for label, sent, allowed in table:
        status = raw(server, sent)
        server.tried += 1
        checks.that(status in allowed, f"{label}: {status}")


def of_bodies(server, checks):
    practice = server.client["referral"]
    for label, body, allowed in (
            ("a body of 64 KiB", padded(64 * KIB), (201,)), ("a body of 64 KiB and one", padded(64 * KIB + 1), (413,)),
            ("16 levels", nested(16), (422,)), ("17 levels", nested(17), (422,))):
        answer = practice.post("/v1/referrals", body)
        server.tried += 1
        checks.that(answer.status in allowed, f"{label}: {answer.status} {answer.body[:200]!r}")
        if label == "17 levels":
            checks.that(b"deeply" in answer.body, f"17 levels: {answer.body!r}")
        practice = server.hubward.client(server.tokens["referral"])  # a refused body ends the connection


def of_lists(server, checks):
    for label, target, allowed in (
            ("a page of 200", "/v1/referrals?limit=200", (200,)), ("a page of 201", "/v1/referrals?limit=201", (400,)),
            ("a page of 1", "/v1/referrals?limit=1", (200,)), ("a page of none", "/v1/referrals?limit=0", (400,))):
        answer = server.client["referral"].get(target)
        server.tried += 1
        checks.that(answer.status in allowed, f"{label}: {answer.status}")


def of_feed(server, checks):
    """A message of 16 KiB is read and refused as what it is; one more byte ends the connection with 1009."""
    for size, ends in ((16 * KIB, False), (16 * KIB + 1, True)):
        feed = FeedClient(server.hubward.port, server.tokens["staff"])
        text = json.dumps({"t": "ping", "x": ""})
        feed.send_raw((text[:-2] + "x" * (size - len(text)) + text[-2:]).encode())
        code = None
        try:
            feed.send({"t": "subscribe", "stream": f"hub/{HUB}", "after": "latest", "ref": 7})
            while code is None:
                opcode, payload = feed.frame()
                if opcode == 8:
                    code = struct.unpack(">H", payload[:2])[0]
                elif opcode == 1 and json.loads(payload).get("ref") == 7:
                    break
        except (OSError, EOFError):
            pass
        finally:
            feed.close()
        server.tried += 1
        checks.that((code == 1009) == ends, f"a feed message of {size} bytes: {code}")


def main():
    checks = Checks()
    server = Server(checks)
    try:
        for what, name, where in BODIES:
            fields(server, what, name, where)
        of_http(server, checks)
        of_bodies(server, checks)
        of_lists(server, checks)
        of_feed(server, checks)
        checks.that(server.hubward.stop() == 0, "a clean stop")
        print(f"{server.tried} edges tried")
    finally:
        server.hubward.close()
    checks.done()


if __name__ == "__main__":
    main()
