#!/bin/sh
# cron-to-quartz 1.4.15, which turns Unix cron into Quartz, where Sunday is 1 and Saturday 7.
#
# Guess: the days of the week move up by one, Sunday's 7 becomes 1 as its 0 does, and the step of "*/2" stays 2.
# Seen: each number of the field grows by one. 7 becomes 8, which Quartz does not have, and so does the end of 5-7. Each
# second day becomes each third: the step is taken for a day.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cron-to-quartz@1.4.15
cat >days.cjs <<'JS'
const { getQuartz } = require("cron-to-quartz");
const days = (cron) => getQuartz(`0 0 * * ${cron}`).map((fields) => fields[5]).join("|");
console.log(["0", "1-5", "7", "5-7", "*/2", "1-5/2"].map((cron) => `${cron} ${days(cron)}`).join("; "));
JS
seen=$(node days.cjs)
if [ "$seen" = "0 1; 1-5 2-6; 7 8; 5-7 6-8; */2 */3; 1-5/2 2-6/3" ]; then
  echo "cron-to-quartz 1.4.15 makes Sunday's 7 an 8, and every second day of the week every third"
else
  echo "cron-to-quartz 1.4.15 has changed: $seen"
  exit 1
fi
