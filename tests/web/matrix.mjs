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

let judged = 0;
const faults = [];
const started = Date.now();
try {
  for (const [name, path] of await scene.pages()) {
    if (only.length > 0 && !only.includes(name)) continue;
    for (const { width, language, look, axe: ask } of combinations()) {
      const { page, context, wrong } = await openPage(browser, {
        viewport: { width, height: 800 }, storageState: scene.stateFor(path), ...look });
      const where = `${name} ${width}px ${language} ${look.forcedColors === "active" ? "forced" : look.colorScheme ?? "light"}`;
      await page.goto(scene.address(path, language));
      // Closed parts are looked at as well, but for the menu that lies over others.
      await page.evaluate(() => document.querySelectorAll("details:not(.hw-language)").forEach((d) => { d.open = true; }));
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (over > 0) faults.push(`${where}: ${over} px too wide`);
      for (const small of await page.evaluate(tooSmall)) faults.push(`${where}: under 24 px: ${small}`);
      if (language === "en-XA") for (const text of await page.evaluate(bareWords)) faults.push(`${where}: not translated: ${text}`);
      faults.push(...wrong.filter((w) => !/status of 4\d\d/.test(w)).map((w) => `${where}: ${w}`));
      judged += 1;
      if (ask) await page.evaluate(axe);
      const result = !ask ? { violations: [] } : await page.evaluate(() => globalThis.axe.run(document, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
      for (const v of result.violations) {
        faults.push(`${where}: ${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.failureSummary?.split("\n")[1] ?? ""}`).join(" | ")}`);
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  await scene.stop();
}
for (const fault of [...new Set(faults)]) console.log(fault);
console.log(`${judged} views judged in ${Math.round((Date.now() - started) / 1000)} s, ${new Set(faults).size} faults`);
process.exit(faults.length === 0 ? 0 : 1);
