// SPDX-License-Identifier: Apache-2.0
//
// What the page does not show yet: counted on a button, announced politely, taken in only when the
// person asks for it.
import type { Rows } from "./rows";

const announceEvery = 10000;

export class News {
  private fresh = new Set<string>();
  private changed = false;
  private announced = 0;
  private timer: number | null = null;
  private readonly title = document.title;

  constructor(private readonly words: Record<string, string>) {}

  add(offer: string): void { this.fresh.add(offer); }
  drop(offer: string): void { this.fresh.delete(offer); }
  somethingChanged(): void { this.changed = true; }

  show(): void {
    const button = document.querySelector<HTMLAnchorElement>("#news a");
    if (button === null) return; // a part of the list that shows no referrals
    const n = this.fresh.size;
    document.title = n > 0 ? `(${n}) ${this.title}` : this.title;
    button.hidden = n === 0 && !this.changed;
    const slot = button.closest<HTMLElement>("#news");
    if (slot !== null) {
      if (button.hidden) delete slot.dataset["news"];
      else slot.dataset["news"] = "";
    }
    const text = n > 0 ? this.counted("fresh", n) : this.words["stale"] ?? "";
    if (button.textContent !== text) button.textContent = text;
    if (n > 0 && this.timer === null) {
      const wait = Math.max(0, announceEvery - (Date.now() - this.announced));
      this.timer = setTimeout(() => this.announce(), wait);
    }
  }

  // Takes the main part of a fresh page. Only ever after the person asked for it.
  async renew(rows: Rows, loggedOut: () => void): Promise<void> {
    const button = document.querySelector<HTMLAnchorElement>("#news a");
    const address = button?.href ?? location.href;
    const seen = new Set(this.fresh);
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (answer.status === 401 || answer.status === 403) return loggedOut();
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.getElementById("main");
    if (next === null) return;
    document.getElementById("main")?.replaceChildren(...next.childNodes);
    this.fresh = new Set([...this.fresh].filter((offer) => !seen.has(offer) && !rows.has(offer)));
    this.changed = false;
    history.replaceState(null, "", address);
    const heading = document.getElementById("offers-title");
    heading?.scrollIntoView({ block: "nearest" });
    heading?.focus({ preventScroll: true });
    this.show();
  }

  private announce(): void {
    this.timer = null;
    this.announced = Date.now();
    const line = document.getElementById("announce");
    if (line !== null && this.fresh.size > 0) line.textContent = this.counted("announce", this.fresh.size);
  }

  private counted(key: string, n: number): string {
    return (this.words[key] ?? "").replace("{n}", String(n));
  }
}
