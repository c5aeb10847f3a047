// SPDX-License-Identifier: Apache-2.0
//
// What a screen reader hears of the pages, compared with trees/<page>.yml, which a person has read.
// node trees.mjs <hubward binary> [--write]. Numbers, times and references differ from run to run and
// are one sign each.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { openPage, startBrowser } from "./browser.mjs";
import { startScene } from "./scene.mjs";

const write = process.argv.includes("--write");
const folder = new URL("trees/", import.meta.url);
const chosen = ["home", "enter", "worklist", "capacity", "referral", "care", "practice", "new_referral", "follow", "ops", "place",
  "waiting", "answer", "letter_easy", "status", "hours", "sessions", "session", "session_cancel", "weekly", "hours_wrong", "conflict"];

const steady = (tree) => tree
  .replace(/HW-[0-9A-Z=*~$-]+/g, "HW")
  .replace(/\/answer\/[\w.-]+/g, "/answer/TOKEN")
  .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(\.\d+)?/g, "ID")
  .replace(/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d+ \w{3}(, \d\d:\d\d| \d{4})/g, "DATE")
  .replace(/just now|\d+ (minute|hour|day)s? (ago|left)/g, "AGO")
  .replace(/\d(?:[\d.,]*\d)?( (ns|µs|ms|s|kB|MB|GB|TB)\b)?/g, "#");

// Not every request is timed, so a step of a young server may have no number yet.
const measured = (tree) => tree.replace(/(?<=[ "])–(?=[ "])/g, "#");
// How many dates a weekly slot has ahead, and whether the first has begun, hangs on the day: they are said once.
const once = (tree) => tree.replace(/has begun/g, "# of # seats free")
  .replace(/^( *)- listitem:\n((?:\1 .*\n)+)(?:\1- listitem:\n\2)+/gm, "$1- listitem:\n$2");

const scene = await startScene(process.argv[2]);
const browser = await startBrowser();
let wrong = 0;
try {
  mkdirSync(folder, { recursive: true });
  for (const entry of await scene.pages()) {
    const [name, path, step] = entry;
    if (!chosen.includes(name)) continue;
    const { page, context } = await openPage(browser,
      { viewport: { width: 1280, height: 900 }, storageState: scene.stateFor(path, step), javaScriptEnabled: false });
    await scene.show(page, entry, "en");
    // A young server has no numbers to draw for its first five seconds.
    for (let n = 0; n < 20 && await page.getByText("Nothing is measured yet").count() > 0; n += 1) {
      await page.waitForTimeout(500);
      await page.reload();
    }
    const own = { ops: measured, sessions: once }[name] ?? ((heard) => heard);
    const tree = `# SPDX-License-Identifier: Apache-2.0\n${own(`${steady(await page.locator("body").ariaSnapshot())}\n`)}`;
    const file = new URL(`${name}.yml`, folder);
    if (write) writeFileSync(file, tree);
    else if (!existsSync(file) || readFileSync(file, "utf8") !== tree) {
      wrong += 1;
      const before = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
      const line = tree.split("\n").findIndex((l, i) => l !== before[i]);
      console.log(`${name}: line ${line + 1} was "${before[line] ?? ""}" and is "${tree.split("\n")[line]}"; look at it, then: node trees.mjs BINARY --write`);
    }
    await context.close();
  }
} finally {
  await browser.close();
  await scene.stop();
}
process.exit(wrong === 0 ? 0 : 1);
