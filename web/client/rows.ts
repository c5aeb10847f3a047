// SPDX-License-Identifier: Apache-2.0
//
// The rows that are shown. Updates are in place and keep the height of the row: nothing moves.
export class Rows {
  constructor(private readonly words: Record<string, string>) {}

  has(offer: string): boolean {
    return this.find(offer) !== null;
  }

  // A shown row that no longer waits keeps its place and says so. Gives its reference, once.
  close(offer: string): string | null {
    const row = this.find(offer);
    if (row === null || row.classList.contains("hw-row--gone")) return null;
    row.style.blockSize = `${row.getBoundingClientRect().height}px`;
    row.classList.add("hw-row--gone");
    for (const control of row.querySelectorAll<HTMLButtonElement>("button")) control.disabled = true;
    const left = row.querySelector(".hw-left b");
    if (left !== null) left.textContent = this.words["gone"] ?? "";
    return row.querySelector(".hw-ref")?.textContent ?? "";
  }

  private find(offer: string): HTMLElement | null {
    return document.querySelector<HTMLElement>(`[data-offer="${CSS.escape(offer)}"]`);
  }
}
