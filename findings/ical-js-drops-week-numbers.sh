#!/bin/sh
# ical.js 2.2.1.
#
# Guess: a part of a yearly rule that it can't follow is refused, or gives nothing.
# Seen: BYWEEKNO=20 with a Monday, and BYDAY=20MO, each the one Monday of a year, are both every Monday of the year: the
# number is dropped without a word. BYDAY=-1MO is the last Monday, as it should be.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ical.js@2.2.1
cat >times.mjs <<'JS'
import ICAL from "ical.js";
const times = (parts) => {
  const event = ["BEGIN:VEVENT", "DTSTART:20270101T090000Z", `RRULE:FREQ=YEARLY;${parts};COUNT=3`, "END:VEVENT"];
  const walk = new ICAL.Event(new ICAL.Component(ICAL.parse(event.join("\r\n")))).iterator();
  return [walk.next(), walk.next(), walk.next()].map((at) => at.toString().slice(0, 10)).join(" ");
};
console.log(["BYWEEKNO=20;BYDAY=MO", "BYDAY=20MO", "BYDAY=-1MO"].map((parts) => `${parts} ${times(parts)}`).join("; "));
JS
seen=$(TZ=UTC node times.mjs)
mondays="2027-01-04 2027-01-11 2027-01-18"
if [ "$seen" = "BYWEEKNO=20;BYDAY=MO $mondays; BYDAY=20MO $mondays; BYDAY=-1MO 2027-12-27 2028-12-25 2029-12-31" ]; then
  echo "ical.js 2.2.1 makes a yearly rule of the Monday of week 20, and of the 20th Monday, every Monday of the year"
else
  echo "ical.js 2.2.1 has changed: $seen"
  exit 1
fi
