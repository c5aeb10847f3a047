// SPDX-License-Identifier: Apache-2.0
//
// The live part of the worklist. It listens; it never decides: every action is a form that works
// without this file. Rows never move by themselves: new referrals wait behind a button.
import { Feed, type CloudEvent, type State } from "./feed";
import { News } from "./news";
import { Rows } from "./rows";

const badge = document.getElementById("live") as HTMLElement;
const words = JSON.parse(badge.dataset["words"] ?? "{}") as Record<string, string>;
const news = new News(words);
const rows = new Rows(words);

// Who hears the page is told when the link breaks, when it is back, and when somebody must log in; the line that is
// seen says more, and would be read out too often.
let offlineSince: Date | null = null;
function show(state: State): void {
  const said = (text: string) => { (document.getElementById("live-said") as HTMLElement).textContent = text; };
  const back = state === "live" && offlineSince !== null;
  const broken = state === "offline" && offlineSince === null;
  if (broken) offlineSince = new Date();
  else if (back) offlineSince = null;
  const time = offlineSince?.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) ?? "";
  const text = (words[state] ?? state).replace("{time}", time);
  const line = document.getElementById("live-text") as HTMLElement;
  badge.dataset["state"] = state;
  if (line.textContent === text) return;
  line.textContent = text;
  if (broken || back || state === "session") said(text);
  if (state === "session") line.replaceChildren(enterLink(text));
}

function enterLink(text: string): HTMLAnchorElement {
  const link = document.createElement("a");
  link.href = "/enter";
  link.textContent = text;
  return link;
}

const ends = new Set(["Accepted", "Declined", "OfferExpired", "OfferCancelled"]);
const quiet = new Set(["Opened", "DetailsDisclosed"]);

function onEvent(event: CloudEvent): void {
  const { event: what, offer } = event.data;
  if (what === "Offered" && offer !== undefined) {
    if (!rows.has(offer)) news.add(offer);
  } else if (ends.has(what) && offer !== undefined) {
    news.drop(offer);
    const ended = rows.close(offer);
    if (ended !== null) news.rowEnded(ended);
    news.somethingChanged();
  } else if (!quiet.has(what)) {
    news.somethingChanged();
  }
}

// A burst is worked off frame by frame, so that the page answers to fingers meanwhile.
const perFrame = 200;
const pending: CloudEvent[] = [];
function onFrame(): void {
  for (const event of pending.splice(0, perFrame)) onEvent(event);
  news.show();
  if (pending.length > 0) requestAnimationFrame(onFrame);
}

const feed = new Feed({
  stream: badge.dataset["stream"] ?? "",
  epoch: badge.dataset["epoch"] ?? "",
  seq: Number(badge.dataset["head"]),
  onState: show,
  onMissed: () => { news.somethingChanged(); news.show(); },
  onEvent: (event) => { if (pending.push(event) === 1) requestAnimationFrame(onFrame); },
});

// Background tabs draw no frames; catch up when they are looked at again.
document.addEventListener("visibilitychange", () => { if (!document.hidden) onFrame(); });

document.addEventListener("click", (click) => {
  const target = click.target as Element | null;
  if (target?.closest("#news a")) {
    click.preventDefault();
    void news.renew(rows, () => feed.stop("session"));
  }
});

// A second press while the first is on its way would only be refused.
document.addEventListener("submit", (submit) => {
  const form = submit.target as HTMLFormElement;
  if (form.dataset["sent"] !== undefined) submit.preventDefault();
  form.dataset["sent"] = "";
  setTimeout(() => { delete form.dataset["sent"]; }, 2000);
});

show("connecting");
feed.connect();
