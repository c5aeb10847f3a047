// SPDX-License-Identifier: Apache-2.0
//
// What a good team would write in an afternoon: fastify checks the body against a schema, PostgreSQL
// inserts it with synchronous_commit on (its default) through a pool and a prepared statement.
//
//   node server.mjs PORT PG_SOCKET_FOLDER [POOL]
import Fastify from 'fastify';
import pg from 'pg';

const [port, socketFolder, pool = '20'] = process.argv.slice(2);
const database = new pg.Pool({ host: socketFolder, user: 'postgres', database: 'postgres', max: Number(pool) });
const server = Fastify({ bodyLimit: 64 * 1024 });

const referral = {
  type: 'object',
  required: ['needs', 'consent'],
  properties: {
    needs: { type: 'array', minItems: 1, maxItems: 8 },
    consent: { type: 'object', required: ['share_with_hub'] },
    person: { type: 'object' },
  },
};
const headers = { type: 'object', required: ['idempotency-key', 'authorization'] };

const insert = {
  name: 'insert',
  text: `insert into referrals (idempotency_key, practice, body) values ($1, $2, $3)
         on conflict (idempotency_key) do nothing returning id, received`,
};

server.post('/v1/referrals', { schema: { body: referral, headers } }, async (request, reply) => {
  const key = request.headers['idempotency-key'];
  const done = await database.query({ ...insert, values: [key, 'PEER01', JSON.stringify(request.body)] });
  let [row] = done.rows;
  if (row === undefined) {
    const first = await database.query(
      'select id, received from referrals where idempotency_key = $1', [key]);
    [row] = first.rows;
  }
  reply.code(201);
  return { id: row.id, status: 'offered', created: row.received, links: { self: `/v1/referrals/${row.id}` } };
});

await server.listen({ port: Number(port), host: '127.0.0.1' });
console.log('ready');
