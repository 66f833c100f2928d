#!/bin/sh
# junit2json 4.0.0, JUnit XML to JSON with types for TypeScript, in which `time` is a number.
#
# Guess: a time with grouping ("1,234.5", as Surefire writes it) is 1234.5, or null as an empty one is.
# Seen: it stays a string, an empty one is null, others are numbers: a sum over them is a text.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund junit2json@4.0.0
cat >report.xml <<'XML'
<testsuite name="s" tests="3" time="1,234.5">
  <testcase name="a" classname="c" time="1,234.5"/>
  <testcase name="b" classname="c" time=""/>
  <testcase name="c" classname="c" time="0.5"/>
</testsuite>
XML
node_modules/.bin/junit2json report.xml >out.json
node -e '
const { testcase } = JSON.parse(require("fs").readFileSync("out.json", "utf8"));
const times = JSON.stringify(testcase.map(({ time }) => time));
if (times !== process.argv[1]) { console.log("junit2json 4.0.0 has changed:", times); process.exit(1); }
console.log("junit2json 4.0.0 gives the times 1,234.5 and nothing and 0.5 as", times);
' '["1,234.5",null,0.5]'
