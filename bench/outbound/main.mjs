// SPDX-License-Identifier: Apache-2.0
//
// What does a delivery cost: a webhook, and a FHIR Subscription with names only and with whole Tasks? Each
// target gets a backlog, one message after the other over TLS, as in life. Beside it, in the same run: Node's
// own https client, which sends the very same bytes to the same receiver over one connection. Only the ratios mean
// something. Then the lag: from the answer to a referral to its first message, at 20 referrals a second.
//
//   node bench/outbound/main.mjs HUBWARD [REFERRALS]       default: 3000
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request as send } from "node:https";
import { Agent as Plain, request as ask } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { randomUUID } from "node:crypto";

const hubward = process.argv[2];
const referrals = Number(process.argv[3] ?? 3000);
const folder = mkdtempSync(join(tmpdir(), "hubward-outbound-"));
const children = [];
const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });
const backport = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-";
const topic = "http://hl7.org/fhir/us/sdoh-clinicalcare/SubscriptionTopic/Task";
const wait_ms = 120_000;

function call(how, agent, port, method, path, headers, body) {
  return new Promise((done, failed) => {
    const request = how({ host: "127.0.0.1", port, method, path, headers, agent, rejectUnauthorized: false }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => done({ status: response.statusCode, body: Buffer.concat(chunks).toString() }));
    });
    request.on("error", failed);
    request.end(body);
  });
}

