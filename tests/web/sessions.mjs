// SPDX-License-Identifier: Apache-2.0
//
// A hub's sessions and weekly slots, the words of a cancellation on the practice's page, and webhooks that are not
// taken, in a real browser. node sessions.mjs <hubward binary>
import assert from "node:assert/strict";
import { openPage, startBrowser, patience } from "./browser.mjs";
import { check, exitCode } from "./checks.mjs";
import { startScene } from "./scene.mjs";

const scene = await startScene(process.argv[2]);
const browser = await startBrowser();
const { base, hub, refer } = scene;
const own = `${base}/hub/${hub}/sessions`;
const state = scene.stateFor(`/hub/${hub}`);
const told = (page) => page.locator(".hw-flash");
const rows = (page) => page.locator(".hw-rows--sessions > li");
const day = (ahead) => new Date(Date.now() + ahead * 24 * 3600e3).toISOString().slice(0, 10);
const practice = (path, body) => fetch(`${base}/v1/${path}`, { method: "POST", body: JSON.stringify(body),
  headers: { authorization: `Bearer ${scene.token}`, "content-type": "application/json",
             "idempotency-key": `sessions-${path}-${JSON.stringify(body).length}` } });
const staff = (options = {}) => openPage(browser, { storageState: state, viewport: { width: 320, height: 800 }, ...options });

// A session in so many days; gives its number.
async function publish(page, ahead, seats) {
  await page.goto(own);
  await page.getByLabel("Date", { exact: true }).fill(day(ahead));
  await page.getByLabel("From", { exact: true }).fill("10:00");
  await page.getByLabel("To", { exact: true }).fill("12:30");
  await page.getByLabel("Seats", { exact: true }).fill(String(seats));
  await page.getByRole("button", { name: "Make the session" }).click();
  assert.match(await told(page).innerText(), /session is made/);
  const numbers = await page.locator(".hw-rows--sessions a").evaluateAll((all) => all.map((a) => Number(a.href.split("/").pop())));
  return Math.max(...numbers);
}

async function seated(session) {
  const { id } = await refer();
  await scene.post(`/hub/${hub}/offers/${id}.1/accept`, { key: `a${id}` });
  await scene.book(`${id}.1`, session);
  return id;
}

