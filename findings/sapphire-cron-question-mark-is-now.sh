#!/bin/sh
# @sapphire/cron 1.2.1, whose "?" is not in its documentation.
#
# Guess: "?" is "*", as in the cron libraries that know it, or no value of the field, as in Quartz.
# Seen: "?" is the value of the moment in which the expression is read. "0 0 ? * 1", elsewhere each Monday, is the Mondays
# that are the same day of the month as the day on which the program was started; in the field of months it is the month
# before, since months count from 0 there.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @sapphire/cron@1.2.1
cat >times.cjs <<'JS'
const { Cron } = require("@sapphire/cron");
const RealDate = Date;
const seen = ["2027-03-15T10:20:00Z", "2027-06-08T10:20:00Z"].map((now) => {
  globalThis.Date = class extends RealDate {
    constructor(...parts) {
      super(...(parts.length === 0 ? [now] : parts));
    }
  };
  const { days } = new Cron("0 0 ? * 1");
  const { months } = new Cron("0 0 1 ? *");
  globalThis.Date = RealDate;
  return `${now.slice(5, 10)}: day ${days}, month ${months}`;
});
console.log(seen.join("; "));
JS
seen=$(node times.cjs)
if [ "$seen" = "03-15: day 15, month 2; 06-08: day 8, month 5" ]; then
  echo "@sapphire/cron 1.2.1 reads ? as the day on which it is read, and as the month before"
else
  echo "@sapphire/cron 1.2.1 has changed: $seen"
  exit 1
fi
