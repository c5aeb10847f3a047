// SPDX-License-Identifier: Apache-2.0
//
// The hub page in a real browser, with and without JavaScript. node pages.mjs <hubward binary>
import assert from "node:assert/strict";
import { openPage, startBrowser, patience } from "./browser.mjs";
import { check, exitCode } from "./checks.mjs";
import { startScene } from "./scene.mjs";

const scene = await startScene(process.argv[2]);
const browser = await startBrowser();
const { base, hub, token, person, refer } = scene;
const hubUrl = `${base}/hub/${hub}`;

const rows = (page) => page.locator("#offers > li");
const told = (page) => page.locator(".hw-flash");

try {
  const { page, context, wrong } = await openPage(browser,
    { viewport: { width: 1280, height: 900 }, storageState: scene.stateFor(`/hub/${hub}`) });
  await page.goto(hubUrl);
  const state = await context.storageState();

  await check("the badge says live", async () => {
    await page.waitForSelector('#live[data-state="live"]', { timeout: 5000 * patience });
  });

  await check("a new referral waits behind a button and moves no row", async () => {
    await refer();
    await page.goto(hubUrl);
    await page.waitForSelector('#live[data-state="live"]');
    const before = await rows(page).first().boundingBox();
    await refer();
    await refer();
    await page.getByText("New referrals: 2 – show").waitFor({ timeout: 5000 * patience });
    assert.deepEqual(await rows(page).first().boundingBox(), before);
    assert.equal(await rows(page).count(), 1);
    await page.getByText("New referrals: 2 – show").click();
    await page.waitForFunction(() => document.querySelectorAll("#offers > li").length === 3);
  });

  await check("a row that somebody else answers keeps its place and says so", async () => {
    const other = await openPage(browser, { storageState: state });
    await other.page.goto(hubUrl);
    const box = await rows(page).nth(2).boundingBox();
    const id = await rows(page).nth(0).getAttribute("data-offer");
    await other.page.locator(`[data-offer="${id}"]`).getByRole("button", { name: /^Accept/ }).click();
    await page.locator(`[data-offer="${id}"].hw-row--gone`).waitFor({ timeout: 5000 * patience });
    assert.deepEqual(await rows(page).nth(2).boundingBox(), box);
    assert.deepEqual(other.wrong, []);
    // The same offer accepted again from the old page: told who was quicker, nothing is done twice.
    await page.goto(hubUrl);
    const answer = await context.request.post(`${hubUrl}/offers/${id}/accept`,
      { form: { key: "another" }, headers: { origin: base }, maxRedirects: 0 });
    assert.equal(answer.status(), 412);
    const told412 = await answer.text();
    for (const part of ["Somebody else was quicker", "somebody at your hub", "accepted"]) assert.ok(told412.includes(part), part);
    await other.context.close();
  });

  await check("accept with JavaScript, then contact details on request", async () => {
    await page.goto(hubUrl);
    await rows(page).first().getByRole("button", { name: /^Accept/ }).click();
    assert.match(await told(page).innerText(), /You accepted/);
    assert.equal(await page.locator(".hw-details").count(), 0);
    await page.getByRole("button", { name: "Show contact details" }).click();
    assert.ok((await page.locator(".hw-details").innerText()).includes(person.person.name));
    // The practice reads in the history that it happened.
    const referral = page.url().match(/offers\/([0-9a-f-]{36})/)[1];
    const history = await fetch(`${base}/v1/referrals/${referral}/history`,
      { headers: { authorization: `Bearer ${token}` } });
    assert.match(await history.text(), /Hub staff read the person's details/);
  });

  await check("what the practice said is offered only where it is for this hub to read", async () => {
    const act = (path, body) => fetch(`${base}/v1/referrals/${path}`, { method: "POST", body: JSON.stringify(body),
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json",
                 "idempotency-key": `said-${path}-${JSON.stringify(body).length}` } });
    const own = async (referral, again) => {
      const offers = [1, 2].map((n) => `${hubUrl}/offers/${referral}.${n}`);
      await page.goto(offers[again]);
      return page.getByRole("button", { name: "Show what the practice said" });
    };
    const { id } = await refer();
    assert.equal((await scene.post(`/hub/${hub}/offers/${id}.1/accept`, { key: `a${id}` })).status, 303);
    assert.equal((await act(`${id}/withdraw`, { reason: "withdrawn-by-person" })).status, 200);
    assert.equal((await act(`${id}/reopen`, { note: "asked again" })).status, 200);
    assert.equal((await act(`${id}/withdraw`, { reason: "recalled-by-referrer", note: "another person" })).status, 200);
    assert.equal(await (await own(id, 0)).count(), 0, "said before anybody had accepted again");
    assert.match(await page.innerText(".hw-story"), /The practice called it back/);

    const second = (await refer()).id;
    await scene.post(`/hub/${hub}/offers/${second}.1/accept`, { key: `a${second}` });
    assert.equal((await act(`${second}/withdraw`, { reason: "withdrawn-by-person", note: "she moves to Wales" })).status, 200);
    await (await own(second, 0)).click();
    assert.match(await page.innerText("main"), /she moves to Wales/);
  });

  await check("accept and decline without JavaScript", async () => {
    const plain = await openPage(browser, { storageState: state, javaScriptEnabled: false });
    await refer();
    await refer();
    await plain.page.goto(hubUrl);
    const n = await rows(plain.page).count();
    assert.ok(n >= 2);
    assert.ok(!(await plain.page.content()).includes(person.person.name), "no name before accepting");
    await rows(plain.page).first().getByRole("button", { name: /^Accept/ }).click();
    assert.match(await told(plain.page).innerText(), /You accepted/);
    await plain.page.goto(hubUrl);
    assert.equal(await rows(plain.page).count(), n - 1);
    await rows(plain.page).first().getByRole("button", { name: /^Look closer/ }).click();
    await plain.page.getByText("We cannot help…").click();
    await plain.page.getByLabel("Why can you not help?").selectOption("no-capacity");
    await plain.page.getByRole("button", { name: "Decline this referral" }).click();
    assert.match(await told(plain.page).innerText(), /You declined/);
    assert.deepEqual(plain.wrong, []);
    await plain.context.close();
  });

  await check("start support and record the outcome", async () => {
    await page.goto(hubUrl);
    await page.locator(".hw-rows--people a").first().click();
    await page.getByRole("button", { name: "Start support" }).click();
    assert.match(await told(page).innerText(), /Support has started/);
    await page.getByLabel(/Outcome for/).selectOption("need-met");
    await page.getByRole("button", { name: "Save outcome" }).click();
    assert.match(await told(page).innerText(), /outcome is saved/);
  });

  await check("capacity: one tap confirms, one tap counts, numbers are saved", async () => {
    for (const javaScriptEnabled of [true, false]) {
      const own = await openPage(browser, { storageState: state, javaScriptEnabled });
      await own.page.goto(`${hubUrl}/capacity`);
      await own.page.getByLabel("In all: Places for people").fill("33");
      await own.page.keyboard.press("Enter");
      assert.match(await told(own.page).innerText(), /numbers are saved/);
      await own.page.getByRole("button", { name: "One more: Places for people" }).click();
      assert.equal(await own.page.getByLabel("In all: Places for people").inputValue(), "34");
      await own.page.getByRole("button", { name: "One less: Places for people" }).click();
      assert.equal(await own.page.getByLabel("In all: Places for people").inputValue(), "33");
      await own.page.getByLabel("In all: Places for people").fill("many");
      await own.page.evaluate(() => document.querySelectorAll("form").forEach((f) => { f.noValidate = true; }));
      await own.page.getByRole("button", { name: "Save the numbers" }).click();
      assert.match(await told(own.page).innerText(), /whole numbers/);
      await own.page.getByRole("button", { name: "All numbers are still right" }).click();
      assert.match(await told(own.page).innerText(), /confirmed/);
      await own.context.close();
    }
  });

  await check("opening hours and closed days, with and without JavaScript", async () => {
    const soon = (days) => new Date(Date.now() + days * 86400000).toISOString().slice(0, 10);
    for (const javaScriptEnabled of [true, false]) {
      const own = await openPage(browser, { storageState: state, javaScriptEnabled });
      await own.page.goto(`${hubUrl}/capacity`);
      await own.page.getByRole("link", { name: "Change hours and holidays" }).click();
      const monday = own.page.getByRole("group", { name: "Monday" });
      await monday.getByLabel("Opens", { exact: true }).fill("09:00");
      await monday.getByLabel("Closes").first().fill("17:00");
      const tuesday = own.page.getByRole("group", { name: "Tuesday" });
      await tuesday.getByLabel("Opens", { exact: true }).fill("17:00");
      await tuesday.getByLabel("Closes").first().fill("");
      await own.page.getByRole("button", { name: "Save the week" }).click();
      await own.page.getByRole("link", { name: /^Tuesday: Write both times/ }).click();
      assert.match(own.page.url(), /#tue-1-from$/);
      assert.equal(await monday.getByLabel("Opens", { exact: true }).inputValue(), "09:00", "what was written stays");
      await tuesday.getByLabel("Closes").first().fill("20:00");
      await own.page.getByRole("button", { name: "Save the week" }).click();
      assert.match(await told(own.page).innerText(), /week is saved/);
      await own.page.goto(`${hubUrl}/capacity`);
      assert.match(await own.page.locator(".hw-week").innerText(), /Monday\s+09:00–17:00\s+Tuesday\s+17:00–20:00/);
      // Closed all week would come out as open day and night.
      await own.page.getByRole("link", { name: "Change hours and holidays" }).click();
      for (const field of await own.page.locator("input[type=time]").all()) await field.fill("");
      await own.page.getByRole("button", { name: "Save the week" }).click();
      await own.page.getByRole("link", { name: /^State at least one day/ }).click();
      assert.match(own.page.url(), /#week$/);
      await own.page.goto(`${hubUrl}/capacity`);
      assert.match(await own.page.locator(".hw-week").innerText(), /Monday\s+09:00–17:00/);
      await own.page.goto(`${hubUrl}/hours`);
      await own.page.getByLabel("First closed day").fill(soon(20));
      await own.page.getByLabel("Last closed day").fill(soon(10));
      await own.page.getByRole("button", { name: "Add closed days" }).click();
      assert.match(await own.page.locator("#last-error").innerText(), /not before the first/);
      assert.equal(await own.page.getByLabel("First closed day").inputValue(), soon(20), "what was chosen stays");
      await own.page.getByLabel("Last closed day").fill(soon(24));
      await own.page.getByRole("button", { name: "Add closed days" }).click();
      assert.match(await told(own.page).innerText(), /closed days are saved/);
      await own.page.goto(`${hubUrl}/capacity`);
      assert.equal(await own.page.locator(".hw-closed li").count(), 1);
      await own.page.goto(`${hubUrl}/hours`);
      await own.page.getByRole("button", { name: /^Remove/ }).click();
      assert.match(await told(own.page).innerText(), /closed days are saved/);
      assert.equal(await own.page.locator(".hw-closed li").count(), 0);
      // A form of another site changes nothing.
      const stranger = await own.context.request.post(`${hubUrl}/hours`,
        { form: { do: "week" }, headers: { origin: "http://127.0.0.1:9" }, maxRedirects: 0 });
      assert.equal(stranger.status(), 403);
      assert.deepEqual(own.wrong, []);
      await own.context.close();
    }
  });

  await check("the filter stands in the address and works without JavaScript", async () => {
    const plain = await openPage(browser, { storageState: state, javaScriptEnabled: false });
    await refer({ language: "so", urgency: "urgent" });
    await refer({ language: "pl" });
    await plain.page.goto(hubUrl);
    const all = await rows(plain.page).count();
    await plain.page.getByText("Filter the list").click();
    await plain.page.getByLabel("Language", { exact: true }).selectOption("so");
    await plain.page.getByRole("button", { name: "Show" }).click();
    assert.match(plain.page.url(), /language=so/);
    assert.equal(await rows(plain.page).count(), 1);
    await plain.page.getByRole("link", { name: /urgent/ }).click();
    assert.match(plain.page.url(), /show=urgent&language=so/);
    assert.equal(await rows(plain.page).count(), 1);
    await plain.page.getByText("Show everything").click();
    assert.equal(await rows(plain.page).count(), all);
    await plain.context.close();
  });

  await check("accept and open the next", async () => {
    await page.goto(hubUrl);
    const ids = await rows(page).evaluateAll((list) => list.map((row) => row.dataset.offer));
    assert.ok(ids.length >= 2);
    await rows(page).first().getByRole("button", { name: /^Look closer/ }).click();
    await page.getByRole("button", { name: "Accept and open the next" }).click();
    assert.match(await told(page).innerText(), /This is the next one/);
    assert.ok(page.url().includes(ids[1]), "the second row is open now");
  });

  await check("with the keyboard alone: skip link, tile, accept", async () => {
    await page.goto(hubUrl);
    const first = await rows(page).first().getAttribute("data-offer");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "nhsuk-skip-link");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
    for (let i = 0; i < 40; ++i) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(() => document.activeElement.dataset.primary !== undefined)) break;
    }
    await page.keyboard.press("Enter");
    await page.waitForURL(/offers\//);
    assert.ok(page.url().includes(first));
  });

  await check("50 referrals come in under a finger: the right one is accepted", async () => {
    await refer();
    await page.goto(hubUrl);
    await page.waitForSelector('#live[data-state="live"]');
    const row = rows(page).last();
    const id = await row.getAttribute("data-offer");
    const button = row.getByRole("button", { name: /^Accept/ });
    await button.scrollIntoViewIfNeeded();
    await button.hover();
    const before = await button.boundingBox();
    const count = await rows(page).count();
    const capacity = { from: "x", place: "200", device: "5", sim: "5" };
    await scene.post(`/hub/${hub}/capacity`, capacity);
    for (let i = 0; i < 50; ++i) await refer();
    await page.getByText("New referrals: 50 – show").waitFor({ timeout: 20000 * patience });
    assert.deepEqual(await button.boundingBox(), before);
    assert.equal(await rows(page).count(), count);
    await page.mouse.down();
    await page.mouse.up();
    await page.waitForURL(/offers\//);
    assert.ok(page.url().includes(id));
  });

  await check("a hub without a login answers by link, without JavaScript, and sees no name before its code word", async () => {
    await refer();
    const [offer] = await scene.offers();
    const path = await scene.link(offer);
    const guest = await openPage(browser, { viewport: { width: 375, height: 800 }, javaScriptEnabled: false });
    const first = await guest.page.goto(base + path);
    assert.equal(first.headers()["referrer-policy"], "no-referrer");
    assert.ok(!(await guest.page.content()).includes(person.person.name));
    await guest.page.getByRole("button", { name: "Accept" }).click();
    assert.match(await told(guest.page).innerText(), /You accepted/);
    assert.ok(!(await guest.page.content()).includes(person.person.name));
    assert.match(await guest.page.innerText("main"), /Log in to see who the person is/);
    await page.goto(`${hubUrl}/capacity`);
    await page.getByLabel(/New code word/).fill("seven-swans");
    await page.getByRole("button", { name: "Save the code word" }).click();
    assert.match(await told(page).innerText(), /code word is saved/);
    assert.equal((await guest.page.goto(base + path)).status(), 409, "used");
    await guest.page.getByLabel("Code word of your hub").fill("seven-swans");
    await guest.page.getByRole("button", { name: "Show contact details" }).click();
    assert.ok((await guest.page.locator(".hw-details").innerText()).includes(person.person.name));
    assert.deepEqual(guest.wrong.filter((w) => !/status of 4\d\d/.test(w)), []);
    await guest.context.close();
  });

  await check("the documentation and the public state need no login and no JavaScript", async () => {
    const guest = await openPage(browser, { javaScriptEnabled: false });
    assert.equal((await guest.page.goto(`${base}/status`)).status(), 200);
    assert.match(await guest.page.innerText("main"), /Everything works/);
    await guest.page.goto(base);
    await guest.page.getByRole("link", { name: "Documentation" }).click();
    await guest.page.getByRole("link", { name: "Offers" }).first().click();
    assert.match(await guest.page.innerText("main"), /POST \/v1\/offers\/\{id\}\/accept/);
    await guest.page.locator('a[href^="/docs/schemas#"]').first().click();
    assert.equal((await guest.page.goto(`${base}/docs/nothing`)).status(), 404);
    assert.deepEqual(guest.wrong.filter((w) => !/status of 4\d\d/.test(w)), []);
    await guest.context.close();
  });

  await check("the type of a problem leads to a page, and so does the documentation", async () => {
    const guest = await openPage(browser, { javaScriptEnabled: false });
    const answer = await guest.context.request.post(`${base}/v1/referrals`, { data: {} });
    const problem = await answer.json();
    assert.equal((await guest.page.goto(problem.type)).status(), 200);
    assert.equal(await guest.page.locator("h1").innerText(), problem.title);
    assert.match(await guest.page.innerText("main"), /What to do/);
    await guest.page.goto(`${base}/docs`);
    await guest.page.getByRole("navigation", { name: "Parts of the documentation" }).getByRole("link", { name: "Problems" }).click();
    await guest.page.getByRole("link", { name: "The server is busy" }).click();
    assert.match(await guest.page.locator(".hw-code").innerText(), /Retry-After: 1[^]*"type": ".*\/problems\/busy"/);
    assert.equal((await guest.page.goto(`${base}/problems/nothing`)).status(), 404);
    assert.deepEqual(guest.wrong.filter((w) => !/status of 4\d\d/.test(w)), []);
    await guest.context.close();
  });

  await check("Try it sends what the form says, as whom it says, without JavaScript", async () => {
    const guest = await openPage(browser, { javaScriptEnabled: false });
    await guest.page.goto(`${base}/docs/referrals`);
    await guest.page.getByRole("link", { name: /^Try it ?: Refer a person$/ }).click();
    await guest.page.getByRole("button", { name: "Send" }).click();
    assert.match(await guest.page.getByRole("region", { name: /The answer/ }).innerText(), /HTTP\/1.1 201[^]*"reference": "HW-/);
    const key = await guest.page.getByLabel("Idempotency-Key").inputValue();
    const first = await guest.page.locator(".hw-code").first().innerText();
    await guest.page.getByRole("button", { name: "Send" }).click();
    assert.equal(await guest.page.getByLabel("Idempotency-Key").inputValue(), key, "what was sent stays");
    const id = (text) => text.match(/"id": "([^"]+)"/)[1];
    assert.equal(id(await guest.page.locator(".hw-code").first().innerText()), id(first), "one key, one referral");
    await guest.page.getByLabel("Body (JSON)").fill("{");
    await guest.page.getByLabel("Idempotency-Key").fill("another-key");
    await guest.page.getByRole("button", { name: "Send" }).click();
    assert.match(await guest.page.locator(".hw-code").first().innerText(), /HTTP\/1.1 400[^]*problems\/malformed-json/);
    // The newest offer that waits is the example, and its own hub accepts it.
    await guest.page.goto(`${base}/docs/try/acceptOffer`);
    await guest.page.getByRole("button", { name: "Send" }).click();
    assert.match(await guest.page.locator(".hw-code").first().innerText(), /HTTP\/1.1 200[^]*"status": "accepted"/);
    await guest.page.goto(`${base}/docs/try/getHub`);
    await guest.page.getByLabel(/^slug/).fill("a/b");
    await guest.page.getByRole("button", { name: "Send" }).click();
    assert.match(await guest.page.getByRole("alert").innerText(), /Nothing was sent[^]*slug/);
    const form = { "path-slug": hub };
    const foreign = await guest.context.request.post(`${base}/docs/try/getHub`, { form, headers: { origin: "http://127.0.0.1:9" } });
    assert.equal(foreign.status(), 403, "a page of another site");
    const rebound = { host: "evil.example", origin: "http://evil.example" };
    const bound = await guest.context.request.post(`${base}/docs/try/getHub`, { form, headers: rebound });
    assert.equal(bound.status(), 404, "a name of somebody else's that was made to mean this machine");
    assert.equal((await guest.context.request.post(`${base}/docs/try/getHub`, { form })).status(), 403, "no browser of ours");
    assert.deepEqual(guest.wrong.filter((w) => !/status of 4\d\d/.test(w)), []);
    await guest.context.close();
  });

  await check("weight: first load under 40 KB, second under 5 KB", async () => {
    const fresh = await openPage(browser, { storageState: state });
    const wire = await fresh.context.newCDPSession(fresh.page);
    await wire.send("Network.enable");
    let bytes = 0;
    wire.on("Network.loadingFinished", (e) => { bytes += e.encodedDataLength; });
    await fresh.page.goto(hubUrl, { waitUntil: "load" });
    const first = bytes;
    bytes = 0;
    await fresh.page.goto(`${hubUrl}?show=urgent`, { waitUntil: "load" });
    console.log(`     first load ${first} bytes, second ${bytes} bytes`);
    assert.ok(first > 0 && first <= 40 * 1024, `${first}`);
    assert.ok(bytes <= 5 * 1024, `${bytes}`);
    await fresh.context.close();
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
    const ops = await openPage(browser,
      { viewport: { width: 375, height: 800 }, storageState: scene.stateFor("/ops") });
    await ops.page.goto(`${base}/ops`);
    assert.match(await ops.page.innerText("h1"), /Operations/);
    const over = await ops.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${over} px too wide`);
    // The last 15 minutes without a script: each chart says in words and in a table what it draws.
    await refer();
    const dated = async () => { await ops.page.reload(); return ops.page.locator(".hw-chart polyline[points*=' ']").count(); };
    for (let tries = 0; tries < 40 && await dated() === 0; ++tries) await ops.page.waitForTimeout(500);
    const charts = ops.page.locator(".hw-chart");
    assert.equal(await charts.count(), 6);
    assert.match(await charts.first().innerText(), /commands: Now [\d.]+; on average [\d.]+; at most [\d.]+\./);
    await charts.first().getByText("As a table").click();
    assert.ok(await charts.first().locator("tbody tr").count() >= 1);
    assert.match(await ops.page.locator("main").innerText(), /The server started/);
    assert.deepEqual(ops.wrong, []);
    await ops.context.close();
    const plain = await openPage(browser, { storageState: scene.stateFor("/ops"), javaScriptEnabled: false });
    const wire = await plain.context.newCDPSession(plain.page);
    await wire.send("Network.enable");
    let bytes = 0;
    wire.on("Network.loadingFinished", (e) => { bytes += e.encodedDataLength; });
    await plain.page.goto(`${base}/ops`, { waitUntil: "load" });
    console.log(`     the operations page weighs ${bytes} bytes on first load`);
    assert.ok(bytes > 0 && bytes <= 60 * 1024, `${bytes}`);
    await plain.context.close();
  });

  await check("no violation of the policy, no script error, no other host", async () => {
    assert.deepEqual(wrong.filter((w) => !/status of 4\d\d/.test(w)), []);
  });

} finally {
  await browser.close();
  await scene.stop();
}
process.exit(exitCode());
