// SPDX-License-Identifier: Apache-2.0
//
// The table of compare.sh: medians over the rounds, then ratios. Node, because the peer needs it anyway.
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

const lines = readFileSync(process.argv[2], 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
const labels = [...new Set(lines.map((line) => line.label))];
const counts = [...new Set(lines.map((line) => line.connections))];

const cell = (label, count) => {
  const rounds = lines.filter((line) => line.label === label && line.connections === count);
  const of = (key) => median(rounds.map((round) => round[key]));
  const bad = rounds.reduce((sum, round) => sum + round.lost + Object.entries(round.status)
    .filter(([status]) => !status.startsWith('2')).reduce((n, [, times]) => n + times, 0), 0);
  return { rate: of('good_per_s'), p50: of('p50_us'), p99: of('p99_us'), p999: of('p999_us'), bad, rounds: rounds.length };
};

const right = (text, width) => String(text).padStart(width);
const ms = (us) => (us / 1000).toFixed(2);
console.log(`${cpus().length} cores (${cpus()[0].model}), load average ${loadavg()[0].toFixed(1)}, ` +
  `median of ${cell(labels[0], counts[0]).rounds} rounds, closed loop, client on the same cores\n`);
console.log('connections  server        good/s      p50 ms    p99 ms  p99.9 ms   not 2xx');
for (const count of counts) {
  for (const label of labels) {
    const { rate, p50, p99, p999, bad } = cell(label, count);
    console.log(right(count, 11), ' ' + label.padEnd(12), right(Math.round(rate), 8), ' ',
      right(ms(p50), 9), right(ms(p99), 9), right(ms(p999), 9), right(bad, 9));
  }
}
console.log('\nratios, hubward to …');
console.log('connections   good/s : bare   good/s : batches   good/s : fastify+pg   p99 : fastify+pg   p50 - bare p50, ms');
for (const count of counts) {
  const ours = cell('hubward', count);
  const bare = cell('bare', count);
  const batches = cell('batches', count);
  const peer = labels.includes('fastify+pg') ? cell('fastify+pg', count) : null;
  console.log(right(count, 11), right((ours.rate / bare.rate).toFixed(3), 15),
    right((ours.rate / batches.rate).toFixed(3), 18),
    right(peer ? (ours.rate / peer.rate).toFixed(2) : '-', 21),
    right(peer ? (ours.p99 / peer.p99).toFixed(3) : '-', 18), right(ms(ours.p50 - bare.p50), 20));
}
if (lines.some((line) => line.lost > 0 || Object.keys(line.status).some((status) => !status.startsWith('2')))) {
  console.log('\nSome answers were not 2xx: the rates count good ones only, but look before you believe them.');
}
