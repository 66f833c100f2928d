#!/bin/sh
# @reporters/junit 2.1.3 and node-test-junit-reporter 2.0.1, reporters for node:test.
#
# Guess: a test that is marked as todo and fails, which does not fail the run, is <skipped> in the report, as a todo
# without a body is.
# Seen: the run ends with 0, and the first has <skipped> and <failure> in one case; the second has <error>, counts it in
# errors="1", and has a todo without a body as a plain pass.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @reporters/junit@2.1.3 node-test-junit-reporter@2.0.1
cat >a.test.mjs <<'JS'
import { test } from "node:test";
test("pays later", { todo: "not yet" }, () => {
  throw new Error("no till");
});
test("pays back", { todo: true });
JS
seen() {
  code=0
  timeout 60 node --test --test-reporter="$1" a.test.mjs >report.xml || code=$?
  tags=$(grep -oE '<(testcase name="[^"]*"|skipped|failure|error|error>)' report.xml | tr -d '<>' | sed 's/testcase name=//' | tr '\n' ' ')
  echo "$1 $code: $tags"
}
{
  seen @reporters/junit
  seen node-test-junit-reporter
} | sed 's/ $//' >lines
cat >wanted <<'TXT'
@reporters/junit 0: "pays later" skipped failure "pays back" skipped
node-test-junit-reporter 0: "pays later" error "pays back"
TXT
if cmp -s lines wanted; then
  echo "@reporters/junit 2.1.3 and node-test-junit-reporter 2.0.1 tell a failure in a run that ended with 0, for a todo"
else
  echo "one of the two has changed, or node:test has:"
  cat lines
  exit 1
fi
