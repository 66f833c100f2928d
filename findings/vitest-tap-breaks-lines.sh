#!/bin/sh
# Vitest 5.1.2, its reporters `tap` and `tap-flat`.
#
# Guess: what stands in the YAML block below a failed test is indented line by line, so that a message of several lines
# stays in its block, as with Node's own TAP.
# Seen: the lines of a message after its first stand at the very left, also in a subtest that is indented. A message
# with the line "ok 1 - b" has a line that reads as a test of the file, to whoever looks at lines alone.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund vitest@5.1.2
cat >a.test.js <<'JS'
import { describe, test } from "vitest";
describe("basket", () => {
  test("pays", () => { throw new Error("first line\nok 1 - second line"); });
});
JS
CI=1 NO_COLOR=1 node_modules/.bin/vitest run --reporter=tap >report.tap 2>/dev/null || true
if grep -q '^ok 1 - second line' report.tap && grep -q '^ \{8,\}not ok 1 - pays' report.tap; then
  echo "vitest 5.1.2 writes the second line of a message at the very left of its TAP: $(grep -c '^ok' report.tap) test there that is none"
else
  echo "vitest 5.1.2 has changed:"
  cat report.tap
  exit 1
fi
