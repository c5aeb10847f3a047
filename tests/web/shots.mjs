// SPDX-License-Identifier: Apache-2.0
//
// Pictures of every page for a person to look at: node shots.mjs <hubward binary> <folder>
// [language] [dark|light] [page…]. Nothing is judged here; matrix.mjs judges.
import { mkdirSync } from "node:fs";
import { startBrowser } from "./browser.mjs";
import { startScene } from "./scene.mjs";

const [binary, folder, language = "en", scheme = "light", ...only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const scene = await startScene(binary);
const browser = await startBrowser();
try {
  for (const entry of await scene.pages()) {
    const [name, path, step] = entry;
    if (only.length > 0 && !only.includes(name)) continue;
    for (const width of [1280, 375]) {
      const context = await browser.newContext({
        viewport: { width, height: width === 1280 ? 900 : 800 }, colorScheme: scheme,
        storageState: scene.stateFor(path, step) });
      const page = await context.newPage();
      await scene.show(page, entry, language);
      await page.waitForTimeout(400); // for a person's eye only: the badge has connected by then
      await page.screenshot({ path: `${folder}/${name}-${width}-${language}-${scheme}.png`, fullPage: true });
      await context.close();
    }
  }
} finally {
  await browser.close();
  await scene.stop();
}
