// SPDX-License-Identifier: Apache-2.0
//
// Node in process answers the questions of FOLDER twice: as one writes it (objects, filter, map, sort),
// and tuned (typed arrays, bands of ten kilometres sorted along the other axis). Every answer asked is
// checked; processor time of the best of five passes; one JSON line each.
//
//   node --max-old-space-size=8000 bench/peers/matching/node.mjs FOLDER HUBS
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, count] = process.argv.slice(2);
const hubsCount = Number(count);
const rows = (name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n').map((line) => line.split('\t'));
// Need codes are bits 0 … 40 or so: two halves of 32 bits each.
const low = (mask) => Number(BigInt(mask) & 0xffffffffn) | 0;
const high = (mask) => Number(BigInt(mask) >> 32n) | 0;
const bitsOf = (mask) => [...BigInt(mask).toString(2)].reverse().flatMap((bit, i) => (bit === '1' ? [i] : []));
const hubs = rows('hubs.tsv').map(([id, x, y, z, needs, languages, catchment, free, total, sure]) => ({
  id: +id, x: +x, y: +y, z: +z, needs: new Set(bitsOf(needs)), low: low(needs), high: high(needs),
  languages: +languages, catchment: +catchment, free: +free, total: +total, sure: +sure,
}));
const asks = rows('asks.tsv').map(([, x, y, z, travel, needs, needCount, language, required]) => ({
  x: +x, y: +y, z: +z, travel: +travel, needs: bitsOf(needs), low: low(needs), high: high(needs),
  count: +needCount, language: +language, required: required === '1',
}));
const expected = rows('answers.tsv').map(([, ...found]) => found.join(' '));
const scale = 536870912;

const metresBetween = (a, b) => Math.floor(
  Math.floor(Math.sqrt((a.x - b.x) ** 2 + (a.y - b.y) ** 2 + (a.z - b.z) ** 2)) * 6371009 / scale);

function idiomatic(ask) {
  return hubs
    .map((hub) => ({
      hub,
      metres: metresBetween(ask, hub),
      served: ask.needs.filter((need) => hub.needs.has(need)).length,
      speaks: (hub.languages & ask.language) !== 0,
    }))
    .filter(({ hub, metres, served, speaks }) => served > 0 && metres <= ask.travel &&
      (hub.catchment === 0 || metres <= hub.catchment) && (!ask.required || speaks))
    .map(({ hub, metres, served, speaks }) => ({
      id: hub.id,
      points: Math.floor(400 * (ask.travel - metres) / ask.travel) + Math.floor(250 * served / ask.count) +
        (speaks ? 150 : 0) + (hub.total === 0 ? 0 : Math.floor(50 * hub.free / hub.total)) +
        Math.floor(50 * hub.sure / 1000),
    }))
    .sort((a, b) => b.points - a.points || a.id - b.id)
    .slice(0, 10);
}

// --- tuned ---
const band = 10_000 * scale / 6371009;
const order = hubs.map((_, i) => i).sort((a, b) =>
  Math.floor(hubs[a].y / band) - Math.floor(hubs[b].y / band) || hubs[a].z - hubs[b].z);
const column = (Type, key) => Type.from(order, (i) => hubs[i][key]);
const X = column(Int32Array, 'x'), Y = column(Int32Array, 'y'), Z = column(Int32Array, 'z');
const LOW = column(Int32Array, 'low'), HIGH = column(Int32Array, 'high');
const LANGUAGES = column(Int32Array, 'languages'), CATCHMENT = column(Float64Array, 'catchment');
const ID = column(Int32Array, 'id');
const SPARE = Int32Array.from(order, (i) => Math.floor(50 * hubs[i].sure / 1000) +
  (hubs[i].total === 0 ? 0 : Math.floor(50 * hubs[i].free / hubs[i].total)));
const bands = Math.floor(Math.max(...order.slice(-1).map((i) => hubs[i].y)) / band) + 2;
const start = new Int32Array(bands + 1).fill(hubsCount);
for (let k = hubsCount - 1; k >= 0; --k) start[Math.floor(Y[k] / band)] = k;
for (let b = bands - 1; b >= 0; --b) start[b] = Math.min(start[b], start[b + 1]);
const bits = (mask) => {
  let n = 0;
  for (let m = mask; m !== 0; m &= m - 1) ++n;
  return n;
};
function firstFrom(value, from, to) {
  while (from < to) {
    const middle = (from + to) >> 1;
    if (Z[middle] < value) from = middle + 1; else to = middle;
  }
  return from;
}
const topId = new Int32Array(10), topPoints = new Int32Array(10);
function tuned(ask) {
  let found = 0;
  const reach = (ask.travel + 1) * scale / 6371009, square = reach * reach;
  const last = Math.min(bands - 1, Math.floor((ask.y + reach) / band));
  for (let b = Math.max(0, Math.floor((ask.y - reach) / band)); b <= last; ++b) {
    for (let k = firstFrom(ask.z - reach, start[b], start[b + 1]); k < start[b + 1] && Z[k] <= ask.z + reach; ++k) {
      const dx = X[k] - ask.x, dy = Y[k] - ask.y, dz = Z[k] - ask.z, d2 = dx * dx + dy * dy + dz * dz;
      if (d2 > square || ((LOW[k] & ask.low) | (HIGH[k] & ask.high)) === 0) continue;
      const speaks = (LANGUAGES[k] & ask.language) !== 0;
      if (ask.required && !speaks) continue;
      const metres = Math.floor(Math.floor(Math.sqrt(d2)) * 6371009 / scale);
      if (metres > ask.travel || (CATCHMENT[k] !== 0 && metres > CATCHMENT[k])) continue;
      const served = bits(LOW[k] & ask.low) + bits(HIGH[k] & ask.high);
      const points = Math.floor(400 * (ask.travel - metres) / ask.travel) + Math.floor(250 * served / ask.count) +
        (speaks ? 150 : 0) + SPARE[k];
      const id = ID[k];
      if (found === 10 && (points < topPoints[9] || (points === topPoints[9] && id > topId[9]))) continue;
      let at = found === 10 ? 9 : found++;
      while (at > 0 && (points > topPoints[at - 1] || (points === topPoints[at - 1] && id < topId[at - 1]))) {
        topPoints[at] = topPoints[at - 1];
        topId[at] = topId[at - 1];
        --at;
      }
      topPoints[at] = points;
      topId[at] = id;
    }
  }
  return found;
}
const toldByTuned = (ask) =>
  Array.from({ length: tuned(ask) }, (_, i) => `${topId[i]}:${topPoints[i]}`).join(' ');
const toldByIdiomatic = (ask) => idiomatic(ask).map(({ id, points }) => `${id}:${points}`).join(' ');

function measure(peer, answer, told, most) {
  const some = asks.slice(0, most);
  const agree = some.filter((ask, i) => told(ask) === expected[i]).length;
  let best = Infinity;
  for (let pass = 0; pass < 5; ++pass) {
    const begin = process.cpuUsage();
    for (const ask of some) answer(ask);
    const { user, system } = process.cpuUsage(begin);
    best = Math.min(best, (user + system) / some.length);
  }
  console.log(JSON.stringify({ peer, hubs: hubsCount, us: best, per_second: 1e6 / best, agree, asked: some.length }));
}
measure('node, idiomatic', idiomatic, toldByIdiomatic, Math.max(10, Math.min(asks.length, Math.floor(4e6 / hubsCount))));
measure('node, tuned', tuned, toldByTuned, asks.length);
