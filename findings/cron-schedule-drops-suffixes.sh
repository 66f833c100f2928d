#!/bin/sh
# cron-schedule 6.0.0.
#
# Guess: it knows none of the forms "#", "L" and "W", and refuses each, as it refuses an "L" that stands alone.
# Seen: what follows the digits of a value is dropped without a word. "1#2", elsewhere the second Monday of a month, is
# each Monday; "5L", the last Friday, is each Friday; "15W", the weekday nearest the 15th, is the 15th, a Sunday too.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cron-schedule@6.0.0
cat >times.mjs <<'JS'
import { parseCronExpression } from "cron-schedule";
const from = new Date("2026-03-01T12:00:00Z");
const days = (cron) => {
  try {
    return parseCronExpression(cron).getNextDates(2, from).map((at) => at.toISOString().slice(5, 10)).join(" ");
  } catch {
    return "refused";
  }
};
console.log(["0 0 * * 1#2", "0 0 * * 5L", "0 0 15W * *", "0 0 L * *"].map(days).join("; "));
JS
seen=$(TZ=UTC node times.mjs)
if [ "$seen" = "03-02 03-09; 03-06 03-13; 03-15 04-15; refused" ]; then
  echo "cron-schedule 6.0.0 runs 1#2 each Monday, 5L each Friday and 15W on the 15th, and refuses L alone"
else
  echo "cron-schedule 6.0.0 has changed: $seen"
  exit 1
fi
