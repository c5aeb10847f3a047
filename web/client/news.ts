// SPDX-License-Identifier: Apache-2.0
//
// What the page does not show yet: counted on a button, announced politely, taken in only when the
// person asks for it.
import type { Rows } from "./rows";

const announceEvery = 10000;
const namedMost = 3;  // rows by name in one announcement

export class News {
  private fresh = new Set<string>();
  private changed = false;
  private ended: string[] = [];  // references of rows that no longer wait, until that is announced
  private heard = { fresh: 0, changed: false };  // what of it was announced
  private announced = 0;
  private timer: number | null = null;
  private readonly title = document.title;

  constructor(private readonly words: Record<string, string>) {}

  add(offer: string): void { this.fresh.add(offer); }
  drop(offer: string): void {
    this.fresh.delete(offer);
    this.heard.fresh = Math.min(this.heard.fresh, this.fresh.size);
  }
  rowEnded(reference: string): void { this.ended.push(reference); }
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
    if (this.timer === null && this.unheard() !== "") {
      const wait = Math.max(0, announceEvery - (Date.now() - this.announced));
      this.timer = setTimeout(() => this.announce(), wait);
    }
  }

  // Takes the main part of a fresh page. Only ever after the person asked for it.
  async renew(rows: Rows, loggedOut: () => void): Promise<void> {
    const button = document.querySelector<HTMLAnchorElement>("#news a");
    const address = button?.href ?? location.href;
    const seen = new Set(this.fresh);
    let next: HTMLElement | null = null;
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" } });
      if (answer.status === 401 || answer.status === 403) return loggedOut();
      const text = answer.ok ? await answer.text() : "";
      next = new DOMParser().parseFromString(text, "text/html").getElementById("main");
    } catch {
      // No answer: as below.
    }
    // Whoever pressed is told what is wrong: by a page of ours, or else by the browser.
    if (next === null) return location.assign(address);
    document.getElementById("main")?.replaceChildren(...next.childNodes);
    this.fresh = new Set([...this.fresh].filter((offer) => !seen.has(offer) && !rows.has(offer)));
    this.changed = false;
    this.ended = [];
    this.heard = { fresh: 0, changed: false };
    history.replaceState(null, "", address);
    const heading = document.getElementById("offers-title");
    heading?.scrollIntoView({ block: "nearest" });
    heading?.focus({ preventScroll: true });
    this.show();
  }

  // What came about since the last announcement. That a row ended says that something changed.
  private unheard(): string {
    const parts: string[] = [];
    if (this.fresh.size > this.heard.fresh) parts.push(this.counted("announce", this.fresh.size));
    if (this.ended.length > 0) {
      const more = this.ended.length > namedMost ? "…" : "";
      parts.push(`${this.ended.slice(0, namedMost).join(", ")}${more}: ${this.words["gone"] ?? ""}`);
    } else if (this.changed && !this.heard.changed) parts.push(this.words["changed"] ?? "");
    return parts.join(". ");
  }

  private announce(): void {
    this.timer = null;
    this.announced = Date.now();
    const line = document.getElementById("announce");
    const text = this.unheard();
    if (line !== null && text !== "") line.textContent = text;
    this.ended = [];
    this.heard = { fresh: this.fresh.size, changed: this.changed };
  }

  private counted(key: string, n: number): string {
    return (this.words[key] ?? "").replace("{n}", String(n));
  }
}
