#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Requests that are nearly right, by class, against the real program: each is a valid one with a few bytes,
values or frames changed by chance. The server may refuse or accept; it may not fail, hang, fall over, or
refuse without saying why in a problem document with a stable type.

    HUBWARD_BINARY=… tests/e2e/mutations.py --each 10000 [--seed 7] [--only json-types …]
"""
import argparse
import json
import pathlib
import random
import re
import socket
import uuid

from feed_client import FeedClient
from hubward_process import PATIENCE, Checks, Hubward, binary_from

PRACTICE, HUB = "X99001", "mutant-hub"
SECONDS_MAX = 10 * PATIENCE  # the deadline of a head is longer; we half-close, so nothing has to wait for it
REFERRAL = json.loads((pathlib.Path(__file__).resolve().parents[1] / "data/referrals/full.json").read_text())
del REFERRAL["practice_reference"]  # two open referrals with one reference are refused, and rightly
ODD_BYTES = b"\0\t\n\r\x0b\x1f \"%&()*,/:;<=>?@[\\]{|}\x7f\x80\xa0\xc0\xe2\xff0aZ-_."
ODD_NUMBERS = ["-1", "0", "00", "1e999", "-1e999", "1E5", "0.1", "1.", ".5", "+1", "0x10", "NaN", "Infinity",
               "9007199254740993", "18446744073709551616", "-9223372036854775809", "1" * 400, "1_0", "٣"]
ODD_TEXTS = [b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xff", b"\xe2\x82", b"\\ud800", b"\\udc00\\ud800",
             b"\\u0000", b"\\x41", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\\", b"\n", b"\0", b"\xf0\x9f\x98\x80" * 400]
ODD_IDS = ["", "0", "..", "%2e%2e", "%00", "%ff", "a" * 300, "-1", "'", "0190", "*", "%zz", "null", "x" * 9000]


def bite(chance, data, times=2):
    """A few bytes put in, taken out, doubled or changed."""
    data = bytearray(data)
    for _ in range(chance.randint(1, times)):
        at = chance.randrange(len(data) + 1)
        odd = chance.choice(ODD_BYTES)
        what = chance.randrange(5)
        if what == 0:
            data.insert(at, odd)
        elif what == 1 and at < len(data):
            data[at] = odd
        elif what == 2 and at < len(data):
            del data[at:at + chance.randint(1, 6)]
        elif what == 3:
            data[at:at] = data[at:at + chance.randint(1, 20)]
        else:
            data[at:at] = bytes([odd]) * chance.choice((2, 40, 3000))
    return bytes(data)


class Maker:
    def __init__(self, chance, tokens):
        self.chance, self.tokens = chance, tokens

    def head(self, line=b"POST /v1/referrals HTTP/1.1", host=b"Host: a", more=b""):
        return b"\r\n".join([line, host, b"Authorization: Bearer " + self.tokens["practice"].encode(),
                             b"Content-Type: application/json", b"Idempotency-Key: " + uuid.uuid4().hex.encode(),
                             ]) + b"\r\n" + more

    def request(self, body, **parts):
        return self.head(**parts) + b"Content-Length: %d\r\n\r\n" % len(body) + body

    def plain(self):
        return json.dumps(REFERRAL).encode()

    def request_line(self):
        return self.request(self.plain(), line=bite(self.chance, b"POST /v1/referrals HTTP/1.1"))

    def host(self):
        return self.request(self.plain(), host=bite(self.chance, b"Host: 127.0.0.1:8080"))

    def content_length(self):
        body = self.plain()
        return self.head() + bite(self.chance, b"Content-Length: %d" % len(body)) + b"\r\n\r\n" + body

    def transfer_encoding(self):
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(self.plain()), self.plain())
        return self.head() + bite(self.chance, b"Transfer-Encoding: chunked") + b"\r\n\r\n" + body

    def chunks(self):
        body, rest = b"", self.plain()
        while rest:
            size = self.chance.randint(1, 60)
            body, rest = body + b"%x\r\n%s\r\n" % (len(rest[:size]), rest[:size]), rest[size:]
        return self.head() + b"Transfer-Encoding: chunked\r\n\r\n" + bite(self.chance, body + b"0\r\n\r\n")

    def header_bytes(self):
        return self.request(self.plain(), more=bite(self.chance, b"X-Request-Id: abc\r\nAccept: */*\r\n"))

    def json_syntax(self):
        return self.request(bite(self.chance, self.plain()))

    def json_types(self):
        document = json.loads(self.plain())
        for _ in range(self.chance.randint(1, 3)):
            place, key = self.somewhere(document)
            place[key] = self.chance.choice([None, True, 0, -1, 1.5, "", "x" * 5000, [], {}, [[]], [None], {"": ""},
                                             ["nhs-app"] * 40, [{"a": [1]}], "nhs-app", [1, 2], 10**30])
        return self.request(json.dumps(document).encode())

    def somewhere(self, document):
        place, key = document, self.chance.choice(list(document))
        while isinstance(place[key], dict) and place[key] and self.chance.random() < 0.7:
            place = place[key]
            key = self.chance.choice(list(place))
        return place, key

    def utf8(self):
        mark = "@@"
        document = json.loads(self.plain())
        place, key = self.somewhere(document)
        place[key] = mark
        return self.request(json.dumps(document).encode().replace(mark.encode(), self.chance.choice(ODD_TEXTS)))

    def numbers(self):
        document = json.loads(self.plain())
        place, key = self.somewhere(document)
        place[key] = "@@"
        number = self.chance.choice(ODD_NUMBERS).encode()
        return self.request(json.dumps(document).encode().replace(b'"@@"', number))

    def ids(self):
        odd = self.chance.choice(ODD_IDS).encode()
        path = self.chance.choice([b"/v1/referrals/%s", b"/v1/referrals/%s/history", b"/v1/referrals?cursor=%s",
                                   b"/v1/hubs/%s", b"/v1/offers/%s", b"/v1/referrals?limit=%s",
                                   b"/v1/hubs/%s/offers"]) % bite(self.chance, odd or b"x")
        return b"GET %s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n" % (
            path, self.tokens["practice"].encode())


CLASSES = ("request_line", "host", "content_length", "transfer_encoding", "chunks", "header_bytes", "json_syntax",
           "json_types", "utf8", "numbers", "ids")


def ask(port, data):
    """Everything that comes back until the server closes; None when it does not in time."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS_MAX) as connection:
        answer = b""
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while got := connection.recv(65536):
                answer += got
        except TimeoutError:
            return None
        except OSError:
            pass  # closed with our bytes unread: fine, if it said why
        return answer


