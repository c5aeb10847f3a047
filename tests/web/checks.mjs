// SPDX-License-Identifier: Apache-2.0
//
// Named checks of one browser test: a failed one is told, and the others go on.
let failed = 0;

export async function check(name, run) {
  try {
    await run();
    console.log(`ok   ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}\n     ${error.stack}`);
  }
}

export const exitCode = () => (failed === 0 ? 0 : 1);
