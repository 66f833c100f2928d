#!/bin/sh
# @sapphire/cron 1.2.1.
#
# Guess: a range that wraps is refused, or runs over the end: 22-2 is 22, 23, 0, 1 and 2 o'clock, FRI-MON four days.
# Seen: the two ends change places. 22-2 is every hour from 2 to 22, and FRI-MON is Monday to Friday: nearly all the
# times that were left out, and not Saturday and Sunday, which were meant.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @sapphire/cron@1.2.1
cat >times.cjs <<'JS'
const { Cron } = require("@sapphire/cron");
const { hours } = new Cron("0 22-2 * * *");
const { dows } = new Cron("0 9 * * FRI-MON");
let at = new Date("2027-01-01T00:00:00Z");
const days = [1, 2, 3].map(() => {
  at = new Cron("0 9 * * FRI-MON").next(at);
  return at.toISOString().slice(8, 10);
});
console.log(`${hours.length} hours, ${hours.at(0)} to ${hours.at(-1)}; days ${dows}; from Friday the 1st ${days}`);
JS
seen=$(node times.cjs)
if [ "$seen" = "21 hours, 2 to 22; days 1,2,3,4,5; from Friday the 1st 01,04,05" ]; then
  echo "@sapphire/cron 1.2.1 reads 22-2 as 2-22, and FRI-MON as Monday to Friday"
else
  echo "@sapphire/cron 1.2.1 has changed: $seen"
  exit 1
fi