const settings = Object.entries({
  "storage.data": join(folder, "data"), "storage.master_key_file": join(folder, "master.key"),
  "storage.token_key_file": join(folder, "token.key"), "outbound.allowed_networks": "127.0.0.0/8",
  "outbound.authorities_file": join(folder, "cert.pem"),
}).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
const run = (...words) => execFileSync(hubward, [...words, ...settings], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();

async function line(stream, pattern) {
  let text = "";
  for await (const chunk of stream) {
    text += chunk;
    const found = pattern.exec(text);
    if (found) return Number(found[1]);
  }
  throw new Error(`nothing like ${pattern}: ${text}`);
}

async function until(wanted, what) {
  for (const end = Date.now() + wait_ms; Date.now() < end; await sleep(50)) {
    const found = await wanted();
    if (found) return found;
  }
  throw new Error(`in vain: ${what}`);
}

// Processor time of a process so far, in microseconds.
function busy(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  const ticks_per_second = 100; // USER_HZ, the same on every Linux
  return (Number(fields[11]) + Number(fields[12])) * (1e6 / ticks_per_second);
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

async function main() {
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
    "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", join(folder, "key.pem"),
    "-out", join(folder, "cert.pem")], { stdio: "ignore" });
  const receiver = spawn(process.execPath, [new URL("receiver.mjs", import.meta.url).pathname, join(folder, "key.pem"), join(folder, "cert.pem")]);
  children.push(receiver);
  const there = await line(receiver.stdout, /^(\d+)\n/);
  run("keys", "init");
  const practice = run("token", "mint", "--role", "practice", "--subject", "B12345");
  const ops = run("token", "mint", "--role", "ops", "--subject", "bench");
  const server = spawn(hubward, ["serve", "--port", "0", "--log-format", "json", ...settings], { stdio: ["ignore", "ignore", "pipe"] });
  children.push(server);
  const port = await line(server.stderr, /"msg":"serving".*?"port":(\d+)/);
  server.stderr.resume();
  const plain = new Plain({ keepAlive: true, maxSockets: 32 });
  const api = (token, method, path, document, more = {}) => call(ask, plain, port, method, path,
    { Authorization: `Bearer ${token}`, "Content-Type": "application/json", "Idempotency-Key": randomUUID(), ...more }, JSON.stringify(document));
  const control = new Agent({ keepAlive: true });
  const counts = async (path = "/counts") => JSON.parse((await call(send, control, there, "GET", path, {}, undefined)).body);
  const hub = await api(ops, "PUT", "/v1/hubs/bench", { name: "Bench", place: "leeds", needs: ["nhs-app"], capacity: { place: 10_000 } });
  if (hub.status !== 201) throw new Error(`a hub: ${hub.status} ${hub.body}`);
  const one = { person: { name: "Amina Testperson", contact: [{ system: "phone", value: "01632 960001" }] }, needs: ["nhs-app"], consent: { share_with_hub: true } };
  const refer = async () => {
    const made = await api(practice, "POST", "/v1/referrals", one);
    if (made.status !== 201) throw new Error(`a referral: ${made.status} ${made.body}`);
  };

  const subscription = (path, content) => api(practice, "POST", "/FHIR/R4/Subscription", {
    resourceType: "Subscription", status: "requested", reason: "Bench", criteria: topic,
    channel: { type: "rest-hook", endpoint: `https://127.0.0.1:${there}${path}`, payload: "application/fhir+json",
      _payload: { extension: [{ url: `${backport}payload-content`, valueCode: content }] } } },
  { "Content-Type": "application/fhir+json", "X-Request-Id": randomUUID(), "X-Correlation-Id": randomUUID() });
  const kinds = {
    webhook: { make: (path) => api(practice, "POST", "/v1/webhooks", { url: `https://127.0.0.1:${there}${path}` }), greeted: 0 },
    "subscription, names": { make: (path) => subscription(path, "id-only"), greeted: 1 },
    "subscription, Tasks": { make: (path) => subscription(path, "full-resource"), greeted: 1 },
  };

  console.log(`${"".padEnd(22)}${"per second".padStart(12)}${"node's client".padStart(15)}${"ratio".padStart(8)}${"CPU µs".padStart(9)}${"bytes".padStart(7)}   lag ms p50, p99`);
  for (const [name, kind] of Object.entries(kinds)) {
    const path = `/${name.replaceAll(/\W+/g, "-")}`;
    const made = await kind.make(path);
    if (made.status !== 201) throw new Error(`${name}: ${made.status} ${made.body}`);
    const target = JSON.parse(made.body).id;
    await until(async () => ((await counts())[path]?.count ?? 0) >= kind.greeted, "a greeting");

    // The lag first, while nothing waits.
    const sent = [];
    const before = (await counts())[path]?.times.length ?? 0;
    for (let i = 0; i < 200; i += 1) {
      await refer();
      sent.push(Number(process.hrtime.bigint()) / 1e6);
      await sleep(50);
    }
    const quiet = await until(async () => {
      const now = (await counts())[path];
      return now?.times.length >= before + 400 && now;
    }, "the messages of 200 referrals");
    // Two messages a referral: submitted, offered. Both processes read the clock that the machine has had since it began.
    const lags = sent.map((answered, i) => quiet.times[before + 2 * i] - answered).sort((a, b) => a - b);

    await counts(`/away?${path}`);
    const had = (await counts())[path].count;
    for (let i = 0; i < referrals; i += 50) await Promise.all(Array.from({ length: 50 }, refer));
    const start = busy(server.pid);
    await counts(`/here?${path}`);
    if (name === "webhook") await api(practice, "POST", `/v1/webhooks/${target}/resume`, undefined);
    const begun = await until(async () => {
      const now = (await counts())[path];
      return now.count > had && now;
    }, "the first of the backlog");
    const done = await until(async () => {
      const now = (await counts())[path];
      return now.count >= had + 2 * referrals && now;
    }, "the backlog");
    const processor = (busy(server.pid) - start) / (2 * referrals);
    const rate = (done.count - begun.count) / ((done.last - begun.last) / 1e3);

    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const headers = { ...done.headers, "content-length": Buffer.byteLength(done.body) };
    delete headers.host;
    delete headers.connection;
    const bare = Math.min(2 * referrals, 4000);
    const from = process.hrtime.bigint();
    for (let i = 0; i < bare; i += 1) await call(send, agent, there, "POST", "/bare", headers, done.body);
    const node = bare / (Number(process.hrtime.bigint() - from) / 1e9);
    agent.destroy();
    console.log(`${name.padEnd(22)}${rate.toFixed(0).padStart(12)}${node.toFixed(0).padStart(15)}${(rate / node).toFixed(2).padStart(8)}` +
      `${processor.toFixed(0).padStart(9)}${String(Buffer.byteLength(done.body)).padStart(7)}   ${at(lags, 0.5).toFixed(1)}, ${at(lags, 0.99).toFixed(1)}`);
    const gone = await api(practice, "DELETE", name === "webhook" ? `/v1/webhooks/${target}` : `/FHIR/R4/Subscription/${target}`, undefined,
      { "X-Request-Id": randomUUID(), "X-Correlation-Id": randomUUID() });
    if (gone.status !== 204) throw new Error(`the end of ${name}: ${gone.status} ${gone.body}`);
  }
  plain.destroy();
  control.destroy();
}

try {
  await main();
} finally {
  for (const child of children) {
    child.kill();
    await once(child, "exit");
  }
  rmSync(folder, { recursive: true, force: true });
}
