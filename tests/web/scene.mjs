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

  const loginFor = (path) => logins.find((l) => path === l.path || path.startsWith(`${l.path}/`));
  function stateFor(path) {
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
    const soon = new Date(Date.now() + 3 * 24 * 3600e3).toISOString().slice(0, 10);
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
    await refer({ needs: ["dev-loan"], access: ["makaton", "lipspeaker"], language: "cy", language_required: true });
    const last = await refer({ needs: ["nhs-app"] });
    return last.id;
  }

  // Name and path of each page.
  async function pages() {
    const sent = await fill();
    const waiting = (await offers())[0];
    const [care] = await offers("people");
    const session = await makeSessions();
    await makeWebhook();
    return [
      ["home", "/"], ["enter", "/enter"], ["worklist", `/hub/${hub}`], ["capacity", `/hub/${hub}/capacity`], ["hours", `/hub/${hub}/hours`],
      ["sessions", `/hub/${hub}/sessions`], ["session", `/hub/${hub}/sessions/${session}`],
      ["session_cancel", `/hub/${hub}/sessions/${session}/cancel`], ["weekly", `/hub/${hub}/weekly/1`], ["webhooks", "/practice/webhooks"],
      ["referral", `/hub/${hub}/offers/${waiting}`], ["care", `/hub/${hub}/offers/${care}`],
      ["practice", "/practice"], ["new_referral", "/practice/new"],
      ["follow", `/practice/referrals/${sent}`],
      ["ops", "/ops"], ["place", "/ops/place"], ["waiting", "/ops/offers"],
      ["answer", await link(waiting)],
      ["letter", `/practice/referrals/${sent}/letter`],
      ["letter_easy", `/hub/${hub}/offers/${care}/letter?form=easy`],
      ["script", `/hub/${hub}/offers/${care}/letter?form=script`],
      ["status", "/status"], ["docs", "/docs"], ["docs_offers", "/docs/offers"],
      ["problems", "/problems"], ["problem", "/problems/invalid-content"], ["try_it", "/docs/try/submitReferral"],
      ["missing", "/nothing-here"],
    ];
  }
  const address = (path, language) => `${base}${path}${path.includes("?") ? "&" : "?"}lang=${language}`;
  return { base, hub, token, person, logins, links: demo.links, refer, post, offers, link, book, pages, address, stateFor, stop: demo.stop };
}
