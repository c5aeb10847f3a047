// SPDX-License-Identifier: Apache-2.0
//
// PUTs the hubs of an NDJSON file to a server, 32 at a time.
//
//   HUBWARD_TOKEN=hw1.… node put_hubs.mjs http://127.0.0.1:8080 hubs.ndjson
import { Agent, request } from 'node:http';
import { readFileSync } from 'node:fs';

const [base, file] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 32 });
const documents = readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
const put = ({ slug, ...hub }) => new Promise((done, failed) => {
  const body = JSON.stringify(hub);
  const sent = request(`${base}/v1/hubs/${slug}`, {
    agent, method: 'PUT',
    headers: { Authorization: `Bearer ${process.env.HUBWARD_TOKEN}`, 'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body), 'Idempotency-Key': `bench-${slug}` },
  }, (answer) => {
    let text = '';
    answer.on('data', (part) => { text += part; });
    answer.on('end', () => (answer.statusCode < 300 ? done() : failed(new Error(`${slug}: ${answer.statusCode} ${text}`))));
  });
  sent.on('error', failed);
  sent.end(body);
});
let next = 0;
await Promise.all(Array.from({ length: 32 }, async () => {
  while (next < documents.length) await put(documents[next++]);
}));
agent.destroy();