try {
  for (const javaScriptEnabled of [true, false]) {
    await check(`a session is made, resized, called full and cancelled, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async () => {
      const { page, context, wrong } = await staff({ javaScriptEnabled });
      const ahead = javaScriptEnabled ? 5 : 6;
      await page.goto(own);
      await page.getByRole("button", { name: "Make the session" }).click();
      const problems = page.locator(".nhsuk-error-summary a");
      assert.equal(await problems.count(), 3);
      await problems.first().click();
      assert.match(page.url(), /#date$/);
      const number = await publish(page, ahead, 2);
      assert.match(await page.locator(`a[href$="/sessions/${number}"]`).innerText(), /10:00.+12:30/);
      const id = await seated(number);

      await page.goto(`${own}/${number}`);
      assert.match(await page.innerText("main"), /1 of 2 seats free/);
      await page.getByLabel("Seats in all").fill("4");
      await page.keyboard.press("Enter");
      assert.match(await told(page).innerText(), /seats are saved/);
      assert.match(await page.innerText("main"), /3 of 4 seats free/);
      await page.getByRole("button", { name: "Call it full" }).click();
      assert.match(await told(page).innerText(), /full now/);
      assert.match(await page.innerText("main"), /full: 0 of 1 seats free/);
      assert.equal(await page.getByRole("button", { name: "Call it full" }).count(), 0);

      // On the person's page and in the list of people the date stands in words.
      await page.getByRole("link", { name: /^HW-/ }).first().click();
      assert.match(await page.locator(".hw-person-head").innerText(), /Seat booked: .+10:00.+12:30/);
      await page.goto(`${base}/hub/${hub}?show=people`);
      assert.match(await page.locator(".hw-rows--people").innerText(), /Seat booked: /);

      // Closed days would cancel it too, so that page says the same.
      await page.goto(`${base}/hub/${hub}/hours`);
      assert.match(await page.innerText("main"), /no longer see their contact details/);
      await page.goto(`${own}/${number}`);
      await page.getByRole("link", { name: "Cancel this session…" }).click();
      assert.match(await page.innerText("main"), /1 person is affected/);
      assert.match(await page.innerText("main"), /no longer see their contact details/);
      await page.getByRole("button", { name: "Cancel the session" }).click();
      assert.match(await told(page).innerText(), /session is cancelled/);
      const after = await (await fetch(`${base}/v1/referrals/${id}`, { headers: { authorization: `Bearer ${scene.token}` } })).json();
      assert.equal(after.offers[0].reason, "session-cancelled");
      await page.goto(`${base}/hub/${hub}/hours`);
      assert.doesNotMatch(await page.innerText("main"), /no longer see their contact details/);
      await page.goto(`${own}/${number}`);
      assert.match(await page.innerText("main"), /does not take place/);
      assert.equal(await page.getByRole("button", { name: "Save the seats" }).count(), 0);
      assert.deepEqual(wrong.filter((w) => !/status of 4\d\d/.test(w)), []);
      await context.close();
    });
  }

  await check("whoever looked before a colleague acted is told, and nothing is done", async () => {
    const { page, context } = await staff();
    const number = await publish(page, 8, 3);
    await page.goto(`${own}/${number}`);
    const colleague = await staff();
    await colleague.page.goto(`${own}/${number}`);
    await colleague.page.getByLabel("Seats in all").fill("5");
    await colleague.page.getByRole("button", { name: "Save the seats" }).click();
    await page.getByLabel("Seats in all").fill("9");
    await page.getByRole("button", { name: "Save the seats" }).click();
    assert.match(await told(page).innerText(), /Somebody changed it/);
    assert.match(await page.innerText("main"), /5 of 5 seats free/);
    // The form of a new session, written while a colleague made another one: what was written stays.
    await page.goto(own);
    await page.getByLabel("Date", { exact: true }).fill(day(9));
    await page.getByLabel("From", { exact: true }).fill("10:00");
    await page.getByLabel("To", { exact: true }).fill("11:00");
    await page.getByLabel("Seats", { exact: true }).fill("7");
    await publish(colleague.page, 9, 7);
    const before = await rows(colleague.page).count();
    await page.getByRole("button", { name: "Make the session" }).click();
    assert.match(await told(page).innerText(), /Somebody changed it/);
    assert.equal(await rows(page).count(), before, "the colleague's is shown, and there is no second one");
    assert.equal(await page.getByLabel("Seats", { exact: true }).inputValue(), "7");
    // A cancellation is an answer to the number of people that was shown.
    await page.goto(`${own}/${number}/cancel`);
    assert.match(await page.innerText("main"), /Nobody has to be sent on/);
    await seated(number);
    await page.getByRole("button", { name: "Cancel the session" }).click();
    assert.match(await told(page).innerText(), /Since you looked/);
    assert.match(await page.innerText("main"), /1 person is affected/);
    await page.getByRole("button", { name: "Cancel the session" }).click();
    assert.match(await told(page).innerText(), /session is cancelled/);
    // Twice is once, and says so.
    const again = await scene.post(`/hub/${hub}/sessions/${number}/cancel`, { key: "x", affected: "0" });
    assert.match(again.headers.get("location"), /refused=session_gone/);
    for (const opened of [context, colleague.context]) await opened.close();
  });

  await check("a seat is booked and a date is agreed on the person's page", async () => {
    const { page, context } = await staff({ javaScriptEnabled: false });
    const number = await publish(page, 12, 1);
    const { id } = await refer();
    await scene.post(`/hub/${hub}/offers/${id}.1/accept`, { key: `a${id}` });
    await page.goto(`${base}/hub/${hub}/offers/${id}.1`);
    assert.match(await page.innerText("main"), /No date is agreed yet/);
    await page.getByText("Agree a date…").click();
    await page.getByLabel("A seat at one of your sessions").selectOption(String(number));
    await page.getByRole("button", { name: "Book the seat" }).click();
    assert.match(await told(page).innerText(), /date is saved/);
    assert.match(await page.locator(".hw-person-head").innerText(), /Seat booked: .+10:00/);
    const other = (await refer()).id;
    await scene.post(`/hub/${hub}/offers/${other}.1/accept`, { key: `a${other}` });
    const late = await scene.post(`/hub/${hub}/offers/${other}.1/date`, { do: "seat", session: String(number) });
    assert.match(late.headers.get("location"), /refused=seat_gone/);
    await page.getByText("Agree a date…").click();
    await page.getByLabel("Another day").fill(day(13));
    await page.getByLabel("Time", { exact: true }).fill("09:30");
    await page.getByRole("button", { name: "Save the date" }).click();
    assert.match(await page.locator(".hw-person-head").innerText(), /Date agreed: .+09:30/);
    const past = await scene.post(`/hub/${hub}/offers/${id}.1/date`, { do: "date", date: "2020-01-01", time: "09:30" });
    assert.match(past.headers.get("location"), /refused=date_wrong/);
    const none = await scene.post(`/hub/${hub}/offers/${id}.1/date`, { do: "date", date: "", time: "" });
    assert.match(none.headers.get("location"), /refused=date_wrong/);
    await context.close();
  });

  await check("weekly slots are sessions four weeks ahead, until they end", async () => {
    const { page, context, wrong } = await staff({ javaScriptEnabled: false });
    await page.goto(own);
    await page.getByRole("link", { name: "Add a weekly slot" }).click();
    await page.getByRole("button", { name: "Save the slot" }).click();
    assert.equal(await page.locator(".nhsuk-error-summary a").count(), 3);
    await page.getByLabel("Day", { exact: true }).selectOption("wed");
    await page.getByLabel("From", { exact: true }).fill("14:00");
    await page.getByLabel("To", { exact: true }).fill("16:00");
    await page.getByLabel("Seats", { exact: true }).fill("6");
    await page.getByRole("button", { name: "Save the slot" }).click();
    assert.match(await told(page).innerText(), /weekly slot is saved/);
    const weekly = () => page.locator(".hw-rows--sessions > li", { hasText: "every week" }).count();
    assert.ok(await weekly() >= 3, "bank holidays apart, one a week");
    await page.getByRole("link", { name: /^Wednesday/ }).click();
    assert.equal(await page.getByLabel("Seats", { exact: true }).inputValue(), "6");
    await page.getByRole("button", { name: "End this slot" }).click();
    assert.match(await told(page).innerText(), /slot is ended/);
    assert.equal(await weekly(), 0);
    assert.deepEqual(wrong.filter((w) => !/status of 4\d\d/.test(w)), []);
    await context.close();
  });

  await check("another hub's sessions are nobody's to see or change", async () => {
    for (const path of ["sessions", "sessions/1", "sessions/1/cancel", "weekly/new"]) {
      const answer = await fetch(`${base}/hub/some-other-hub/${path}`, { headers: { cookie: scene.logins[0].cookie } });
      assert.equal(answer.status, 404, path);
    }
    assert.equal((await scene.post(`/hub/${hub}/sessions/999/seats`, { seats: "1" })).status, 404);
    const foreign = await fetch(`${own}`, { method: "POST", redirect: "manual", body: new URLSearchParams({ date: day(3) }),
      headers: { cookie: scene.logins[0].cookie, origin: "https://elsewhere.example" } });
    assert.equal(foreign.status, 403);
  });

  await check("the practice reads what it said when it cancelled, and what the hub said, on record", async () => {
    const desk = await openPage(browser, { storageState: scene.stateFor("/practice"), javaScriptEnabled: false });
    const quiet = (await refer()).id;
    await desk.page.goto(`${base}/practice/referrals/${quiet}`);
    assert.equal(await desk.page.getByRole("button", { name: "Show what was said" }).count(), 0, "nothing was said");
    const { id } = await refer();
    await scene.post(`/hub/${hub}/offers/${id}.1/decline`, { key: `d${id}`, reason: "other", note: "the lift is broken" });
    assert.equal((await practice(`referrals/${id}/withdraw`, { reason: "withdrawn-by-person", note: "she moves to Wales" })).status, 200);
    await desk.page.goto(`${base}/practice/referrals/${id}`);
    assert.doesNotMatch(await desk.page.innerText("main"), /Wales|lift/);
    const before = await desk.page.locator(".hw-story li").count();
    await desk.page.getByRole("button", { name: "Show what was said" }).click();
    assert.match(await desk.page.innerText("main"), /she moves to Wales/);
    assert.match(await desk.page.innerText("main"), /the lift is broken/);
    await desk.page.goto(`${base}/practice/referrals/${id}`);
    assert.equal(await desk.page.locator(".hw-story li").count(), before + 1, "reading it is on record");
    assert.deepEqual(desk.wrong, []);
    await desk.context.close();
  });

  await check("a webhook that is not taken: why, when next, and a button, without its address", async () => {
    const made = await practice("webhooks", { url: "https://nowhere.invalid/a-secret-path?key=s3cret" });
    assert.equal(made.status, 201, await made.clone().text());
    const { id, secret } = await made.json();
    await refer();
    for (const [path, whose] of [["/practice/webhooks", false], ["/ops/webhooks", true]]) {
      const desk = await openPage(browser, { storageState: scene.stateFor(path), javaScriptEnabled: false, viewport: { width: 320, height: 800 } });
      const until = Date.now() + 20000 * patience;
      do await desk.page.goto(base + path); while (Date.now() < until && !/no address was found/.test(await desk.page.innerText("main")));
      const text = await desk.page.innerText("main");
      assert.match(text, /nowhere\.invalid/);
      assert.match(text, /no address was found for its name/);
      assert.match(text, /Next try: /);
      assert.equal(/practice\//.test(text), whose);
      const html = await desk.page.content();
      for (const hidden of ["a-secret-path", "s3cret", secret]) assert.ok(!html.includes(hidden), hidden);
      const over = await desk.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${over} px too wide`);
      await desk.page.getByRole("button", { name: /^Try now/ }).click();
      assert.match(await told(desk.page).innerText(), /tried now/);
      // The one whose turn it is comes by itself: sending it again is refused, in words.
      const again = await scene.post(`${path}/${id}/resend`, { key: `r${path}`, sequence: "99999" });
      assert.match(again.headers.get("location"), /refused=webhook_not_yet/);
      assert.equal((await scene.post(`${path}/none/resend`, { sequence: "1" })).headers.get("location"), `${path}?refused=webhook_gone`);
      await desk.context.close();
    }
    const hubs = await fetch(`${base}/ops/webhooks`, { headers: { cookie: scene.logins[0].cookie } });
    assert.equal(hubs.status, 403, "no page for a hub");
  });
} finally {
  await browser.close();
  await scene.stop();
}
process.exit(exitCode());
