// SPDX-License-Identifier: Apache-2.0
//
// Every page in every width, language and kind of colours, judged by axe (WCAG 2.0 to 2.2 A and AA,
// and best practice), for sideways scroll, for targets under 24 px and for words that nobody
// translated. node matrix.mjs <hubward binary> [--full] [--page=NAME…]; the short form, part of ./check, takes each
// width and each language once, the full one all combinations.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { openPage, startBrowser } from "./browser.mjs";
import { startScene } from "./scene.mjs";

const full = process.argv.includes("--full");
const only = process.argv.slice(3).filter((a) => a.startsWith("--page=")).map((a) => a.slice(7));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const languages = ["en", "cy", "pl", "pa", "ur", "ar", "en-XA"];
const widths = [1280, 768, 375, 320];
const looks = [{ forcedColors: "none" }, { forcedColors: "active" }, { colorScheme: "dark" }];
const scene = await startScene(process.argv[2]);
const browser = await startBrowser();

function combinations() {
  const all = widths.flatMap((width) => languages.flatMap((language) => looks.map((look) => ({ width, language, look, axe: true }))));
  if (full) return all;
  // Each width in English, each kind of colours, one mirrored and the longest language; the others
  // differ from those in their words only, so what is left to see is whether they fit on a phone.
  return all.filter(({ width, language, look }) => {
    if (language === "en") return look === looks[0] || width === 320;
    return look === looks[0] && width === 320;
  }).map((c) => ({ ...c, axe: ["en", "ur", "en-XA"].includes(c.language) && (c.look === looks[0] || c.width === 320) && c.width !== 768 }));
}

// In the pseudo-language every text of ours is bracketed, so a bare Latin word was forgotten.
function bareWords() {
  const ours = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim();
    const parent = node.parentElement;
    if (!/[A-Za-z]{3}/.test(text) || /^\[.*\]$/s.test(text)) continue;
    if (parent.closest("bdi, code, time, script, [lang='en'], [data-foreign], .hw-language, .hw-brand, td, th")) continue;
    ours.push(text);
  }
  return ours;
}

function tooSmall() {
  return [...document.querySelectorAll("a, button, summary, select, input:not([type=hidden])")].filter((e) => {
    const box = e.getBoundingClientRect();
    if (box.width === 0 || e.getAttribute("aria-hidden") || getComputedStyle(e).display === "inline") return false;
    if (box.width <= 1 || e.closest(".nhsuk-skip-link, [hidden]")) return false;
    return box.width < 24 || box.height < 24;
  }).map((e) => `${e.tagName} ${e.textContent.trim().slice(0, 30)}`);
}

// The dot of a radio and the tick of a box are drawn in their circle and square, whichever way one reads.
function strayMarks() {
  const middle = (label, part) => {
    const style = getComputedStyle(label, part);
    const wide = parseFloat(style.width) + (style.boxSizing === "border-box" ? 0 : 2 * parseFloat(style.borderLeftWidth));
    return parseFloat(style.left) + wide / 2 + (part === "::after" ? new DOMMatrix(style.transform).e : 0);
  };
  return [...document.querySelectorAll(".nhsuk-radios__label, .nhsuk-checkboxes__label")].filter(
    (label) => label.getClientRects().length > 0 && Math.abs(middle(label, "::before") - middle(label, "::after")) > 3).map((label) => label.textContent.trim());
}

const settled = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

// What axe finds wrong in the page as it stands now. In the dark nothing but colours differs from the light.
function violations(dark) {
  return globalThis.axe.run(document, { resultTypes: ["violations"], preload: false, iframes: false,
    runOnly: dark ? ["color-contrast", "link-in-text-block"] : ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then((result) => result.violations.map(
    (v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.failureSummary?.split("\n")[1] ?? ""}`).join(" | ")}`));
}

let judged = 0;
const faults = new Set();

// One load a language: the width and the colours are then changed under the page, as turning a tablet does.
async function judge(entry, language, views) {
  const [name, path, step] = entry;
  const { page, context, wrong } = await openPage(browser,
    { viewport: { width: 1280, height: 800 }, storageState: scene.stateFor(path, step) });
  await scene.show(page, entry, language, true);
  if (views.some((view) => view.axe)) await page.evaluate(axe);
  for (const { width, look, axe: ask } of views) {
    const where = `${name} ${width}px ${language} ${look.forcedColors === "active" ? "forced" : look.colorScheme ?? "light"}`;
    const fault = (text) => faults.add(`${where}: ${text}`);
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ forcedColors: "none", colorScheme: "light", ...look });
    await page.evaluate(settled);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (over > 0) fault(`${over} px too wide`);
    for (const small of await page.evaluate(tooSmall)) fault(`under 24 px: ${small}`);
    for (const stray of await page.evaluate(strayMarks)) fault(`a mark beside its box: ${stray}`);
    if (language === "en-XA") for (const text of await page.evaluate(bareWords)) fault(`not translated: ${text}`);
    if (ask) for (const violation of await page.evaluate(violations, look.colorScheme === "dark")) fault(violation);
    judged += 1;
  }
  for (const text of wrong.filter((w) => !/status of 4\d\d/.test(w))) faults.add(`${name} ${language}: ${text}`);
  await context.close();
}

const started = Date.now();
try {
  for (const entry of await scene.pages()) {
    if (only.length > 0 && !only.includes(entry[0])) continue;
    const before = { judged, faults: faults.size, at: Date.now() };
    for (const language of languages) await judge(entry, language, combinations().filter((view) => view.language === language));
    if (full) {
      console.log(`${entry[0]}: ${judged - before.judged} views, ${faults.size - before.faults} faults, ${Math.round((Date.now() - before.at) / 1000)} s`);
    }
  }
} finally {
  await browser.close();
  await scene.stop();
}
for (const fault of faults) console.log(fault);
console.log(`${judged} views judged in ${Math.round((Date.now() - started) / 1000)} s, ${faults.size} faults`);
process.exit(faults.size === 0 ? 0 : 1);
