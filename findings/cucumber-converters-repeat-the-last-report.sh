#!/bin/sh
# cucumber-junit-convert 2.1.1 and cucumber-to-junit 0.1.3, which turn the JSON of cucumber-js into JUnit XML.
#
# Guess: each file that is converted gets a report of its own.
# Seen: a report holds also what the process has converted before. Two files give two reports, and three suites in all.
# Both tools build upon one object of junit-report-builder 1.3.3, so that the second has the suites of the first, too.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cucumber-junit-convert@2.1.1 cucumber-to-junit@0.1.3
cat >convert.cjs <<'JS'
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const { setTimeout: sleep } = require("node:timers/promises");
const { convert } = require("cucumber-junit-convert");
const { CucumberConverter } = require("cucumber-to-junit");
const suites = async (name) => {
  for (let tries = 0; !existsSync(name) && tries < 50; tries++) await sleep(100);
  await sleep(100);
  return readFileSync(name, "utf8").match(/<testsuite name="[^"]*"/g).map((tag) => tag.slice(17, -1)).join(" ");
};
const step = { keyword: "Given ", name: "a till", line: 3, match: { location: "s.js:1" }, result: { status: "passed", duration: 1 } };
const scenario = { id: "s", keyword: "Scenario", type: "scenario", name: "s", line: 2, tags: [], steps: [step] };
for (const name of ["first", "second", "third"]) {
  const feature = { id: name, keyword: "Feature", name, uri: `${name}.feature`, line: 1, tags: [], elements: [scenario] };
  writeFileSync(`${name}.json`, JSON.stringify([feature]));
}
(async () => {
  const seen = [];
  for (const name of ["first", "second"]) {
    await convert({ inputJsonFile: `${name}.json`, outputXmlFile: `${name}.xml` });
    seen.push(`convert ${await suites(`${name}.xml`)}`);
  }
  await new CucumberConverter({}).convertToJunit("third.json", "third.xml");
  seen.push(`to-junit ${await suites("third.xml")}`);
  console.log(seen.join("; "));
})();
JS
seen=$(timeout 60 node convert.cjs)
if [ "$seen" = "convert first; convert first second; to-junit first second third" ]; then
  echo "cucumber-junit-convert 2.1.1 and cucumber-to-junit 0.1.3 write what the process converted before into each report"
else
  echo "cucumber-junit-convert 2.1.1 or cucumber-to-junit 0.1.3 has changed: $seen"
  exit 1
fi
