#!/bin/sh
# junit-to-ctrf 0.0.14, a converter from JUnit XML to CTRF.
#
# Guess: CTRF's `suite` is a list, so a case of a suite within a suite has both, outermost first, and the case's
# classname is kept somewhere.
# Seen: the list has only the innermost suite, the name is that suite's and the case's, and the classname is nowhere in
# the output. Two tests of different classes and outer suites become two entries that nothing tells apart.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund junit-to-ctrf@0.0.14
cat >report.xml <<'XML'
<testsuites tests="2" failures="0">
  <testsuite name="buyer" tests="1" failures="0"><testsuite name="abroad" tests="1" failures="0">
    <testcase name="pays" classname="shop.Buyer" time="0.1"/></testsuite></testsuite>
  <testsuite name="seller" tests="1" failures="0"><testsuite name="abroad" tests="1" failures="0">
    <testcase name="pays" classname="shop.Seller" time="0.1"/></testsuite></testsuite>
</testsuites>
XML
node_modules/.bin/junit-to-ctrf report.xml -o ctrf.json >/dev/null
node -e '
const text = require("fs").readFileSync("ctrf.json", "utf8");
const tests = JSON.parse(text).results.tests.map((each) => JSON.stringify(each));
const seen = tests.length === 2 && tests[0] === tests[1] && tests[0].includes(`"suite":["abroad"]`) &&
  !/buyer|seller/i.test(text);
if (!seen) { console.log("junit-to-ctrf 0.0.14 has changed:", tests); process.exit(1); }
console.log("junit-to-ctrf 0.0.14 makes two equal entries of two tests; outer suite and classname are lost:", tests[0]);
'
