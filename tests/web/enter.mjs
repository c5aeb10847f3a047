// SPDX-License-Identifier: Apache-2.0
//
// Logging in with the link that an operator makes, with and without a script, and what a wrong token is told.
// node enter.mjs <hubward binary>
import assert from "node:assert/strict";
import { openPage, startBrowser } from "./browser.mjs";
import { check, exitCode } from "./checks.mjs";
import { startScene } from "./scene.mjs";

const scene = await startScene(process.argv[2]);
const browser = await startBrowser();
const { base, token } = scene;
const link = `${base}/enter#${token}`;
const tablet = (options = {}) => openPage(browser, { viewport: { width: 375, height: 800 }, ...options });
const field = (page) => page.getByLabel("Your access token");
const logIn = (page) => page.getByRole("button", { name: "Log in" }).click();
const opens = async (page, path) => (await page.goto(base + path)).status();

try {
  await check("a stranger is led to the form", async () => {
    const { page, context } = await tablet();
    assert.equal(await opens(page, "/practice"), 401);
    await page.getByRole("link", { name: "Log in" }).click();
    assert.equal(new URL(page.url()).pathname, "/enter");
    await context.close();
  });

  await check("the link fills the form and leaves the address; one key logs in", async () => {
    const { page, context } = await tablet();
    const asked = [];
    page.on("request", (request) => asked.push(`${request.url()} ${request.headers().referer ?? ""}`));
    await page.goto(link);
    await page.waitForURL(`${base}/enter`);
    assert.equal(await field(page).inputValue(), token);
    await page.keyboard.press("Enter");  // the button has the focus
    await page.waitForURL(`${base}/practice`);
    assert.ok(asked.every((one) => !one.includes(token)), "the token stood in an address that was sent");
    const [session, ...more] = await context.cookies();
    assert.deepEqual(more, []);
    assert.ok(session.httpOnly && session.sameSite === "Strict");
    assert.notEqual(session.value, token, "the browser keeps a session of its own");
    await page.getByRole("button", { name: "Log out" }).click();
    assert.equal(await opens(page, "/practice"), 401);
    await page.goto(link);
    await logIn(page);
    assert.equal(new URL(page.url()).pathname, "/practice", "the link is good for the next shift");
    await context.close();
  });

  await check("without a script the whole link is pasted", async () => {
    const { page, context } = await tablet({ javaScriptEnabled: false });
    await page.goto(link);
    assert.equal(await field(page).inputValue(), "");
    await field(page).fill(`  ${link}\n`);
    await logIn(page);
    assert.equal(new URL(page.url()).pathname, "/practice");
    await context.close();
  });

  await check("a wrong token is told what is wrong with it, and not shown again", async () => {
    const { page, context } = await tablet();
    const wrong = [["", /Paste the link/], [token.slice(0, -9), /not a whole access token/],
                   [`${token.slice(0, -4)}AAAA`, /not made for this service/]];
    for (const [text, said] of wrong) {
      await page.goto(`${base}/enter`);
      await field(page).fill(text);
      await logIn(page);
      assert.match(await page.getByRole("alert").innerText(), said);
      assert.equal(await field(page).inputValue(), "");
      await page.getByRole("alert").getByRole("link").click();
      assert.equal(await page.evaluate(() => document.activeElement.id), "token");
    }
    assert.deepEqual(await context.cookies(), []);
    await context.close();
  });
} finally {
  await browser.close();
  await scene.stop();
}
process.exit(exitCode());
