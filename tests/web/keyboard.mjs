// SPDX-License-Identifier: Apache-2.0
//
// Every page with the keyboard alone and without JavaScript: the skip link skips, Tab reaches each thing
// that can be used, in the order in which it is read, shows where it is, and comes out again; then what
// hub staff do most is done without a pointer. node keyboard.mjs <hubward binary> [page…]
import assert from "node:assert/strict";
import { openPage, startBrowser } from "./browser.mjs";
import { check, exitCode } from "./checks.mjs";
import { startScene } from "./scene.mjs";

const scene = await startScene(process.argv[2]);
const only = process.argv.slice(3);
const browser = await startBrowser();

// What Tab must reach, each with a number in the page and with how it looks while the focus is elsewhere; of a
// group of radios the chosen one, or all of them where none is.
function numberControls() {
  // A radio and a box are drawn by their label.
  globalThis.looks = (e) => [e, e.labels?.[0]].filter(Boolean).flatMap((one) => [null, "::before"].map((part) => {
    const style = getComputedStyle(one, part);
    return [style.outlineStyle, style.outlineColor, style.outlineWidth, style.boxShadow, style.backgroundColor, style.borderColor, style.borderWidth].join();
  })).join(";");
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")].filter(
    (e) => e.checkVisibility() && !e.disabled && e.type !== "hidden" && e.tabIndex >= 0);
  const door = (e) => e.type !== "radio" || e.checked || !all.some((o) => o.type === "radio" && o.name === e.name && o.form === e.form && o.checked);
  globalThis.wanted = all.filter(door).map((e) => ({ e, before: globalThis.looks(e) }));
  return globalThis.wanted.map(({ e }) => `${e.tagName.toLowerCase()} ${(e.textContent || e.name || "").trim().slice(0, 40)}`);
}

// The number of what has the focus, and whether a person sees that it has it.
function whereFocusIs() {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const at = globalThis.wanted.findIndex((one) => one.e === e);
  const box = e.getBoundingClientRect();
  return { at, tag: e.outerHTML.slice(0, 90), shown: at >= 0 && globalThis.wanted[at].before !== globalThis.looks(e),
           within: e.className === "nhsuk-skip-link" || (box.bottom > 0 && box.top < innerHeight) };
}

async function walk(page) {
  const wanted = await page.evaluate(numberControls);
  const reached = [];
  // A date has up to four stops, a time three.
  for (let presses = 0; presses < 4 * wanted.length + 4; ++presses) {
    await page.keyboard.press("Tab");
    const here = await page.evaluate(whereFocusIs);
    if (here === null || (here.at === 0 && reached.length > 1)) break;
    assert.ok(here.at >= 0, `Tab reached what is not meant to be reached: ${here.tag}`);
    assert.ok(here.shown, `nobody sees that it has the focus: ${here.tag}`);
    assert.ok(here.within, `it has the focus out of sight: ${here.tag}`);
    if (reached.at(-1) !== here.at) reached.push(here.at);
  }
  const missed = wanted.filter((_, at) => !reached.includes(at));
  assert.deepEqual(missed, [], "reached by no Tab");
  assert.deepEqual(reached, reached.toSorted((a, b) => a - b), "not in the order in which it is read");
}

// Presses Tab until the focus is on what is looked for.
async function tabTo(page, control) {
  for (let presses = 0; presses < 200; ++presses) {
    if (await control.evaluate((e) => e === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`no Tab reached ${control}`);
}
// Enter on a link or in a form: done when the next page is there, not when the page before says that it has loaded.
async function enter(page) {
  await Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.keyboard.press("Enter")]);
}
async function press(page, role, name) {
  await tabTo(page, page.getByRole(role, { name }).first());
  await enter(page);
}
async function type(page, label, keys) {
  await tabTo(page, page.getByLabel(label, { exact: true }));
  await page.keyboard.type(keys);
}
// A day as this browser wants it typed: the day or the month first. A time says AM, which a clock of 24 hours ignores.
async function typedDay(page, ahead) {
  const [year, month, date] = new Date(Date.now() + ahead * 24 * 3600e3).toISOString().slice(0, 10).split("-");
  await page.setContent('<input type="date" autofocus>');
  await page.locator("input").focus();
  await page.keyboard.type("11022026");
  return (await page.locator("input").inputValue() === "2026-11-02" ? [month, date, year] : [date, month, year]).join("");
}
const told = (page) => page.locator(".hw-flash").innerText();

