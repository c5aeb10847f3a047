// SPDX-License-Identifier: Apache-2.0
//
// Node's own http: reads the body, looks at nothing, sends the bare edge's answer.
//
//   node node_http.mjs PORT     prints "ready", ends with standard input
import { createServer } from 'node:http';
import { answer } from './answer.mjs';

const head = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) };

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    Buffer.concat(parts);  // a body that is there, as the bare edge has one
    response.writeHead(201, head);
    response.end(answer);
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('ready'));
process.stdin.on('end', () => process.exit(0)).resume();
