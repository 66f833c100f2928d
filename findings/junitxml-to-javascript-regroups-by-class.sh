#!/bin/sh
# junitxml-to-javascript 1.1.4.
#
# Guess: the suites of the file are the suites of the result; so two browsers' suites stay two.
# Seen: the cases are put together anew by their classname, over the whole file. The suites "chrome" and "firefox" with a
# class "cart" become one suite "cart", in which the test is there twice, once failed, and no browser is named; a suite
# of cases of two classes becomes two. The properties and the moment are those of the first.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund junitxml-to-javascript@1.1.4
cat >read.cjs <<'JS'
const Parser = require("junitxml-to-javascript");
const suite = (name, cases) => `<testsuite name="${name}" timestamp="2026-11-01T10:00:00Z">
<properties><property name="browser" value="${name}"/></properties>${cases}</testsuite>`;
const pays = (end) => `<testcase classname="cart" name="pays" time="1">${end}</testcase>`;
const login = `<testcase classname="account" name="logs in" time="1"></testcase>`;
const file = [suite("chrome", pays("") + login), suite("firefox", pays(`<failure message="no"/>`))].join("");
new Parser().parseXMLString(`<testsuites>${file}</testsuites>`).then(({ testsuites }) => {
  const told = ({ name, properties, testCases }) =>
    `${name} (${properties.map(({ value }) => value)}): ${testCases.map(({ name, result }) => `${name} ${result}`)}`;
  console.log(testsuites.map(told).join("; "));
});
JS
seen=$(node read.cjs)
if [ "$seen" = "cart (chrome): pays succeeded,pays failed; account (chrome): logs in succeeded" ]; then
  echo "junitxml-to-javascript 1.1.4 makes suites of the classes, and one of two browsers' suites: $seen"
else
  echo "junitxml-to-javascript 1.1.4 has changed: $seen"
  exit 1
fi
