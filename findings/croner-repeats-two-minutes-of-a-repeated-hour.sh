#!/bin/sh
# croner 11.0.1, beside cron-parser 5.10.6 and cron 4.4.0, on the night in which New York's clocks go back.
#
# Guess: what runs in the hour from 1 to 2 runs once each, whether the minutes are written as a number, a list or a step,
# and the three agree.
# Seen: with croner "30 1 * * *" runs once, but "0,30 1 * * *" and "*/30 1 * * *" run in both hours: four times where
# the other two run twice. So a second minute in the list makes the first one run again.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund croner@11.0.1 cron-parser@5.10.6 cron@4.4.0
cat >runs.mjs <<'JS'
import { CronTime } from "cron";
import { CronExpressionParser } from "cron-parser";
import { Cron } from "croner";
import { DateTime } from "luxon";
const zone = "America/New_York";
const from = "2026-11-01T04:30:00Z";
const until = Date.parse("2026-11-01T12:00:00Z");
const ways = {
  croner: (cron) => new Cron(cron, { timezone: zone, paused: true }).nextRuns(5, new Date(from)),
  "cron-parser": (cron) => {
    const times = CronExpressionParser.parse(cron, { currentDate: new Date(from), tz: zone });
    return Array.from({ length: 5 }, () => times.next().toDate());
  },
  cron: (cron) => {
    const time = new CronTime(cron, zone);
    let at = DateTime.fromISO(from, { zone });
    return Array.from({ length: 5 }, () => {
      at = time.getNextDateFrom(at, zone);
      return at.toJSDate();
    });
  },
};
const seen = Object.entries(ways).map(([name, runs]) => {
  const counts = ["30", "0,30", "*/30"].map((minutes) => runs(`${minutes} 1 * * *`).filter((at) => at < until).length);
  return `${name} ${counts.join(" ")}`;
});
console.log(seen.join("; "));
JS
seen=$(node runs.mjs)
if [ "$seen" = "croner 1 4 4; cron-parser 1 2 2; cron 1 2 2" ]; then
  echo "croner 11.0.1 runs 0,30 1 * * * four times in the night of two hours from 1 to 2, and 30 1 * * * once; the others twice and once"
else
  echo "croner 11.0.1, cron-parser 5.10.6 or cron 4.4.0 has changed: $seen"
  exit 1
fi
