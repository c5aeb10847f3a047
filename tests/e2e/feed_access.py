#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who hears the feed, and for how long: revoked and expired tokens, on every way in, within five
seconds; a place that survives a kill; and the conformance run of the program against itself."""
import http.client
import json
import subprocess
import time

from feed_client import FeedClient
from hubward_process import PATIENCE, Checks, Hubward, binary_from

HUB = "access-hub"
SHUT_OUT_MAX = 5 * PATIENCE  # seconds
SHORT_LIFE = int(2 * PATIENCE)  # seconds of a token; it must be in use before they are over
STREAM = f"hub/{HUB}"


def minted(hubward, ttl="1h"):
    text = hubward.run("token", "mint", "--role", "hub", "--subject", HUB, "--ttl", ttl, "--json")[1]
    return json.loads(text)


def report(hubward, token, times):
    for n in range(times):
        hubward.client(token).put(f"/v1/hubs/{HUB}/capacity", {"unit": "place", "total": 1 + (n % 7)})


def websocket(hubward, token):
    client = FeedClient(hubward.port, token, seconds=8)
    client.send({"t": "subscribe", "stream": STREAM, "after": "latest"})
    client.until(lambda m: m["t"] == "subscribed")
    return client


def event_stream(hubward, token):
    line = http.client.HTTPConnection("127.0.0.1", hubward.port, timeout=8 * PATIENCE)
    line.request("GET", f"/v1/streams/{STREAM}/events",
                 headers={"Authorization": f"Bearer {token}", "Accept": "text/event-stream"})
    return line.getresponse()


def revocation(hubward, checks):
    token = minted(hubward)
    live = websocket(hubward, token["token"])
    stream = event_stream(hubward, token["token"])
    poll = http.client.HTTPConnection("127.0.0.1", hubward.port, timeout=20 * PATIENCE)
    poll.request("GET", f"/v1/streams/{STREAM}/events?wait=30",
                 headers={"Authorization": f"Bearer {token['token']}"})
    with open(f"{hubward.folder}/token.key.revoked", "a", encoding="ascii") as revoked:
        revoked.write(f"{token['id']}  # left\n")
    begin = time.monotonic()
    bye = live.until(lambda m: m["t"] == "bye")
    checks.that(bye["code"] == 4401, f"websocket: {bye}")
    checks.that(time.monotonic() - begin < SHUT_OUT_MAX, f"websocket: {time.monotonic() - begin:.1f} s")
    text = stream.read().decode()
    checks.that('"code":4401' in text, f"event stream: {text[-200:]}")
    checks.that(time.monotonic() - begin < SHUT_OUT_MAX, f"event stream: {time.monotonic() - begin:.1f} s")
    answer = poll.getresponse()
    checks.that(answer.status == 401, f"poll: {answer.status} {answer.read()!r}")
    took = time.monotonic() - begin
    checks.that(took < SHUT_OUT_MAX, f"poll: {took:.1f} s")
    print(f"a revoked token was shut out everywhere after {took:.1f} s")


def log_out(hubward, checks):
    """The session ends, its feed within five seconds, for good; other sessions of the hub go on."""
    token, other = minted(hubward), minted(hubward)["token"]
    live, kept = websocket(hubward, token["token"]), websocket(hubward, other)
    cookie = {"Cookie": f"hubward_session={token['token']}", "Accept": "text/html"}

    def asked(verb, path, headers):
        line = http.client.HTTPConnection("127.0.0.1", hubward.port, timeout=8 * PATIENCE)
        line.request(verb, path, headers=headers)
        return line.getresponse()

    page = asked("GET", f"/hub/{HUB}", cookie)
    checks.that(f'action="/hub/{HUB}/log-out"' in page.read().decode(), "the page has no way to log out")
    stranger = asked("POST", f"/hub/{HUB}/log-out", {**cookie, "Origin": "http://127.0.0.1:9"})
    checks.that(stranger.status == 403, f"a page of another site logs out: {stranger.status}")
    begin = time.monotonic()
    done = asked("POST", f"/hub/{HUB}/log-out", {**cookie, "Origin": f"http://127.0.0.1:{hubward.port}"})
    checks.that(done.status == 303 and "Max-Age=0" in (done.headers["Set-Cookie"] or ""), f"log-out: {done.status}")
    bye = live.until(lambda m: m["t"] == "bye")
    took = time.monotonic() - begin
    checks.that(bye["code"] == 4401 and took < SHUT_OUT_MAX, f"log-out: {bye} after {took:.1f} s")
    checks.that(asked("GET", f"/hub/{HUB}", cookie).status == 401, "the cookie still works")
    report(hubward, hubward.token("ops", "access"), 1)
    checks.that(kept.until(lambda m: m["t"] == "event") is not None, "another session ended too")
    hubward.kill()
    hubward.start()
    checks.that(asked("GET", f"/hub/{HUB}", cookie).status == 401, "the cookie works again after a restart")
    checks.that(asked("GET", f"/hub/{HUB}", {"Cookie": f"hubward_session={other}"}).status == 200,
                "the other session is gone after a restart")
    print(f"the feed of a session that logged out ended after {took:.1f} s")


def expiry(hubward, checks):
    live = websocket(hubward, minted(hubward, f"{SHORT_LIFE}s")["token"])
    begin = time.monotonic()
    seen = []
    while not seen or seen[-1] != "bye":
        seen.append(live.receive()["t"])
    seen = [kind for kind in seen if kind != "hb"]
    checks.that(seen == ["auth_expiring", "bye"], f"expiry: {seen}")
    checks.that(time.monotonic() - begin < SHORT_LIFE + 3 * PATIENCE, "expiry took too long")


def remembered_place(hubward, checks):
    token = minted(hubward)["token"]
    client = FeedClient(hubward.port, token)
    client.send({"t": "subscribe", "stream": STREAM, "after": "earliest", "client_id": "till-1"})
    seq = client.until(lambda m: m["t"] == "event" and m["seq"] == 3)["seq"]
    client.send({"t": "ack", "stream": STREAM, "seq": seq})
    time.sleep(1.2 * PATIENCE)  # "stored within a second" is the promise under test
    hubward.kill()
    hubward.start()
    again = FeedClient(hubward.port, token)
    again.send({"t": "subscribe", "stream": STREAM, "after": "cursor", "client_id": "till-1"})
    place = again.until(lambda m: m["t"] == "subscribed")
    checks.that(place["recovered"] and place["after"] == seq, f"after a kill: {place}")


def conformance(hubward, checks):
    done = subprocess.run(
        [hubward.binary, "feed", "check", f"http://127.0.0.1:{hubward.port}", "--stream", STREAM, "--token",
         minted(hubward)["token"], "--beat"], capture_output=True, text=True, timeout=100, check=False)
    print(done.stdout)
    checks.that(done.returncode == 0, f"feed check: {done.returncode} {done.stderr}")
    wrong = subprocess.run(
        [hubward.binary, "feed", "check", f"http://127.0.0.1:{hubward.port}", "--stream", "ops", "--token",
         minted(hubward)["token"]], capture_output=True, text=True, timeout=100, check=False)
    checks.that(wrong.returncode == 65, "feed check finds fault with a stream that is not ours")


def tail(hubward, checks):
    done = subprocess.run(
        [hubward.binary, "feed", "tail", "--server", f"http://127.0.0.1:{hubward.port}", "--stream", STREAM,
         "--token", minted(hubward)["token"], "--after", "earliest", "--count", "5", "--json"],
        capture_output=True, text=True, timeout=30 * PATIENCE, check=False)
    numbers = [json.loads(line)["seq"] for line in done.stdout.splitlines()]
    checks.that(numbers == [1, 2, 3, 4, 5], f"feed tail: {numbers} {done.stderr}")


def main():
    checks = Checks()
    hubward = Hubward(binary_from())
    try:
        ops = hubward.token("ops", "access")
        hubward.start()
        made = hubward.client(ops).put(f"/v1/hubs/{HUB}", {
            "name": HUB, "place": "accessville", "needs": ["nhs-app"], "capacity": {"place": 5}})
        checks.that(made.status == 201, f"{made.status} {made.body!r}")
        report(hubward, ops, 8)
        for case in (revocation, log_out, expiry, conformance, tail, remembered_place):
            case(hubward, checks)
        checks.that(hubward.stop() == 0, "a clean stop")
    finally:
        hubward.close()
    checks.done()


if __name__ == "__main__":
    main()
