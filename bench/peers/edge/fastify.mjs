// SPDX-License-Identifier: Apache-2.0
//
// fastify as it comes: its content type parser reads JSON, a route sends the bare edge's answer.
//
//   node fastify.mjs PORT     prints "ready", ends with standard input
import Fastify from 'fastify';
import { answer } from './answer.mjs';

const server = Fastify({ bodyLimit: 64 * 1024 });
server.post('/v1/referrals', (request, reply) => {
  reply.code(201).type('application/json').send(answer);
});
await server.listen({ port: Number(process.argv[2]), host: '127.0.0.1' });
console.log('ready');
process.stdin.on('end', () => process.exit(0)).resume();
