#!/bin/sh
# junit-report-merger 9.0.4, whose documentation says that it collects all <testsuite> elements and puts them together.
#
# Guess: two shards with a suite of one name give two suites of that name; or one, with the sum of both times.
# Seen: they become one suite. Its counts are the sums and its time is the longer of the two, less than that of its
# cases; its host and its moment are those of the first; and its one <properties> is followed by the other's, among the
# cases. sumTime, meant for the time of the root, does not add them.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund junit-report-merger@9.0.4
cat >merge.mjs <<'JS'
import merger from "junit-report-merger";
const shard = (host, time) => `<testsuites><testsuite name="cart" tests="1" time="${time}" hostname="${host}">
<properties><property name="shard" value="${host}"/></properties><testcase name="pays" classname="cart" time="${time}"/>
</testsuite></testsuites>`;
const merged = await merger.mergeToString([shard("one", 3), shard("two", 4)], { sumTime: true });
const [root] = merged.match(/<testsuites[^>]*>/);
const suites = merged.match(/<testsuite [^>]*>/g);
console.log([root, ...suites, ...merged.match(/<(properties|testcase)/g)].join(" "));
JS
seen=$(node merge.mjs)
suite='<testsuite name="cart" tests="2" time="4" hostname="one">'
if [ "$seen" = "<testsuites tests=\"2\" time=\"4\"> $suite <properties <testcase <properties <testcase" ]; then
  echo "junit-report-merger 9.0.4 joins two suites of one name, of 3 and 4 seconds, into one of 4 seconds"
else
  echo "junit-report-merger 9.0.4 has changed: $seen"
  exit 1
fi
