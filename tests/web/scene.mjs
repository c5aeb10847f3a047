// SPDX-License-Identifier: Apache-2.0
//
// A demo server with a day's work on it, the same every time, and the addresses of all its pages.
import assert from "node:assert/strict";
import { startDemo } from "./browser.mjs";

// Follows a link that logs in; gives the cookie and the page that it leads to.
async function enter(link) {
  const answer = await fetch(link, { redirect: "manual" });
  const set = answer.headers.get("set-cookie") ?? "";
  return { cookie: set.split(";")[0], cookiePath: set.match(/Path=([^;]*)/i)?.[1] ?? "/",
           path: answer.headers.get("location") };
}

export async function startScene(binary) {
  const demo = await startDemo(binary);
  const said = demo.said();
  const base = new URL(demo.links[0]).origin;
  const token = said.match(/Bearer ([\w.-]+)/)[1];
  const person = JSON.parse(said.match(/-d '(.*)'/)[1]);
  const logins = [];
  for (const link of demo.links) logins.push(await enter(link));
  const hub = logins[0].path.split("/").pop();
  let count = 0;

  // Refers the demo's person to the hub that the page shows.
  async function refer(change = {}) {
    count += 1;
    const body = { ...person, needs: ["nhs-app"], language: "en", age: 71, trusted_hub: hub,
                   location: { latitude: 53.79, longitude: -1.54 }, ...change };
    for (const key of ["access", "urgency"]) if (!(key in change)) delete body[key];
    const answer = await fetch(`${base}/v1/referrals`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json",
                 "idempotency-key": `web-${process.pid}-${count}` },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    assert.equal(answer.status, 201, text);
    return JSON.parse(text);
  }

  const loginFor = (path) => logins.find((l) => new RegExp(`^${l.path}($|[/?])`).test(path));
  function stateFor(path, step) {
    if (step?.stranger) return undefined;
    const login = loginFor(path);
    if (!login) return undefined;
    const [name, value] = login.cookie.split("=");
    return { origins: [], cookies: [{ name, value, domain: new URL(base).hostname, path: login.cookiePath,
      expires: -1, httpOnly: true, secure: false, sameSite: "Strict" }] };
  }
  async function post(path, form = {}) {
    return fetch(base + path, { method: "POST", redirect: "manual",
      headers: { cookie: loginFor(path).cookie, origin: base, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(form) });
  }
  async function offers(show = "waiting") {
    const answer = await fetch(`${base}/hub/${hub}?show=${show}`, { headers: { cookie: logins[0].cookie } });
    return [...(await answer.text()).matchAll(/offers\/([0-9a-f-]{36}\.\d+)/g)].map((m) => m[1])
      .filter((id, i, all) => all.indexOf(id) === i);
  }

  // The page of a link for one answer.
  async function link(offer) {
    const answer = await post(`/hub/${hub}/offers/${offer}/link`);
    return (await answer.text()).match(/\/answer\/hwl1\.[\w.-]+/)[0];
  }

  // A weekly slot, and a session with somebody in it; gives the number of that session.
  async function makeSessions() {
    const own = `/hub/${hub}`;
    await post(`${own}/weekly/new`, { do: "save", day: "tue", from: "14:00", to: "16:00", seats: "6" });
    // After all that the weekly slot makes, whatever day it is: the list has one order.
    const soon = new Date(Date.now() + 40 * 24 * 3600e3).toISOString().slice(0, 10);
    await post(`${own}/sessions`, { key: `session-${process.pid}`, date: soon, from: "10:00", to: "12:30", seats: "8" });
    const list = await fetch(`${base}/v1/hubs/${hub}/sessions`, { headers: { authorization: `Bearer ${token}` } });
    const { session } = (await list.json()).items.find((one) => !one.weekly);
    const id = (await refer()).id;
    await post(`${own}/offers/${id}.1/accept`, { key: `a${id}` });
    await book(`${id}.1`, session);
    return session;
  }
  // One that is not taken: the name is reserved, so that it never has an address.
  async function makeWebhook() {
    const answer = await fetch(`${base}/v1/webhooks`, { method: "POST", body: JSON.stringify({ url: "https://nowhere.invalid/x" }),
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "idempotency-key": `hook-${process.pid}` } });
    assert.equal(answer.status, 201, await answer.text());
    await refer();
  }
  // The hub's own API, with its cookie: no page books a seat.
  async function book(offer, session) {
    const answer = await fetch(`${base}/v1/offers/${offer}/appointment`, { method: "POST", body: JSON.stringify({ session }),
      headers: { cookie: logins[0].cookie, origin: base, "content-type": "application/json", "idempotency-key": `b${offer}` } });
    assert.equal(answer.status, 200, await answer.text());
  }

  // Two in care, of whom one has an outcome; four waiting.
  async function fill() {
    await refer({ needs: ["nhs-app", "skill-foundation"] });
    await refer({ needs: ["nhs-login"] });
    for (const id of await offers()) await post(`/hub/${hub}/offers/${id}/accept`, { key: `k${id}` });
    const [first] = await offers("people");
    await post(`/hub/${hub}/offers/${first}/start`, { key: `s${first}` });
    await refer({ urgency: "urgent", needs: ["nhs-app", "dev-loan"] }).catch(() => refer({ urgency: "urgent" }));
    await refer({ language: "ur", needs: ["nhs-repeat"] }).catch(() => refer());
    await refer({ needs: ["skill-safe", "nhs-book"], access: ["wheelchair"] }).catch(() => refer());
    // Somebody whom no hub can help: the place must see them.
    const unserved = await refer({ needs: ["dev-loan"], access: ["makaton", "lipspeaker"], language: "cy", language_required: true });
    const last = await refer({ needs: ["nhs-app"] });
    return { sent: last.id, unserved: unserved.id };
  }
  // Four days in two months' time.
  async function closeDays() {
    const day = (ahead) => new Date(Date.now() + ahead * 24 * 3600e3).toISOString().slice(0, 10);
    const answer = await post(`/hub/${hub}/hours`, { do: "close", first: day(60), last: day(63) });
    assert.match(answer.headers.get("location") ?? "", /done=/);
  }

  // Name and path of each page, and what is done on it before it is looked at: a button that is pressed,
  // or a form that is sent to another address.
  async function pages() {
    const { sent, unserved } = await fill();
    const [waiting, another] = await offers();
    const [care] = await offers("people");
    const session = await makeSessions();
    await makeWebhook();
    await closeDays();
    return [
      ["home", "/"], ["enter", "/enter"], ["enter_wrong", "/enter", { press: "#enter button" }],
      ["worklist", `/hub/${hub}`], ["people", `/hub/${hub}?show=people`],
      ["worklist_none", `/hub/${hub}?language=so`],
      ["capacity", `/hub/${hub}/capacity`], ["hours", `/hub/${hub}/hours`],
      ["hours_wrong", `/hub/${hub}/hours`, { press: "button[value=close]" }],
      ["sessions_wrong", `/hub/${hub}/sessions`, { press: "form[action$='/sessions'] button" }],
      ["weekly_new", `/hub/${hub}/weekly/new`], ["weekly_wrong", `/hub/${hub}/weekly/new`, { press: "button[value=save]" }],
      ["sessions", `/hub/${hub}/sessions`], ["session", `/hub/${hub}/sessions/${session}`],
      ["session_cancel", `/hub/${hub}/sessions/${session}/cancel`], ["weekly", `/hub/${hub}/weekly/1`], ["webhooks", "/practice/webhooks"],
      ["ops_webhooks", "/ops/webhooks"],
      ["referral", `/hub/${hub}/offers/${waiting}`], ["care", `/hub/${hub}/offers/${care}`],
      ["details", `/hub/${hub}/offers/${care}`, { press: "form[action$='/details'] button" }],
      ["link", `/hub/${hub}/offers/${another}`, { press: "form[action$='/link'] button" }],
      ["conflict", `/hub/${hub}`, { send: `/hub/${hub}/offers/${care}/accept` }],
      ["practice", "/practice"], ["new_referral", "/practice/new"],
      ["new_referral_wrong", "/practice/new", { press: "button.hw-big" }],
      ["new_referral_looked", "/practice/new", { press: "button[value=look]" }],
      ["follow", `/practice/referrals/${sent}`], ["follow_none", `/practice/referrals/${unserved}`],
      ["ops", "/ops"], ["place", "/ops/place"], ["waiting", "/ops/offers"],
      ["answer", await link(waiting)],
      ["letter", `/practice/referrals/${sent}/letter`],
      ["letter_large", `/practice/referrals/${sent}/letter?form=large-24`],
      ["letter_easy", `/hub/${hub}/offers/${care}/letter?form=easy`],
      ["script", `/hub/${hub}/offers/${care}/letter?form=script`],
      ["status", "/status"], ["docs", "/docs"], ["docs_offers", "/docs/offers"],
      ["problems", "/problems"], ["problem", "/problems/invalid-content"], ["try_it", "/docs/try/submitReferral"],
      ["try_it_answer", "/docs/try/submitReferral", { press: "main form button" }],
      ["missing", "/nothing-here", { status: 404 }], ["stranger", `/hub/${hub}`, { stranger: true, status: 401 }],
    ];
  }
  // Opens one of them in a language; with its closed parts open, where all of it is to be judged.
  async function show(page, [, path, step], language, all = false) {
    const unfold = () => page.evaluate(() => document.querySelectorAll("details:not(.hw-language)").forEach((d) => { d.open = true; }));
    const opened = await page.goto(address(path, language));
    assert.equal(opened.status(), step?.status ?? 200, path); // a page of errors is not the page that is asked for
    if (step?.press || step?.send) {
      await unfold(); // the button may be in one
      const loaded = page.waitForEvent("load");
      if (step.press) await page.locator(step.press).last().click();
      else await page.evaluate((to) => {
        const form = document.body.appendChild(document.createElement("form"));
        form.method = "post";
        form.action = to;
        form.submit();
      }, step.send);
      await loaded;
    }
    if (all) await unfold();
  }
  const address = (path, language) => `${base}${path}${path.includes("?") ? "&" : "?"}lang=${language}`;
  return { base, hub, token, person, logins, links: demo.links, refer, post, offers, link, book, pages, address, show, stateFor, stop: demo.stop };
}
