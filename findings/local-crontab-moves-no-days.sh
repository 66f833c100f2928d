#!/bin/sh
# local-crontab 0.1.8, which turns a crontab of a time zone into crontabs of UTC. The zones here have no summer time.
#
# Guess: 02:00 on Mondays in Tokyo is 17:00 on Sundays in UTC, and 02:00 on 1 March is 17:00 on the last of February, or
# is refused, since the day of the month can't be told.
# Seen: the hour moves and the day stays: Mondays 17:00 UTC, which is Tuesday 02:00 in Tokyo; in Phoenix a day early.
# Where the zone is half an hour off, 02:30 in Kolkata becomes 20:00, an hour too early, and 02:00 rightly 20:30.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund local-crontab@0.1.8
cat >lines.cjs <<'JS'
const { localCrontabToUtcCrontabs } = require("local-crontab");
const crons = [
  ["0 2 * * 1", "Asia/Tokyo"],
  ["0 2 1 3 *", "Asia/Tokyo"],
  ["0 20 * * 6", "America/Phoenix"],
  ["0 2 * * *", "Asia/Kolkata"],
  ["30 2 * * *", "Asia/Kolkata"],
];
console.log(crons.map(([cron, zone]) => localCrontabToUtcCrontabs(cron, zone).join("|")).join("; "));
JS
seen=$(TZ=UTC node lines.cjs)
if [ "$seen" = "0 17 * * 1; 0 17 1 3 *; 0 3 * * 6; 30 20 * * *; 0 20 * * *" ]; then
  echo "local-crontab 0.1.8 moves the hour over midnight and leaves the day: Monday 02:00 in Tokyo runs on Tuesday"
else
  echo "local-crontab 0.1.8 has changed: $seen"
  exit 1
fi
