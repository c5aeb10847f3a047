#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One-link answers on the real program, from a text browser: two requests to accept; looking changes
nothing; a replay is 409, an ended offer 410; of two at once one wins; a forwarded link shows no name
before the hub's own code word; the address is in no log and goes to nobody.

    HUBWARD_BINARY=… tests/e2e/one_link.py
"""
import http.client
import re
import threading
import urllib.parse

from hubward_process import Checks, Hubward, binary_from

NAME = "Amina Testperson"
HUB, OTHER = "riverside", "chapel-lane"
WORD = "4711-blue"
PLACES = 40


class Reader:
    """A browser without script, cookies or login."""

    def __init__(self, port):
        self.port = port

    def ask(self, verb, path, form=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        body = urllib.parse.urlencode(form) if form is not None else None
        all_headers = {"Accept": "text/html", "Accept-Language": "en", **(headers or {})}
        if body is not None:
            all_headers["Content-Type"] = "application/x-www-form-urlencoded"
            # What a browser says that keeps its address to itself.
            all_headers.setdefault("Origin", "null")
        connection.request(verb, path, body=body, headers=all_headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text, answer.headers


class Town:
    def __init__(self, hubward, checks):
        self.hubward, self.checks = hubward, checks
        self.ops = hubward.client(hubward.token("ops", "night-watch"))
        self.practice = hubward.client(hubward.token("practice", "A12345"))
        self.hub_token = hubward.token("hub", HUB)
        self.hub = hubward.client(self.hub_token)
        self.reader = Reader(hubward.port)
        self.origin = f"http://127.0.0.1:{hubward.port}"
        for slug, places in ((HUB, PLACES), (OTHER, 0)):
            made = self.ops.put(f"/v1/hubs/{slug}", {
                "name": f"Hub {slug}", "place": "leeds", "needs": ["nhs-app"],
                "location": {"latitude": 53.79, "longitude": -1.55}, "capacity": {"place": places}})
            checks.that(made.status == 201, f"a hub: {made.status} {made.body!r}")

    def offer(self):
        made = self.practice.post("/v1/referrals", {
            "needs": ["nhs-app"], "location": {"latitude": 53.79, "longitude": -1.54},
            "person": {"name": NAME, "contact": [{"system": "phone", "value": "01632 960001", "safe": True}]},
            "consent": {"share_with_hub": True, "given_by": "self", "how": "verbal"}})
        self.checks.that(made.status == 201, f"a referral: {made.status} {made.body!r}")
        return made.json()["offers"][0]["id"], made.json()["id"]

    def link(self, offer, client=None):
        made = (client or self.hub).post(f"/v1/offers/{offer}/link")
        self.checks.that(made.status == 201, f"a link: {made.status} {made.body!r}")
        return urllib.parse.urlsplit(made.json()["url"]).path

    def fresh(self):
        offer, referral = self.offer()
        return self.link(offer), offer, referral

    def history(self, referral):
        return [e["event"] for e in self.practice.get(f"/v1/referrals/{referral}/history").json()["items"]]

    def set_word(self, word):
        status, _, headers = self.reader.ask("POST", f"/hub/{HUB}/code-word", {"word": word}, {
            "Cookie": f"hubward_session={self.hub_token}", "Origin": self.origin})
        return status, headers.get("Location", "")


def accept_in_two_requests(town, checks):
    path, _, referral = town.fresh()
    before = town.history(referral)
    status, page, headers = town.reader.ask("GET", path)
    checks.that(status == 200 and "NHS App" in page, f"the page: {status}")
    checks.that(NAME not in page and "01632" not in page, "no name, no number")
    checks.that(headers["Referrer-Policy"] == "no-referrer", "the address goes to nobody")
    checks.that(headers["Cache-Control"] == "no-store", "kept by no cache")
    checks.that("noindex" in headers["X-Robots-Tag"], "found by no search")
    checks.that("<script" not in page, "no script")
    for _ in range(3):
        town.reader.ask("GET", path)
    town.reader.ask("GET", path + "/accept")
    checks.that(town.history(referral) == before, "looking changes nothing")
    status, page, _ = town.reader.ask("POST", path + "/accept", {})
    checks.that(status == 200 and "You accepted" in page, f"accepted: {status}")
    checks.that(NAME not in page, "still no name")
    checks.that("Accepted" in town.history(referral), "the practice sees it")
    again = [town.reader.ask("POST", path + "/accept", {})[0], town.reader.ask("GET", path)[0],
             town.reader.ask("POST", path + "/decline", {"reason": "no-slot"})[0],
             town.reader.ask("POST", path + "/capacity", {"place": "1", "device": "0", "sim": "0"})[0]]
    checks.that(again == [409] * 4, f"a replay is 409, whatever it asks: {again}")
    checks.that(town.history(referral).count("Accepted") == 1, "accepted once")


def second_factor(town, checks):
    path, _, referral = town.fresh()
    early = town.reader.ask("POST", path + "/details", {"word": WORD})
    checks.that(early[0] == 200 and NAME not in early[1], f"no details before accepting: {early[0]}")
    town.reader.ask("POST", path + "/accept", {})
    none = town.reader.ask("POST", path + "/details", {"word": WORD})
    checks.that(none[0] == 403 and NAME not in none[1], f"without a code word nobody sees a name: {none[0]}")
    checks.that(town.set_word("short")[1].endswith("refused=code_short"), "a short word is refused")
    checks.that(town.set_word(WORD)[1].endswith("done=code"), "the hub sets its word")
    wrong = town.reader.ask("POST", path + "/details", {"word": "guess-1"})
    checks.that(wrong[0] == 403 and NAME not in wrong[1], f"a wrong word: {wrong[0]}")
    right = town.reader.ask("POST", path + "/details", {"word": WORD})
    checks.that(right[0] == 200 and NAME in right[1], f"the right word: {right[0]}")
    checks.that("DetailsDisclosed" in town.history(referral), "reading it is written down")
    locked = [town.reader.ask("POST", path + "/details", {"word": f"guess-{i}"})[0] for i in range(10)]
    checks.that(locked == [403] * 10, f"ten wrong ones: {locked}")
    shut = town.reader.ask("POST", path + "/details", {"word": WORD})
    checks.that(shut[0] == 403 and NAME not in shut[1], "then the right one is locked as well")


def other_answers(town, checks):
    path, _, referral = town.fresh()
    status, page, _ = town.reader.ask("POST", path + "/decline", {"reason": "nonsense"})
    checks.that(status == 422 and "Choose a reason" in page, f"a reason is needed: {status}")
    status, _, _ = town.reader.ask("POST", path + "/capacity", {"place": "41", "device": "2", "sim": "1", "do": "save"})
    checks.that(status == 200, f"capacity: {status}")
    told = town.hub.get(f"/v1/hubs/{HUB}/capacity").json()
    checks.that(told["place"]["total"] == 41 and told["device"]["total"] == 2, f"the numbers are the hub's: {told}")
    checks.that(town.reader.ask("POST", path + "/decline", {"reason": "no-slot"})[0] == 200, "declined")
    checks.that("Declined" in town.history(referral), "the practice sees the decline")
    path, _, referral = town.fresh()
    status, page, _ = town.reader.ask("POST", path + "/decline", {"ask": "yes"})
    checks.that(status == 200 and "The practice is asked" in page, f"asked: {status}")
    checks.that("ReturnedToReferrer" in town.history(referral), "the question is with the practice")


def ends(town, checks):
    path, _, referral = town.fresh()
    town.practice.post(f"/v1/referrals/{referral}/withdraw", {"reason": "withdrawn-by-person"})
    gone = [town.reader.ask("GET", path)[0], town.reader.ask("POST", path + "/accept", {})[0]]
    checks.that(gone == [410, 410], f"the link ends with its offer: {gone}")
    path, offer, _ = town.fresh()
    checks.that(town.reader.ask("GET", path[:-1] + ("A" if path[-1] != "A" else "B"))[0] == 404, "one letter changed")
    checks.that(town.reader.ask("GET", "/answer/" + town.hub_token)[0] == 404, "a login is no link")
    token = path.rsplit("/", 1)[1]
    stranger = town.hubward.client(token).get("/v1/hubs")
    checks.that(stranger.status == 401, f"a link is no login: {stranger.status}")
    other = town.hubward.client(town.hubward.token("hub", OTHER)).post(f"/v1/offers/{offer}/link")
    checks.that(other.status == 404, f"nobody makes links for others: {other.status}")
    denied = town.practice.post(f"/v1/offers/{offer}/link")
    checks.that(denied.status == 403, f"a practice makes none: {denied.status}")
    place = town.hubward.client(town.hubward.token("place", "leeds"))
    checks.that(town.reader.ask("GET", town.link(offer, place))[0] == 200, "a place makes one for its hub")
    town.reader.ask("POST", path + "/accept", {})
    late = town.hub.post(f"/v1/offers/{offer}/link")
    checks.that(late.status == 409, f"no link for an answered offer: {late.status}")


def two_at_once(town, checks):
    for _ in range(5):
        path, _, referral = town.fresh()
        statuses = []
        starts = threading.Barrier(2)

        def press(path=path, statuses=statuses, starts=starts):
            starts.wait()
            statuses.append(town.reader.ask("POST", path + "/accept", {})[0])

        threads = [threading.Thread(target=press) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        checks.that(sorted(statuses) == [200, 409], f"one wins, the other is told: {statuses}")
        checks.that(town.history(referral).count("Accepted") == 1, "accepted once")


def desk(town, checks):
    """Staff make links on pages too; the link stands in the answer and nowhere else."""
    _, _, _ = town.fresh()
    ops_cookie = {"Cookie": f"hubward_session={town.hubward.token('ops', 'night-watch')}",
                  "Origin": town.origin}
    status, page, _ = town.reader.ask("GET", "/ops/offers", headers=ops_cookie)
    actions = re.findall(r'action="(/ops/offers/[^"]+/link)"', page)
    checks.that(status == 200 and actions, f"waiting offers: {status}")
    status, page, _ = town.reader.ask("POST", actions[0], {}, {**ops_cookie})
    found = re.search(r"/answer/hwl1\.[\w.-]+", page)
    checks.that(status == 200 and found, f"a link on the page: {status}")
    checks.that(town.reader.ask("GET", found[0])[0] == 200, "and it works")


def main():
    checks = Checks()
    hubward = Hubward(binary_from())
    try:
        hubward.start()
        town = Town(hubward, checks)
        for part in (accept_in_two_requests, second_factor, other_answers, ends, two_at_once, desk):
            print(part.__name__, flush=True)
            part(town, checks)
        hubward.stop()
        checks.that("hwl1." not in "".join(hubward.log), "no link in the log")
    finally:
        hubward.close()
    checks.done()


main()