try {
  for (const entry of await scene.pages()) {
    const [name, path, step] = entry;
    if (only.length > 0 && !only.includes(name)) continue;
    await check(`${name}: every control, by Tab`, async () => {
      const { page, context } = await openPage(browser, { viewport: { width: 768, height: 800 },
        storageState: scene.stateFor(path, step), javaScriptEnabled: false });
      await scene.show(page, entry, "en");
      await page.keyboard.press("Tab");
      assert.equal(await page.evaluate(() => document.activeElement.className), "nhsuk-skip-link");
      await page.keyboard.press("Enter");
      assert.equal(await page.evaluate(() => document.activeElement.id), "main");
      await scene.show(page, entry, "en", true);
      await walk(page);
      await context.close();
    });
  }

  const { page, context } = await openPage(browser, { storageState: scene.stateFor(`/hub/${scene.hub}`), javaScriptEnabled: false });
  const own = `${scene.base}/hub/${scene.hub}`;

  await check("a session is made and cancelled without a pointer", async () => {
    const date = await typedDay(page, 9);
    await page.goto(`${own}/sessions`);
    await type(page, "Date", date);
    await type(page, "From", "1000AM");
    await type(page, "To", "1130AM");
    await type(page, "Seats", "4");
    await enter(page);
    assert.match(await told(page), /session is made/);
    const number = Math.max(...await page.locator(".hw-rows--sessions a").evaluateAll((all) => all.map((a) => Number(a.href.split("/").pop()))));
    await tabTo(page, page.locator(`a[href$="/sessions/${number}"]`));
    await enter(page);
    await press(page, "link", "Cancel this session…");
    await press(page, "button", "Cancel the session");
    assert.match(await told(page), /session is cancelled/);
  });

  await check("a weekly slot is added and ended without a pointer", async () => {
    await page.goto(`${own}/sessions`);
    await press(page, "link", "Add a weekly slot");
    await tabTo(page, page.getByLabel("Day", { exact: true }));
    await page.keyboard.type("Fri");
    await type(page, "From", "0900AM");
    await type(page, "To", "1030AM");
    await type(page, "Seats", "3");
    await enter(page);
    assert.match(await told(page), /weekly slot is saved/);
    await press(page, "link", /^Friday/);
    await press(page, "button", "End this slot");
    assert.match(await told(page), /slot is ended/);
  });

  await check("hours and closed days are written without a pointer", async () => {
    const date = await typedDay(page, 30);
    await page.goto(`${own}/hours`);
    const monday = page.getByRole("group", { name: "Monday" });
    await tabTo(page, monday.getByLabel("Opens", { exact: true }));
    await page.keyboard.type("0900AM");
    await tabTo(page, monday.getByLabel("Closes").first());
    await page.keyboard.type("1130AM");
    await press(page, "button", "Save the week");
    assert.match(await told(page), /week is saved/);
    await type(page, "First closed day", date);
    await press(page, "button", "Add closed days");
    assert.match(await told(page), /closed days are saved/);
  });

  await check("somebody is referred without a pointer", async () => {
    const desk = await openPage(browser, { storageState: scene.stateFor("/practice"), javaScriptEnabled: false });
    await desk.page.goto(`${scene.base}/practice`);
    await press(desk.page, "link", "New referral");
    for (const [label, keys] of [["Using the NHS App", " "], ["Full name", "Amina Testperson"],
      [/^Phone number/, "01632 960001"], [/The person agrees/, " "]]) {
      await tabTo(desk.page, desk.page.getByLabel(label));
      await desk.page.keyboard.type(keys);
    }
    await press(desk.page, "button", "Send the referral");
    assert.match(await told(desk.page), /The referral is sent/);
    await desk.context.close();
  });
  await context.close();
} finally {
  await browser.close();
  await scene.stop();
}
process.exit(exitCode());
