// SPDX-License-Identifier: Apache-2.0
//
// Makes web/dist out of web/styles and web/client: `npm --prefix web ci && npm --prefix web run build`.
//
// web/dist is checked in, so that the server builds without npm. dist/made_from.json names the bytes
// that it was made from; tests/web/dist_test.py compares, and `npm run check` builds again and
// compares the result.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";
import { withPalette } from "./palette.mjs";

const web = fileURLToPath(new URL(".", import.meta.url));
const own = "/*! SPDX-License-Identifier: Apache-2.0 */";
const nhsuk = "/*! SPDX-License-Identifier: Apache-2.0. Holds parts of nhsuk-frontend 10.6.1 (MIT): web/THIRD_PARTY.md */";

// Sides become beginnings and ends, so that one sheet also reads from right to left.
function withoutSides(css) {
  return css
    .replace(/\b(margin|padding)-left\b/g, "$1-inline-start")
    .replace(/\b(margin|padding)-right\b/g, "$1-inline-end")
    .replace(/\bborder-left\b/g, "border-inline-start")
    .replace(/\bborder-right\b/g, "border-inline-end")
    .replace(/(?<=[;{]\s*)left(?=\s*:)/g, "inset-inline-start")
    .replace(/(?<=[;{]\s*)right(?=\s*:)/g, "inset-inline-end")
    .replace(/\btext-align:\s*left\b/g, "text-align: start")
    .replace(/\btext-align:\s*right\b/g, "text-align: end")
    .replace(/\bfloat:\s*left\b/g, "float: inline-start")
    .replace(/\bfloat:\s*right\b/g, "float: inline-end");
}

// Pictures of parts that we do not use (sortable tables, search fields) would be asked for in vain.
function withoutPictures(css) {
  return css.replace(/[\w-]+\s*:\s*[^;{}]*url\([^;{}]*;/g, "");
}

async function styles() {
  const made = sass.compile(join(web, "styles/hubward.scss"), {
    loadPaths: [join(web, "node_modules/nhsuk-frontend/dist")],
    style: "expanded", charset: false, silenceDeprecations: ["if-function"],
  });
  const sheet = withPalette(withoutSides(withoutPictures(made.css)));
  const small = await esbuild.transform(sheet, { loader: "css", minify: true, target: "chrome88", legalComments: "none" });
  // Sass divides to ten places; four are a hundredth of a pixel.
  return `${nhsuk}\n${small.code.replace(/(\.\d{4})\d+/g, "$1")}`;
}

async function script(name) {
  const made = await esbuild.build({
    entryPoints: [join(web, `client/${name}.ts`)], bundle: true, minify: true, format: "esm",
    target: "es2020", write: false, legalComments: "none",
  });
  return `${own}\n${made.outputFiles[0].text}`;
}

const hash = (bytes) => createHash("sha256").update(bytes).digest("hex");

function sources() {
  const files = ["build.mjs", "palette.mjs", "package.json", "package-lock.json", "tsconfig.json"];
  for (const folder of ["client", "styles"]) {
    for (const name of readdirSync(join(web, folder))) files.push(`${folder}/${name}`);
  }
  return Object.fromEntries(files.sort().map((f) => [f, hash(readFileSync(join(web, f)))]));
}

const made = { "hubward.css": await styles(), "live.js": await script("live"), "refer.js": await script("refer"), "enter.js": await script("enter") };
const note = { sources: sources(), made: Object.fromEntries(Object.entries(made).map(([n, t]) => [n, hash(t)])) };
made["made_from.json"] = `${JSON.stringify(note, null, 1)}\n`;

let stale = 0;
mkdirSync(join(web, "dist"), { recursive: true });
for (const [name, text] of Object.entries(made)) {
  const place = join(web, "dist", name);
  if (!process.argv.includes("--check")) writeFileSync(place, text);
  else if (readFileSync(place, "utf8") !== text) {
    stale += 1;
    console.error(`web/dist/${name} is not what its sources make; run: npm --prefix web run build`);
  }
}
process.exit(stale === 0 ? 0 : 1);
