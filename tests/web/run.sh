#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh <test> <hubward binary> [options]: pages.mjs, matrix.mjs … in Debian's chromium. 77: something
# it needs is missing.
set -eu
cd "$(dirname "$0")"
missing() {
    echo "SKIPPED, THE PAGES WERE NOT TESTED IN A BROWSER: $1" >&2
    exit 77
}
command -v node >/dev/null || missing "install nodejs"
command -v chromium >/dev/null || missing "install chromium"
{ [ -d node_modules/playwright-core ] && [ -d node_modules/axe-core ]; } || npm ci --no-audit --no-fund >/dev/null 2>&1 ||
    missing "run: npm ci (in tests/web)"
exec node "$@"
