// SPDX-License-Identifier: Apache-2.0
//
// While a referral is being written, the part "What would happen" follows along. Only what matching needs
// is sent, never who the person is; without this file the button "Check first" does the same.
const form = document.getElementById("referral") as HTMLFormElement;
const place = document.getElementById("check") as HTMLElement;

const asked = ["needs", "urgency", "language", "access", "access_preferred", "chosen_hub"];
const wholePostcode = /^[a-z]{1,2}[0-9][0-9a-z]? ?[0-9][a-z]{2}$/i;
const quietFor = 600;     // ms without another change
const checksMost = 200;   // a page that is left open asks no more than this

let checks = 0;
let last = "";
let timer: number | undefined;
let running: AbortController | null = null;

function question(): string {
  const all = new FormData(form);
  const some = new URLSearchParams();
  for (const name of asked) for (const value of all.getAll(name)) some.append(name, String(value));
  const postcode = String(all.get("postcode") ?? "").trim();
  if (wholePostcode.test(postcode)) some.append("postcode", postcode);
  return some.toString();
}

// What stood there was about another form; the button says what is so now.
function stale(): void {
  const line = document.createElement("p");
  line.className = "hw-check__verdict hw-check--open";
  line.textContent = place.dataset["stale"] ?? "";
  place.replaceChildren(line);
}

async function check(): Promise<void> {
  const now = question();
  if (now === last) return;
  if (checks >= checksMost) return stale();
  last = now;
  checks += 1;
  running?.abort(); // only the newest question is of interest
  const own = running = new AbortController();
  try {
    const answer = await fetch(place.dataset["check"] ?? "", {
      method: "POST", body: new URLSearchParams(now), signal: own.signal, headers: { Accept: "text/html" },
    });
    if (!answer.ok) throw new Error();
    const part = new DOMParser().parseFromString(await answer.text(), "text/html");
    // The same words again would be read out again.
    if (place.textContent?.trim() !== part.body.textContent?.trim()) place.replaceChildren(...part.body.childNodes);
  } catch {
    if (own.signal.aborted) return;
    last = ""; // the next change asks again
    stale();
  }
}

function soon(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void check(), quietFor);
}

form.addEventListener("input", (event) => {
  const name = (event.target as HTMLInputElement).name;
  if (asked.includes(name) || name === "postcode") soon();
});