def judge(answer):
    """What is wrong with an answer; nothing when it will do."""
    if answer is None:
        return "no answer and no end"
    if not answer:
        return ""  # closed without a word: less than a request came
    match = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
    if not match:
        return f"no status line: {answer[:60]!r}"
    status = int(match[1])
    if status >= 500 and status not in (501, 505):
        return f"answered {status}"
    head, _, body = answer.partition(b"\r\n\r\n")
    if 400 <= status or status in (501, 505):
        if b"application/problem+json" not in head:
            return f"{status} without a problem document"
        length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
        if not str(json.loads(body[:length]).get("type", "")):
            return f"{status}: a problem without a type"
    return ""


def frames(hubward, tokens, chance, checks, count):
    """Subscriptions and nonsense over one WebSocket after the other."""
    for _ in range(count // 10):
        try:
            feed = FeedClient(hubward.port, tokens["hub"])
            for _ in range(10):
                good = json.dumps({"t": chance.choice(("subscribe", "ack", "unsubscribe", "ping", "x")),
                                   "stream": f"hub/{HUB}", "after": chance.choice(("latest", "", 0, -1, None)),
                                   "seq": chance.choice((0, -1, 10**20)), "ref": 1}).encode()
                feed.send_raw(bite(chance, good), broken=chance.random() < 0.2)
            feed.socket.shutdown(socket.SHUT_WR)
            while feed.socket.recv(65536):
                pass
        except TimeoutError:
            checks.that(False, "WebSocket: no end")
        except (OSError, EOFError):
            pass
        checks.that(hubward.process.poll() is None, "the server is still there")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    checks = Checks()
    hubward = Hubward(binary_from())
    try:
        tokens = {"practice": hubward.token("practice", PRACTICE), "hub": hubward.token("hub", HUB)}
        ops = hubward.token("ops", "checker")
        hubward.start()
        # A referral that names a hub which nobody knows is refused.
        for slug in (HUB, REFERRAL["trusted_hub"], *REFERRAL["refused_hubs"]):
            hubward.client(ops).put(f"/v1/hubs/{slug}", {"name": slug, "place": "mutants", "needs": ["nhs-app"],
                                                         "capacity": {"place": 5}})
        for name in CLASSES:
            if options.only and name not in options.only:
                continue
            chance = random.Random(f"{options.seed}/{name}")
            maker, seen = Maker(chance, tokens), {}
            for number in range(options.each):
                data = getattr(maker, name)()
                answer = ask(hubward.port, data)
                wrong = judge(answer)
                checks.that(not wrong, f"{name} {number}: {wrong}: {data[:400]!r}")
                status = answer[9:12].decode("latin1") if answer else "closed"
                seen[status] = seen.get(status, 0) + 1
            checks.that(hubward.process.poll() is None, f"{name}: the server is still there")
            print(f"    {name:18} {dict(sorted(seen.items()))}", flush=True)
        if not options.only:
            frames(hubward, tokens, random.Random(f"{options.seed}/frames"), checks, options.each)
        after = hubward.client(tokens["practice"]).post("/v1/referrals", REFERRAL)
        checks.that(after.status == 201, f"healthy afterwards: {after.status} {after.body!r}")
        checks.that(hubward.stop() == 0, "a clean stop")
    finally:
        hubward.close()
    checks.done()


if __name__ == "__main__":
    main()
