#!/bin/sh
# ctrf 0.3.0, the reference implementation of CTRF, its functions generateTestId and merge.
#
# Guess: tests in different suites have different ids, as a suite is a list of names and not a path.
# Seen: the list is joined by "/" first, so that the suites ["api", "v1", "users"] and ["api", "v1/users"] have one id, as
# names of routes easily do. merge() with deduplicateTests then keeps one of two different tests, the failed one or not.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ctrf@0.3.0
cat >ids.mjs <<'JS'
import { generateTestId, merge, ReportBuilder, TestBuilder } from "ctrf";
const report = (suite, status) => {
  const testId = generateTestId({ name: "lists", suite });
  const test = new TestBuilder().testId(testId).name("lists").suite(suite).status(status).duration(1).build();
  return new ReportBuilder().tool({ name: "tool" }).addTest(test).build();
};
const nested = report(["api", "v1", "users"], "failed");
const flat = report(["api", "v1/users"], "passed");
const { tests, summary } = merge([nested, flat], { deduplicateTests: true }).results;
const ids = new Set([nested, flat].map(({ results }) => results.tests[0].testId));
console.log(`${ids.size} id, ${tests.length} test, ${summary.failed} failed`);
JS
seen=$(node ids.mjs)
if [ "$seen" = "1 id, 1 test, 0 failed" ]; then
  echo "ctrf 0.3.0 gives the suites [api, v1, users] and [api, v1/users] one id, and merges a failed test away"
else
  echo "ctrf 0.3.0 has changed: $seen"
  exit 1
fi
