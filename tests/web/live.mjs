// SPDX-License-Identifier: Apache-2.0
//
// What the live worklist says when the link breaks, when rows go and when a press comes to nothing, to the eye and
// to whoever hears the page. node live.mjs <hubward binary>
import assert from "node:assert/strict";
import { openPage, startBrowser, patience } from "./browser.mjs";
import { check, exitCode } from "./checks.mjs";
import { startScene } from "./scene.mjs";

const scene = await startScene(process.argv[2]);
const browser = await startBrowser();
const { base, hub, refer } = scene;
const hubUrl = `${base}/hub/${hub}`;
const timeout = 15000 * patience;

// A page of the hub whose feed passes through our hands. What regions say is kept, in order.
async function listening() {
  const opened = await openPage(browser, { viewport: { width: 375, height: 800 }, storageState: scene.stateFor(`/hub/${hub}`) });
  const { page } = opened;
  const links = [];
  let open = true;  // for new links
  await page.routeWebSocket(/\/v1\/feed$/, (link) => {
    if (!open) return void link.close();
    link.connectToServer();
    links.push(link);
  });
  await page.goto(hubUrl);
  await page.waitForSelector('#live[data-state="live"]', { timeout });
  await page.evaluate(() => {
    globalThis.heard = [];
    for (const region of document.querySelectorAll("[role=status]")) {
      new MutationObserver(() => globalThis.heard.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
    }
  });
  const heard = () => page.evaluate(() => globalThis.heard);
  const hears = (pattern) => page.waitForFunction((p) => globalThis.heard.some((text) => new RegExp(p).test(text)), pattern, { timeout });
  return { ...opened, heard, hears, cut: () => links.pop().close(), allow: (yes) => { open = yes; }, say: (frame) => links.at(-1).send(JSON.stringify(frame)) };
}

try {
  await check("whoever hears the page is told once that the link broke, and once that it is back", async () => {
    const { page, context, wrong, heard, hears, cut, allow } = await listening();
    assert.equal(await page.locator("#live [role=status]").innerText(), "", "that it is live at first is no news");
    allow(false);
    await cut();
    await hears("^Offline since ");
    await page.waitForTimeout(2500); // some more tries, each of which fails
    allow(true);
    await hears("^Live$");
    assert.deepEqual((await heard()).map((text) => text.replace(/since .*/, "since")), ["Offline since", "Live"]);
    assert.deepEqual(wrong, []);
    await context.close();
  });

  await check("a log-in that has ended leads to the page that logs in", async () => {
    const { page, context, hears, say } = await listening();
    say({ t: "bye", code: 4401, retry_after_ms: 0 });
    await hears("^Log in again to go on$");
    const link = page.locator("#live").getByRole("link", { name: "Log in again to go on" });
    assert.ok((await link.boundingBox()).height >= 24);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await link.click();
    assert.equal(new URL(page.url()).pathname, "/enter");
    await context.close();
  });

  await check("a row that goes and a change are announced, each once", async () => {
    const { id } = await refer();
    const other = (await refer()).id;
    const { page, context, wrong, heard, hears } = await listening();
    const reference = await page.locator(`[data-offer="${id}.1"] .hw-ref`).first().innerText();
    assert.equal((await scene.post(`/hub/${hub}/offers/${id}.1/accept`, { key: `a${id}` })).status, 303);
    await hears(`^${reference.replaceAll(/[^\w]/g, ".")}: No longer waiting for you$`);
    await page.reload();
    await page.waitForSelector('#live[data-state="live"]', { timeout });
    await page.evaluate(() => {
      globalThis.heard = [];
      const line = document.getElementById("announce");
      new MutationObserver(() => globalThis.heard.push(line.textContent)).observe(line, { childList: true, characterData: true, subtree: true });
    });
    assert.equal((await scene.post(`/hub/${hub}/offers/${id}.1/start`, { key: `s${id}` })).status, 303);
    await hears("^Something changed$");
    // What is a change already is none once more; a row is.
    assert.equal((await scene.post(`/hub/${hub}/offers/${other}.1/accept`, { key: `a${other}` })).status, 303);
    await hears(": No longer waiting for you$");
    assert.equal((await heard()).filter((text) => /Something changed/.test(text)).length, 1);
    assert.deepEqual(wrong, []);
    await context.close();
  });

  await check("what a press cannot fetch is told by the page itself, or by the browser", async () => {
    const failures = [(route) => route.abort(), (route) => route.fulfill({ status: 503, contentType: "text/html", body: "busy" })];
    for (const fail of failures) {
      const { page, context } = await listening();
      await refer();
      const button = page.getByText(/^New referrals: 1 – show$/);
      await button.waitFor({ timeout });
      await page.route(`${hubUrl}*`, (route) => (route.request().resourceType() === "document" ? route.fallback() : fail(route)));
      await page.evaluate(() => { globalThis.before = true; });
      await button.click();
      await page.waitForFunction(() => globalThis.before === undefined, null, { timeout });
      assert.equal(new URL(page.url()).pathname, `/hub/${hub}`);
      await context.close();
    }
  });
} finally {
  await browser.close();
  await scene.stop();
}
process.exit(exitCode());
