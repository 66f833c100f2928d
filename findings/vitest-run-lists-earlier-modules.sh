#!/bin/sh
# Vitest 5.1.1, vitest/node.
#
# Guess: what runTestSpecifications answers is about the files that it was given: testModules are theirs.
# Seen: testModules lists the files of every earlier run of the same instance too, with their old verdicts. Whoever runs
# one file after another and asks whether any module failed is told of a failure that is over: the second run here
# passes, and its answer holds a failed module.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund vitest@5.1.1
for pair in "red:2" "green:1"; do
  cat >"${pair%:*}.test.js" <<JS
import { expect, test } from "vitest";
test("is one", () => expect(${pair#*:}).toBe(1));
JS
done
cat >run.mjs <<'JS'
import { basename } from "node:path";
import { createVitest } from "vitest/node";
const vitest = await createVitest("test", { watch: true, reporters: [{}] }, { server: { watch: null } });
for (const file of ["red.test.js", "green.test.js"]) {
  const given = await vitest.globTestSpecifications([file]);
  const { testModules } = await vitest.runTestSpecifications(given);
  const listed = testModules.map((each) => `${basename(each.moduleId)}=${each.state()}`).sort();
  console.log(`${given.length} given: ${listed.join(" ")}`);
}
await vitest.close();
process.exit(0);
JS
seen=$(node run.mjs | paste -sd "/")
if [ "$seen" = "1 given: red.test.js=failed/1 given: green.test.js=passed red.test.js=failed" ]; then
  echo "vitest 5.1.1: runTestSpecifications lists the modules of earlier runs too, a failed one after it was left out"
else
  echo "vitest 5.1.1 has changed: $seen"
  exit 1
fi
