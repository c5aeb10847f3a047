// SPDX-License-Identifier: Apache-2.0
//
// node receiver.mjs KEY CERT: takes messages over TLS and counts them by path. GET /counts tells how many came
// and when; GET /away?PATH and GET /here?PATH make it refuse and take those of a path. Prints its port.
import { createServer } from "node:https";
import { readFileSync } from "node:fs";

const [, , key, cert] = process.argv;
const paths = new Map();
const of = (path) => {
  if (!paths.has(path)) paths.set(path, { count: 0, first: 0, last: 0, body: "", headers: {}, times: [], away: false });
  return paths.get(path);
};
const now = () => Number(process.hrtime.bigint()) / 1e6;

const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
  const url = new URL(request.url, "https://receiver");
  if (request.method === "GET") {
    if (url.pathname !== "/counts") of(url.search.slice(1)).away = url.pathname === "/away";
    response.end(JSON.stringify(Object.fromEntries(paths)));
    return;
  }
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const one = of(url.pathname);
    response.statusCode = one.away ? 503 : 204;
    response.end();
    if (one.away) return;
    one.last = now();
    one.first = one.first || one.last;
    one.count += 1;
    if (one.times.length < 2000) one.times.push(one.last);
    if (one.count % 100 === 50) {
      one.body = Buffer.concat(chunks).toString();
      one.headers = request.headers;
    }
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
