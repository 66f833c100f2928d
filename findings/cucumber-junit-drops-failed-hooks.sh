#!/bin/sh
# cucumber-junit 1.7.1, which turns the JSON of cucumber-js (here 11.3.0) into JUnit XML.
#
# Guess: a hook that fails is a failed case of its scenario's suite, as each step is a case.
# Seen: hooks are left out, as they are hidden in the JSON. A scenario whose Before failed has skipped steps alone, and
# one whose After failed has passed: a run that ended with 1 has a report without a failure, with `strict` as well.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @cucumber/cucumber@11.3.0 cucumber-junit@1.7.1
mkdir features
cat >features/till.feature <<'TXT'
Feature: till
  @before
  Scenario: opens
    Given a till
  @after
  Scenario: closes
    Given a till
TXT
cat >features/steps.cjs <<'JS'
const { After, Before, Given } = require("@cucumber/cucumber");
const fail = () => {
  throw new Error("stuck");
};
Given("a till", () => {});
Before({ tags: "@before" }, fail);
After({ tags: "@after" }, fail);
JS
code=0
timeout 60 node_modules/.bin/cucumber-js --require features/steps.cjs --format json:run.json >/dev/null 2>&1 || code=$?
seen=$(node -e '
const report = require("cucumber-junit")(require("fs").readFileSync("run.json", "utf8"), { strict: true });
const tags = report.match(/<testsuite name="[^"]*"|<(testcase|failure|error|skipped)\b/g);
console.log(tags.map((tag) => tag.replace(/<(testsuite name=)?/, "")).join(" "));
')
if [ "$code $seen" = '1 "till;opens" testcase skipped "till;closes" testcase' ]; then
  echo "cucumber-junit 1.7.1 tells no failure of a run whose Before and After hooks failed"
else
  echo "cucumber-junit 1.7.1 has changed: $code $seen"
  exit 1
fi
