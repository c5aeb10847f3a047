// SPDX-License-Identifier: Apache-2.0
//
// The live part of the hub page. It listens; it never decides: every action is a form that works
// without this file. Rows never move by themselves: new referrals wait behind a button.

const badge = document.getElementById("live");
const words = JSON.parse(badge.dataset.words);
const stream = badge.dataset.stream;
const title = document.title;
let position = { epoch: badge.dataset.epoch, seq: Number(badge.dataset.head) };

let socket = null;
let tries = 0;
let retryAfter = 0;
let lastHeard = 0;
let beat = 20000;
let offlineSince = null;
let fresh = new Set();   // offers that the page does not show yet
let changed = false;     // something else that only a new look can show
let announced = 0;
let announceTimer = null;

function show(state) {
  if (state === "offline") offlineSince ??= new Date();
  else if (state === "live") offlineSince = null;
  const since = offlineSince?.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const text = state === "offline" ? words.offline.replace("{time}", since) : words[state];
  const line = document.getElementById("live-text");
  badge.dataset.state = state;
  badge.hidden = false;
  if (line.textContent !== text) line.textContent = text;
}

function count(n, one, many) {
  return n === 1 ? one : many.replace("{n}", String(n));
}

function showNews() {
  const button = document.querySelector("#news a");
  const n = fresh.size;
  document.title = n > 0 ? `(${n}) ${title}` : title;
  button.hidden = n === 0 && !changed;
  button.textContent = n > 0 ? count(n, words.one_new, words.many_new) : words.stale;
  if (n > 0 && announceTimer === null) {
    // Politely, and at most once in ten seconds.
    const wait = Math.max(0, 10000 - (Date.now() - announced));
    announceTimer = setTimeout(() => {
      announceTimer = null;
      announced = Date.now();
      document.getElementById("announce").textContent =
        count(fresh.size, words.announce_one, words.announce_many);
    }, wait);
  }
}

// Takes the fresh page's main part. Only ever after the person asked for it.
async function renew() {
  const seen = fresh;
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (answer.status === 401 || answer.status === 403) return show("session");
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = page.getElementById("main");
  if (!next) return;
  document.getElementById("main").replaceChildren(...next.childNodes);
  fresh = new Set([...fresh].filter((offer) => !seen.has(offer)));
  for (const offer of [...fresh]) if (row(offer)) fresh.delete(offer);
  changed = false;
  if (location.search) history.replaceState(null, "", location.pathname);
  document.getElementById("offers-title").scrollIntoView({ block: "nearest" });
  showNews();
}

function row(offer) {
  return document.querySelector(`[data-offer="${CSS.escape(offer)}"]`);
}

// A shown row that no longer waits keeps its place and says so.
function close(offer) {
  fresh.delete(offer);
  const shown = row(offer);
  if (!shown || shown.classList.contains("gone")) return;
  shown.classList.add("gone");
  for (const control of shown.querySelectorAll("button, select")) control.disabled = true;
  shown.querySelector(".left b").textContent = words.gone; // one line for one line: nothing moves
}

const ends = new Set(["Accepted", "Declined", "OfferExpired", "OfferCancelled"]);

function onEvent(event) {
  const { event: what, offer } = event.data;
  if (what === "Offered") {
    if (!row(offer)) fresh.add(offer);
  } else if (ends.has(what)) {
    close(offer);
    changed = true;
  } else if (what !== "Opened" && what !== "DetailsDisclosed") {
    changed = true;
  }
}

let pending = [];
function onFrames() {
  for (const event of pending.splice(0)) onEvent(event);
  showNews();
}

function say(frame) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}

let ackTimer = null;
function ackSoon() {
  ackTimer ??= setTimeout(() => {
    ackTimer = null;
    say({ t: "ack", stream, seq: position.seq });
  }, 200);
}

function onFrame(frame) {
  lastHeard = Date.now();
  switch (frame.t) {
    case "hello":
      beat = frame.heartbeat_ms;
      say({ t: "subscribe", ref: 1, stream, after: position, window: 64 });
      break;
    case "subscribed":
      tries = 0;
      if (!frame.recovered) changed = true; // we may have missed something: offer a new look
      position = { epoch: frame.epoch, seq: frame.after };
      show(frame.head > frame.after ? "catching" : "live");
      showNews();
      break;
    case "event":
      if (frame.seq <= position.seq) break; // a duplicate after a reconnect
      position = { epoch: frame.epoch, seq: frame.seq };
      if (pending.push(frame.event) === 1) requestAnimationFrame(onFrames);
      ackSoon();
      show("live");
      break;
    case "hb":
      say({ t: "hb" });
      show((frame.heads[stream] ?? 0) > position.seq ? "catching" : "live");
      break;
    case "bye":
      retryAfter = frame.retry_after_ms;
      if (frame.code === 4401) tries = Infinity; // only a person can log in again
      break;
  }
}

function connect() {
  const url = new URL("/v1/feed", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(url, "hubward.feed.v1");
  lastHeard = Date.now();
  socket.onmessage = (message) => onFrame(JSON.parse(message.data));
  socket.onclose = () => {
    socket = null;
    if (tries === Infinity) return show("session");
    show("offline");
    const jitter = Math.random() * Math.min(30000, 500 * 2 ** tries);
    tries += 1;
    setTimeout(connect, retryAfter + jitter);
    retryAfter = 0;
  };
}

// A link that went quiet is not live, whatever the socket thinks.
setInterval(() => {
  if (socket?.readyState === WebSocket.OPEN && Date.now() - lastHeard > beat * 1.5) socket.close();
}, 2000);

// Background tabs draw no frames; catch up when they are looked at again.
document.addEventListener("visibilitychange", () => { if (!document.hidden) onFrames(); });

document.addEventListener("click", (click) => {
  if (click.target.closest?.("#news a")) {
    click.preventDefault();
    renew();
  }
});

show("connecting");
connect();
