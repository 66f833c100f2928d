#!/bin/sh
# ctrf 0.3.0, the reference implementation of CTRF, its function addInsights.
#
# Guess: runs that took 100 ms each have an averageRunDuration of 100, however many they are.
# Seen: the sum of all runs is divided by the number of different tests. Two tests and four runs of 100 ms give 200, one
# run gives 50; `extra.reportsAnalyzed` is that number of tests, and `runsAnalyzed` beside it the number of runs.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ctrf@0.3.0
cat >insights.mjs <<'JS'
import { addInsights, ReportBuilder, TestBuilder } from "ctrf";
const run = (index, names) => {
  const tests = names.map((name) => new TestBuilder().name(name).status("passed").duration(100 / names.length).build());
  const builder = tests.reduce((report, test) => report.addTest(test), new ReportBuilder().tool({ name: "tool" }));
  const report = builder.build();
  Object.assign(report.results.summary, { start: 1000 * index, stop: 1000 * index + 100 });
  return report;
};
const cases = [[["a", "b"], 1], [["a", "b"], 4], [["a", "b", "c", "d"], 4]];
const seen = cases.map(([names, runs]) => {
  const [last, ...earlier] = Array.from({ length: runs }, (_, index) => run(runs - index, names));
  const { averageRunDuration, p95RunDuration, runsAnalyzed } = addInsights(last, earlier).insights;
  return `${names.length} tests, ${runsAnalyzed} runs: ${averageRunDuration.current}, p95 ${p95RunDuration.current}`;
});
console.log(seen.join("; "));
JS
seen=$(node insights.mjs)
if [ "$seen" = "2 tests, 1 runs: 50, p95 100; 2 tests, 4 runs: 200, p95 100; 4 tests, 4 runs: 100, p95 100" ]; then
  echo "ctrf 0.3.0 tells an average of 200 ms for four runs of two tests that took 100 ms each"
else
  echo "ctrf 0.3.0 has changed: $seen"
  exit 1
fi
