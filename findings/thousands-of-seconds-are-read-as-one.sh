#!/bin/sh
# junit-to-ctrf 0.0.14 and junitxml-to-javascript 1.1.4, two readers of JUnit XML.
#
# Guess: a time with grouping, "1,234.5" as Surefire writes it, is 1234.5 seconds in the first, and NaN in the second.
# Seen: both take what stands before the comma: a test of twenty minutes took one second, and a suite's sum is as wrong.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund junit-to-ctrf@0.0.14 junitxml-to-javascript@1.1.4
cat >report.xml <<'XML'
<testsuites><testsuite name="s" tests="2" time="1,236.5">
  <testcase name="long" classname="c" time="1,234.5"/>
  <testcase name="short" classname="c" time="2"/>
</testsuite></testsuites>
XML
timeout 60 node_modules/.bin/junit-to-ctrf report.xml -o report.json >/dev/null
seen=$(node -e '
const Parser = require("junitxml-to-javascript");
const { tests } = JSON.parse(require("fs").readFileSync("report.json", "utf8")).results;
new Parser().parseXMLFile("report.xml").then(({ testsuites: [suite] }) => {
  const cases = suite.testCases.map(({ duration }) => duration);
  console.log(`${tests.map(({ duration }) => duration)} ms; ${cases} s, sum ${suite.durationSec}`);
});
')
if [ "$seen" = "1000,2000 ms; 1,2 s, sum 3" ]; then
  echo "junit-to-ctrf 0.0.14 and junitxml-to-javascript 1.1.4 read 1,234.5 seconds as one second"
else
  echo "junit-to-ctrf 0.0.14 or junitxml-to-javascript 1.1.4 has changed: $seen"
  exit 1
fi
