// SPDX-License-Identifier: Apache-2.0
//
// The hub page in a real browser, with and without JavaScript. node pages.mjs <hubward binary>
import assert from "node:assert/strict";
import { openPage, startBrowser, startDemo } from "./browser.mjs";

const demo = await startDemo(process.argv[2]);
const browser = await startBrowser();
const said = demo.said();
const base = new URL(demo.links[0]).origin;
const token = said.match(/Bearer ([\w.-]+)/)[1];
const person = JSON.parse(said.match(/-d '(.*)'/)[1]);
let referrals = 0;

// Refers the demo's person to the hub that the page shows.
async function refer(hub, change = {}) {
  referrals += 1;
  const body = { ...person, needs: ["nhs-app"], trusted_hub: hub,
                 location: { latitude: 53.79, longitude: -1.54 }, ...change };
  for (const key of ["access", "urgency"]) {
    if (!(key in change)) delete body[key];
  }
  const answer = await fetch(`${base}/v1/referrals`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json",
               "idempotency-key": `web-${process.pid}-${referrals}` },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  assert.equal(answer.status, 201, text);
  return JSON.parse(text);
}

const rows = (page) => page.locator("ol.offers:not(.people) > li");
const told = (page) => page.locator(".flash");
let failed = 0;
async function check(name, run) {
  try {
    await run();
    console.log(`ok   ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}\n     ${error.stack}`);
  }
}

