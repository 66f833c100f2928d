#!/bin/sh
# cron-parser 5.10.6.
#
# Guess: a value that a list names twice counts once, as in cron itself, whether it is written twice or lies in a range.
# Seen: each such list is refused with "duplicate values found": "0,0,5", but "*/5,10" and "1-5,3", too, so that adding
# a time that a step has already makes a crontab's line invalid. croner 11.0.1 takes them.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cron-parser@5.10.6 croner@11.0.1
cat >lists.mjs <<'JS'
import { CronExpressionParser } from "cron-parser";
import { Cron } from "croner";
const verdict = (read) => {
  try {
    read();
    return "taken";
  } catch (error) {
    return /duplicate/i.test(error.message) ? "duplicate" : "refused";
  }
};
const lists = ["0,0,5", "1-5,3", "*/5,10", "0-30/10,20"].map((minutes) => `${minutes} * * * *`);
console.log(lists.map((cron) => verdict(() => CronExpressionParser.parse(cron))).join(" "));
console.log(lists.map((cron) => verdict(() => new Cron(cron, { paused: true }))).join(" "));
JS
seen=$(node lists.mjs | paste -sd "/")
if [ "$seen" = "duplicate duplicate duplicate duplicate/taken taken taken taken" ]; then
  echo "cron-parser 5.10.6 refuses a list whose values overlap, also 1-5,3 and */5,10; croner 11.0.1 takes it"
else
  echo "cron-parser 5.10.6 or croner 11.0.1 has changed: $seen"
  exit 1
fi
