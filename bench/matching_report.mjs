// SPDX-License-Identifier: Apache-2.0
//
// The table of matching.sh: questions a second by number of hubs, ratios to Hubward, growth of each.
// Ends with 1 when a peer gave another answer than Hubward: then the figures compare nothing.
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

const lines = readFileSync(process.argv[2], 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const rows = lines.filter((line) => line.peer);
const sizes = [...new Set(rows.map((row) => row.hubs))];
const peers = [...new Set(rows.map((row) => row.peer))];
const of = (peer, hubs) => rows.find((row) => row.peer === peer && row.hubs === hubs);
const right = (text, width) => String(text).padStart(width);
const short = (n) => (n >= 100 ? Math.round(n) : n.toFixed(1));

console.log(`${cpus().length} cores (${cpus()[0].model}), load average ${loadavg()[0].toFixed(1)}\n`);
console.log('questions/s'.padEnd(18) + sizes.map((hubs) => right(hubs, 12)).join('') + right('growth', 10));
for (const peer of peers) {
  const rates = sizes.map((hubs) => of(peer, hubs)?.per_second);
  // The slope of log time over log hubs, by least squares.
  const points = sizes.map((hubs, i) => [Math.log(hubs), -Math.log(rates[i])]);
  const mean = (k) => points.reduce((sum, p) => sum + p[k], 0) / points.length;
  const slope = points.reduce((sum, p) => sum + (p[0] - mean(0)) * (p[1] - mean(1)), 0) /
    points.reduce((sum, p) => sum + (p[0] - mean(0)) ** 2, 0);
  console.log(peer.padEnd(18) + rates.map((rate) => right(short(rate), 12)).join('') +
    right(sizes.length > 1 ? `N^${slope.toFixed(2)}` : '-', 10));
}
console.log('\nHubward, one core, is so many times');
for (const peer of peers.filter((name) => name !== 'hubward')) {
  console.log(peer.padEnd(18) + sizes.map((hubs) =>
    right(short(of('hubward', hubs).per_second / of(peer, hubs).per_second), 12)).join(''));
}
const http = lines.filter((line) => line.label?.startsWith('http '));
if (http.length > 0) {
  const best = http.reduce((a, b) => (b.good_per_s > a.good_per_s ? b : a));
  const hubs = Number(best.label.split(' ')[1]);
  const ratio = best.good_per_s / of('postgis', hubs).per_second;
  console.log(`\nPOST /v1/matches over loopback HTTP, ${hubs} hubs: ${short(best.good_per_s)}/s with ` +
    `${best.connections} connections, ${ratio.toFixed(2)} times PostGIS through its own socket`);
}
const wrong = rows.filter((row) => row.asked !== undefined && row.agree !== row.asked);
console.log('\nanswers that agree: ' + rows.filter((row) => row.asked !== undefined)
  .map((row) => `${row.peer} ${row.hubs}: ${row.agree}/${row.asked}`).join(', '));
process.exitCode = wrong.length > 0 ? 1 : 0;
