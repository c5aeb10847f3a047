// SPDX-License-Identifier: Apache-2.0
//
// hubs.tsv and asks.tsv as Redis commands on standard output, for redis-cli --pipe.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

const part = (value) => {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(String(value));
  return Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n')]);
};
const command = (...values) => Buffer.concat([Buffer.from(`*${values.length}\r\n`), ...values.map(part)]);
const send = async (bytes) => {
  if (!process.stdout.write(bytes)) {
    await new Promise((go) => process.stdout.once('drain', go));
  }
};
const rows = (name) => createInterface({ input: createReadStream(join(process.argv[2], name)) });

for await (const line of rows('hubs.tsv')) {
  const [id, x, y, z, needs, languages, catchment, free, total, sure, latitude, longitude] = line.split('\t');
  const hub = Buffer.alloc(34);
  [x, y, z].forEach((value, i) => hub.writeInt32LE(Number(value), 4 * i));
  hub.writeBigUInt64LE(BigInt(needs), 12);
  hub.writeUInt16LE(Number(languages), 20);
  hub.writeUInt32LE(Number(catchment), 22);
  hub.writeUInt16LE(Number(free), 26);
  hub.writeUInt16LE(Number(total), 28);
  hub.writeUInt16LE(Number(sure), 30);
  await send(command('GEOADD', 'at', longitude, latitude, id));
  await send(command('HSET', 'hub', id, hub.subarray(0, 32)));
}
for await (const line of rows('asks.tsv')) {
  const [id, x, y, z, travel, needs, count, language, required, latitude, longitude] = line.split('\t');
  const ask = Buffer.alloc(44);
  [x, y, z].forEach((value, i) => ask.writeInt32LE(Number(value), 4 * i));
  ask.writeUInt32LE(Number(travel), 12);
  ask.writeBigUInt64LE(BigInt(needs), 16);
  ask.writeUInt8(Number(count), 24);
  ask.writeUInt16LE(Number(language), 25);
  ask.writeUInt8(Number(required), 27);
  ask.writeDoubleLE(Number(latitude), 28);
  ask.writeDoubleLE(Number(longitude), 36);
  await send(command('HSET', 'ask', id, ask));
}
