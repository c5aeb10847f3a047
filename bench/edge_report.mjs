// SPDX-License-Identifier: Apache-2.0
//
// The table of edge.sh: medians over the rounds, then the ratios of goals S1 and S2.
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

const lines = readFileSync(process.argv[2], 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
const rounds = (label) => lines.filter((line) => line.label === label);
const cost = (label) => median(rounds(label).map((line) => line.cpu_ns / 1000 / line.good));
const rate = (label) => median(rounds(label).map((line) => line.good_per_s));

if (lines.some((line) => line.good === 0)) {
  console.log('A server gave no good answer; nothing can be said.');
  process.exit(70);
}
console.log(`${cpus().length} cores (${cpus()[0].model}), load average ${loadavg()[0].toFixed(1)}, ` +
  `${lines[0].connections} connections, closed loop, client on the same cores\n`);
console.log('server       CPU us per request     good/s');
for (const label of new Set(lines.map((line) => line.label))) {
  console.log(label.padEnd(12), cost(label).toFixed(2).padStart(18), String(Math.round(rate(label))).padStart(10));
}
console.log('\nCPU of the bare edge to …');
for (const [name, label, goal] of [['S1', 'epoll', 1.6], ['S2', 'node-http', 0.40], ['S2', 'fastify', 0.20]]) {
  console.log(`${name} ${label.padEnd(10)} ${(cost('bare') / cost(label)).toFixed(3)}   (goal at most ${goal})`);
}
