// SPDX-License-Identifier: Apache-2.0
//
// The practice's pages in a real browser, with and without JavaScript. node practice.mjs <hubward binary>
import assert from "node:assert/strict";
import { openPage, startBrowser, patience } from "./browser.mjs";
import { check, exitCode } from "./checks.mjs";
import { startScene } from "./scene.mjs";

const scene = await startScene(process.argv[2]);
const browser = await startBrowser();
const { base } = scene;

const told = (page) => page.locator(".hw-flash");

try {
  await check("a practice refers by hand without JavaScript and follows it", async () => {
    const desk = await openPage(browser, { storageState: scene.stateFor("/practice"), javaScriptEnabled: false });
    await desk.page.goto(`${base}/practice`);
    await desk.page.getByRole("link", { name: "New referral" }).last().click();
    await desk.page.getByRole("button", { name: "Send the referral" }).click();
    const problems = desk.page.locator(".nhsuk-error-summary a");
    assert.equal(await problems.count(), 4);
    await problems.first().click(); // leads to the field
    assert.match(desk.page.url(), /#name$/);
    await desk.page.getByLabel("Full name").fill("Amina Testperson");
    await desk.page.getByLabel(/^Phone number/).fill("01632 960001");
    await desk.page.getByLabel(/NHS number/).fill("9990000011");
    await desk.page.getByLabel("Using the NHS App").check();
    await desk.page.getByLabel(/The person agrees/).check();
    await desk.page.getByRole("button", { name: "Send the referral" }).click();
    assert.equal(await problems.count(), 1);
    assert.match(await problems.first().innerText(), /NHS number is not right/);
    assert.equal(await desk.page.getByLabel("Full name").inputValue(), "Amina Testperson", "what was written stays");
    assert.ok(await desk.page.getByLabel("Using the NHS App").isChecked());
    await desk.page.getByLabel(/NHS number/).fill("999 000 0018");
    await desk.page.getByRole("button", { name: "Send the referral" }).click();
    assert.match(await told(desk.page).innerText(), /The referral is sent/);
    assert.match(await desk.page.locator(".hw-story").innerText(), /asked for help: Using the NHS App/);
    assert.ok(!(await desk.page.content()).includes("Amina"), "the follow page needs no name");
    await desk.page.getByRole("link", { name: "Your referrals" }).first().click();
    await desk.page.getByRole("link", { name: /waiting for an answer/ }).click();
    assert.ok(await desk.page.locator(".hw-row").count() > 0);
    assert.deepEqual(desk.wrong, []);
    await desk.context.close();
  });

  await check("while a referral is written, the page says what would happen, and is told no name", async () => {
    const desk = await openPage(browser, { storageState: scene.stateFor("/practice") });
    const sent = [];
    desk.page.on("request", (r) => { if (r.url().endsWith("/practice/check")) sent.push(r.postData() ?? ""); });
    await desk.page.goto(`${base}/practice/new`);
    const part = desk.page.locator("#check");
    assert.match(await part.innerText(), /Choose what the help should be for/);
    assert.equal(await part.getAttribute("role"), "status");
    await desk.page.getByLabel("Full name").fill("Amina Testperson");
    await desk.page.getByLabel(/^Phone number/).fill("01632 960001");
    await desk.page.getByLabel("Using the NHS App").check();
    await part.getByText(/hubs? could help/).waitFor({ timeout: 5000 * patience });
    assert.match(await part.innerText(), /Asked first would be/);
    // Somebody types quickly: one question, and only the last state of the form.
    const before = sent.length;
    await desk.page.evaluate(() => {
      for (const value of ["nhs-login", "dev-loan"]) document.querySelector(`[name=needs][value="${value}"]`).click();
      document.querySelector("[name=urgency][value=urgent]").click();
    });
    await desk.page.waitForFunction((n) => performance.getEntriesByType("resource")
      .filter((r) => r.name.endsWith("/practice/check")).length > n, before);
    assert.equal(sent.length, before + 1);
    assert.match(sent.at(-1), /urgency=urgent/);
    for (const body of sent) assert.doesNotMatch(body, /Amina|01632|name=|phone=/);
    assert.deepEqual(desk.wrong, []);
    await desk.context.close();
  });

  await check("a verdict that cannot be renewed gives way to the button", async () => {
    const desk = await openPage(browser, { storageState: scene.stateFor("/practice") });
    await desk.page.goto(`${base}/practice/new`);
    const part = desk.page.locator("#check");
    await desk.page.getByLabel("Using the NHS App").check();
    await part.getByText(/hubs? could help/).waitFor({ timeout: 5000 * patience });
    await desk.page.route("**/practice/check", (route) => route.abort());
    await desk.page.getByLabel("Today").check();
    await part.getByText(/Press “Check first”/).waitFor({ timeout: 5000 * patience });
    assert.doesNotMatch(await part.innerText(), /could help|Asked first/);
    await desk.page.unroute("**/practice/check");
    await desk.page.locator("#routine").check();
    await part.getByText(/hubs? could help/).waitFor({ timeout: 5000 * patience });
    assert.deepEqual(desk.wrong, []);
    await desk.context.close();
  });

  await check("a page that is left open asks 200 times and no more, and says so", async () => {
    const desk = await openPage(browser, { storageState: scene.stateFor("/practice") });
    await desk.page.addInitScript(() => { // the pause in which nothing may change is not what is looked at here
      const later = window.setTimeout.bind(window);
      window.setTimeout = (what) => later(what, 0);
    });
    let asked = 0;
    await desk.page.route("**/practice/check", (route) => {
      asked += 1;
      return route.fulfill({ contentType: "text/html", body: `<p class="verdict">${asked}</p>` });
    });
    await desk.page.goto(`${base}/practice/new`);
    await desk.page.evaluate(async () => {
      const box = document.querySelector("[name=needs]");
      const part = document.getElementById("check");
      for (let n = 1; n <= 200; ++n) {
        box.click();
        while (part.textContent.trim() !== String(n)) await new Promise((done) => requestAnimationFrame(done));
      }
    });
    assert.equal(asked, 200);
    await desk.page.locator("[name=needs]").first().click();
    await desk.page.locator("#check").getByText(/Press “Check first”/).waitFor({ timeout: 5000 * patience });
    assert.equal(asked, 200, "the next change asks nobody");
    await desk.page.unroute("**/practice/check");
    await desk.page.getByRole("button", { name: "Check first" }).click();
    assert.equal(await desk.page.locator("#check .verdict").count(), 0, "the button still asks the server");
    assert.deepEqual(desk.wrong, []);
    await desk.context.close();
  });

  await check("Check first does the same without JavaScript", async () => {
    const desk = await openPage(browser, { storageState: scene.stateFor("/practice"), javaScriptEnabled: false });
    await desk.page.goto(`${base}/practice/new`);
    await desk.page.getByLabel("Full name").fill("Amina Testperson");
    await desk.page.getByLabel("Using the NHS App").check();
    await desk.page.getByRole("button", { name: "Check first" }).click();
    assert.match(await desk.page.locator("#check").innerText(), /hubs? could help/);
    assert.equal(await desk.page.locator(".nhsuk-error-summary").count(), 0, "nothing is asked for yet");
    assert.equal(await desk.page.getByLabel("Full name").inputValue(), "Amina Testperson", "what was written stays");
    await desk.page.getByLabel(/^Postcode/).fill("nowhere");
    await desk.page.getByRole("button", { name: "Check first" }).click();
    assert.match(await desk.page.locator("#check").innerText(), /whole postcode/);
    assert.deepEqual(desk.wrong, []);
    await desk.context.close();
  });

  await check("letters: upright A4, in the size that was asked for, and nothing else on the paper", async () => {
    const desk = await openPage(browser, { storageState: scene.stateFor("/practice") });
    await desk.page.goto(`${base}/practice`);
    await desk.page.locator(".hw-row a").first().click();
    await desk.page.getByRole("link", { name: "Large print, 24 points" }).click();
    assert.equal(await desk.page.locator(".hw-letter p").last().evaluate((e) => getComputedStyle(e).fontSize), "32px");
    await desk.page.emulateMedia({ media: "print" });
    for (const part of [".hw-header", ".hw-letter-tools", ".hw-footer"]) {
      assert.equal(await desk.page.locator(part).isVisible(), false, part);
    }
    const paper = (await desk.page.pdf({ preferCSSPageSize: true })).toString("latin1");
    const [, width, height] = paper.match(/\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/);
    assert.ok(Math.abs(width - 595) < 2 && Math.abs(height - 842) < 2, `${width} × ${height} points`);
    await desk.context.close();
  });

  await check("somebody without a phone is referred, to the hub of their choice", async () => {
    const desk = await openPage(browser, { storageState: scene.stateFor("/practice"), javaScriptEnabled: false });
    await desk.page.goto(`${base}/practice/new`);
    await desk.page.getByLabel("Using the NHS App").check();
    await desk.page.getByRole("button", { name: "See which hubs could help" }).click();
    const choices = desk.page.getByRole("radio", { name: /./ }).and(desk.page.locator("[name=chosen_hub]"));
    const many = await choices.count();
    assert.ok(many >= 2, `${many} choices`);
    const label = (await desk.page.locator("label[for^=hub-]").nth(1).innerText()).trim();
    await choices.nth(1).check();
    await desk.page.getByLabel("Full name").fill("Amina Testperson");
    await desk.page.getByLabel(/The person agrees/).check();
    await desk.page.getByRole("button", { name: "Send the referral" }).click();
    assert.match(await desk.page.locator(".nhsuk-error-summary").innerText(), /or another way to reach the person/);
    await desk.page.getByLabel(/Another way to reach/).fill("The bakery next door tells her");
    await desk.page.getByRole("button", { name: "Send the referral" }).click();
    assert.match(await told(desk.page).innerText(), /The referral is sent/);
    await desk.context.close();
    console.log(`     chosen: ${label}`);
  });

  await check("a chosen hub stays chosen: Check first, Enter, a fault, a postcode that is none", async () => {
    const desk = await openPage(browser, { storageState: scene.stateFor("/practice"), javaScriptEnabled: false });
    await desk.page.goto(`${base}/practice/new`);
    await desk.page.getByLabel("Using the NHS App").check();
    await desk.page.getByRole("button", { name: "See which hubs could help" }).click();
    const second = desk.page.locator("[name=chosen_hub]").nth(2); // after "No preference" and the best one
    const slug = await second.getAttribute("value");
    const name = (await desk.page.locator(`label[for="hub-${slug}"]`).innerText()).trim();
    await second.check();
    const stays = async (when) => assert.equal(
      await desk.page.locator("[name=chosen_hub]:checked").getAttribute("value"), slug, when);
    await desk.page.getByRole("button", { name: "Check first" }).click();
    await stays("Check first");
    assert.match(await desk.page.locator("#check").innerText(), new RegExp(`Asked first would be ${name}`));
    await desk.page.getByLabel(/^Postcode/).fill("nowhere");
    await desk.page.getByRole("button", { name: "Check first" }).click();
    await stays("a postcode that is none");
    await desk.page.getByLabel(/^Postcode/).fill("");
    await desk.page.getByLabel(/^Postcode/).press("Enter"); // sends, and is told what is missing
    assert.equal(await desk.page.locator(".nhsuk-error-summary a").count(), 3);
    await stays("a fault");
    await desk.page.getByLabel("Full name").fill("Amina Testperson");
    await desk.page.getByLabel(/^Phone number/).fill("01632 960001");
    await desk.page.getByLabel(/The person agrees/).check();
    await desk.page.getByLabel("Full name").press("Enter");
    assert.match(await told(desk.page).innerText(), /The referral is sent/);
    assert.match(await desk.page.locator(".hw-story").innerText(), new RegExp(`Offered to ${name}`));
    assert.deepEqual(desk.wrong, []);
    await desk.context.close();
  });

  await check("whom nobody has is never shown as helped, and the place sees who must decide", async () => {
    const practice = await openPage(browser, { storageState: scene.stateFor("/practice"), javaScriptEnabled: false });
    const place = await openPage(browser, { storageState: scene.stateFor("/ops"), javaScriptEnabled: false });
    const declined = async (reason) => {
      const { id } = await scene.refer();
      const answer = await scene.post(`/hub/${scene.hub}/offers/${id}.1/decline`, { reason, key: `d${id}` });
      assert.match(answer.headers.get("location") ?? "", /done=/);
      await practice.page.goto(`${base}/practice`);
      const link = practice.page.locator(`a[href="/practice/referrals/${id}"]`);
      return { link, row: practice.page.locator(".hw-row", { has: link }) };
    };
    const back = await declined("missing-information");
    assert.match(await back.row.innerText(), /waiting for you/);
    assert.equal(await back.row.locator(".nhsuk-tag--green").count(), 0);
    await practice.page.getByRole("link", { name: /\d+ waiting for you/ }).click();
    assert.equal(await back.row.count(), 1, "it is behind the number");
    await back.link.click();
    assert.match(await practice.page.locator(".hw-wait").innerText(), /No hub has this now: Using the NHS App/);
    const asked = (await practice.page.locator("h1 .hw-ref").innerText()).trim();
    await place.page.goto(`${base}/ops`);
    assert.match(await place.page.locator("section", { has: place.page.locator("#gaps") }).last().innerText(), /1 person waits for somebody/);
    await place.page.goto(`${base}/ops/place`);
    const desk = place.page.locator("section", { has: place.page.locator("#desk") });
    assert.match(await desk.locator("li", { hasText: asked }).innerText(), /with practice DEMO\d*.*due/s);
    await practice.page.getByRole("button", { name: "Ask hubs again" }).click();
    assert.match(await told(practice.page).innerText(), /Hubs are asked again/);
    assert.equal(await practice.page.locator(".hw-wait").count(), 0);
    await place.page.reload();
    assert.equal(await desk.locator("li", { hasText: asked }).count(), 0, "a hub or the queue has the person again");

    const danger = await declined("safety-concern");
    assert.match(await danger.row.innerText(), /waiting for the place/);
    assert.equal(await danger.row.locator(".nhsuk-tag--green").count(), 0);
    await danger.link.click();
    assert.match(await practice.page.locator(".hw-wait").innerText(), /duty-desk at the place must decide/);
    assert.equal(await practice.page.getByRole("button", { name: "Ask hubs again" }).count(), 0, "that is not the practice's to release");
    const worried = (await practice.page.locator("h1 .hw-ref").innerText()).trim();
    await place.page.reload();
    assert.match(await desk.locator("li", { hasText: worried }).innerText(), /with duty-desk.*due/s);
    for (const { wrong, context } of [practice, place]) {
      assert.deepEqual(wrong, []);
      await context.close();
    }
  });

  await check("who logs out leaves the other sessions of the browser alone", async () => {
    const shared = await openPage(browser);
    for (const link of scene.links) await shared.page.goto(link);
    const opens = async (path) => (await shared.page.goto(base + path)).status();
    for (const path of ["/practice", "/ops"]) {
      assert.equal(await opens(path), 200);
      await shared.page.getByRole("button", { name: "Log out" }).click();
      assert.match(await told(shared.page).innerText(), /You are logged out/);
      assert.equal(await opens(`/hub/${scene.hub}`), 200, `the hub, after a log-out at ${path}`);
    }
    await shared.page.getByRole("button", { name: "Log out" }).click();
    assert.equal(await opens(`/hub/${scene.hub}`), 401);
    assert.deepEqual(await shared.context.cookies(), [], "nothing is left behind");
    await shared.context.close();
  });
} finally {
  await browser.close();
  await scene.stop();
}
process.exit(exitCode());