try {
  const { page, context, wrong } = await openPage(browser, { viewport: { width: 1280, height: 900 } });
  await page.goto(demo.links[0]);
  const hubUrl = page.url();
  const hub = hubUrl.split("/").pop();
  const state = await context.storageState();

  await check("the badge says live", async () => {
    await page.waitForSelector('#live[data-state="live"]', { timeout: 5000 });
  });

  await check("a new referral waits behind a button and moves no row", async () => {
    await refer(hub);
    await page.goto(hubUrl);
    await page.waitForSelector('#live[data-state="live"]');
    const before = await rows(page).first().boundingBox();
    await refer(hub);
    await refer(hub);
    await page.getByText("2 new referrals – show").waitFor({ timeout: 5000 });
    assert.deepEqual(await rows(page).first().boundingBox(), before);
    assert.equal(await rows(page).count(), 1);
    await page.getByText("2 new referrals – show").click();
    await page.waitForFunction(() => document.querySelectorAll("ol.offers:not(.people) > li").length === 3);
  });

  await check("a row that somebody else answers keeps its place and says so", async () => {
    const other = await openPage(browser, { storageState: state });
    await other.page.goto(hubUrl);
    const box = await rows(page).nth(2).boundingBox();
    const id = await rows(page).nth(0).getAttribute("data-offer");
    await other.page.locator(`[data-offer="${id}"]`).getByRole("button", { name: /^Accept/ }).click();
    await page.locator(`[data-offer="${id}"].gone`).waitFor({ timeout: 5000 });
    assert.deepEqual(await rows(page).nth(2).boundingBox(), box);
    assert.deepEqual(other.wrong, []);
    // The same offer accepted again from the old page: said in words, nothing breaks.
    const again = await other.context.newPage();
    await again.goto(hubUrl);
    const answer = await context.request.post(`${hubUrl}/offers/${id}/accept`,
      { form: { key: "another" }, headers: { origin: base }, maxRedirects: 0 });
    assert.equal(answer.status(), 303);
    await again.goto(new URL(answer.headers().location, base).href);
    assert.match(await told(again).innerText(), /not possible any more[\s\S]*accepted/);
    await other.context.close();
  });

  await check("accept with JavaScript, then contact details on request", async () => {
    await page.goto(hubUrl);
    await rows(page).first().getByRole("button", { name: /^Accept/ }).click();
    assert.match(await told(page).innerText(), /You accepted/);
    assert.equal(await page.locator(".details").count(), 0);
    await page.getByRole("button", { name: "Show contact details" }).click();
    assert.ok((await page.locator(".details").innerText()).includes(person.person.name));
    // The practice reads in the history that it happened.
    const referral = page.url().match(/offers\/([0-9a-f-]{36})/)[1];
    const history = await fetch(`${base}/v1/referrals/${referral}/history`,
      { headers: { authorization: `Bearer ${token}` } });
    assert.match(await history.text(), /Hub staff read the person's details/);
  });

  await check("accept and decline without JavaScript", async () => {
    const plain = await openPage(browser, { storageState: state, javaScriptEnabled: false });
    await refer(hub);
    await refer(hub);
    await plain.page.goto(hubUrl);
    const n = await rows(plain.page).count();
    assert.ok(n >= 2);
    assert.ok(!(await plain.page.content()).includes(person.person.name), "no name before accepting");
    await rows(plain.page).first().getByRole("button", { name: /^Accept/ }).click();
    assert.match(await told(plain.page).innerText(), /You accepted/);
    await plain.page.goto(hubUrl);
    assert.equal(await rows(plain.page).count(), n - 1);
    const row = rows(plain.page).first();
    await row.locator("summary").click();
    await row.locator("select").selectOption("no-capacity");
    await row.getByRole("button", { name: "Decline this referral" }).click();
    assert.match(await told(plain.page).innerText(), /You declined/);
    assert.deepEqual(plain.wrong, []);
    await plain.context.close();
  });

  await check("start support and record the outcome", async () => {
    await page.goto(hubUrl);
    await page.locator("ol.people a").first().click();
    await page.getByRole("button", { name: "Start support" }).click();
    assert.match(await told(page).innerText(), /Support has started/);
    await page.getByLabel(/Outcome for/).selectOption("need-met");
    await page.getByRole("button", { name: "Save outcome" }).click();
    assert.match(await told(page).innerText(), /outcome is saved/);
  });

  await check("capacity is saved and confirmed", async () => {
    await page.goto(hubUrl);
    await page.getByLabel("Places for people").fill("33");
    await page.getByRole("button", { name: "Save numbers" }).click();
    assert.equal(await page.getByLabel("Places for people").inputValue(), "33");
    await page.getByRole("button", { name: "Still right" }).click();
    assert.match(await told(page).innerText(), /confirmed/);
  });

  await check("no sideways scroll at 375 and 320 px", async () => {
    await refer(hub, { language: "ur", access: ["wheelchair"] }).catch(() => refer(hub));
    for (const width of [375, 320]) {
      await page.setViewportSize({ width, height: 800 });
      for (const path of [hubUrl, `${base}/`]) {
        await page.goto(path);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(over <= 0, `${path} is ${over} px too wide at ${width}`);
      }
    }
    if (process.env.SHOTS) await page.goto(hubUrl), await page.screenshot({ path: `${process.env.SHOTS}/hub-320.png` });
  });

  await check("a stranger gets a friendly page and a foreign form gets nothing", async () => {
    const stranger = await openPage(browser);
    const answer = await stranger.page.goto(hubUrl);
    assert.equal(answer.status(), 401);
    assert.match(await stranger.page.innerText("h1"), /log in/);
    const foreign = await context.request.post(`${hubUrl}/capacity`,
      { form: { do: "confirm" }, headers: { origin: "https://elsewhere.example" }, maxRedirects: 0 });
    assert.equal(foreign.status(), 403);
    await stranger.context.close();
  });

  await check("the operations page", async () => {
    const ops = await openPage(browser, { viewport: { width: 375, height: 800 } });
    await ops.page.goto(demo.links[1]);
    assert.match(await ops.page.innerText("h1"), /Operations/);
    const over = await ops.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${over} px too wide`);
    assert.deepEqual(ops.wrong, []);
    await ops.context.close();
  });

  await check("no violation of the policy, no script error, no other host", async () => {
    assert.deepEqual(wrong.filter((w) => !/status of 4\d\d/.test(w)), []);
  });

  if (process.env.SHOTS) {
    for (let i = 0; i < 4; ++i) await refer(hub, i === 0 ? { urgency: "urgent" } : {}).catch(() => {});
    for (const [width, height] of [[1280, 900], [375, 800]]) {
      await page.setViewportSize({ width, height });
      await page.goto(hubUrl);
      await page.waitForSelector('#live[data-state="live"]');
      await page.screenshot({ path: `${process.env.SHOTS}/hub-${width}.png`, fullPage: true });
      await page.locator("ol.people a").first().click();
      await page.screenshot({ path: `${process.env.SHOTS}/person-${width}.png`, fullPage: true });
    }
  }
} finally {
  await browser.close();
  await demo.stop();
}
process.exit(failed === 0 ? 0 : 1);
