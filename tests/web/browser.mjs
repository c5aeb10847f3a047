// SPDX-License-Identifier: Apache-2.0
//
// The demo and a browser, started for a test and ended with it.
import { spawn } from "node:child_process";
import { chromium } from "playwright-core";

const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];

// How many times longer than on a quiet machine something may take; what must be right is not relaxed by it.
export const patience = Number(process.env.HUBWARD_PATIENCE) || 1;

// Starts `hubward demo` without traffic; gives its base URL and the path that logs a hub in.
export async function startDemo(binary) {
  const child = spawn(binary, ["demo", "--port", "0", "--no-traffic"], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const ready = new Promise((resolve, reject) => {
    const look = (chunk) => {
      said += chunk;
      if (/\/enter\/[\w-]+/.test(said) && /curl/.test(said)) resolve();
    };
    child.stdout.on("data", look);
    child.stderr.on("data", look);
    child.on("exit", (code) => reject(new Error(`the demo ended with ${code}: ${said}`)));
    setTimeout(() => reject(new Error(`the demo was not ready in ${20 * patience} s: ${said}`)), 20000 * patience).unref();
  });
  await ready;
  const stop = () => new Promise((done) => { child.on("exit", done); child.kill("SIGTERM"); });
  return { said: () => said, links: said.match(/http:\/\/[\w.:]+\/enter\/[\w-]+/g), stop };
}

// A click that leads to another page is done when that page is there: Playwright waits until it is on its way only, and
// what is counted or read right after would be of a page that is half there.
function clicksWaitForThePage(page) {
  const locator = Object.getPrototypeOf(page.locator("body"));
  if (locator.waitsForThePage) return;
  locator.waitsForThePage = true;
  for (const name of ["click", "press"]) {
    const plain = locator[name];
    locator[name] = async function (...given) {
      await plain.apply(this, given);
      await this.page().waitForLoadState("load");
    };
  }
}

// A page that counts what must never happen.
export async function openPage(browser, options = {}) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(30000 * patience);
  const page = await context.newPage();
  clicksWaitForThePage(page);
  const wrong = [];
  page.on("console", (m) => {
    if (/Content Security Policy|Refused to/i.test(m.text())) wrong.push(`CSP: ${m.text()}`);
  });
  page.on("pageerror", (error) => wrong.push(`script: ${error}`));
  page.on("request", (request) => {
    const host = new URL(request.url()).hostname;
    if (host !== "127.0.0.1" && host !== "localhost") wrong.push(`other host: ${request.url()}`);
  });
  return { page, context, wrong };
}

export const startBrowser = () => chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
