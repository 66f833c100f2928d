#!/bin/sh
# node-ical 0.27.2, its function expandRecurringEvent.
#
# Guess: the times of RDATE are among an event's times, as those of EXDATE are taken away.
# Seen: RDATE is left as the text that it was, and no time of it is given: an event of RDATEs alone happens once.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node-ical@0.27.2
cat >times.mjs <<'JS'
import ical from "node-ical";
const events = {
  rule: ["RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20270105T100000Z", "RDATE:20270110T100000Z,20270112T100000Z"],
  dates: ["RDATE:20270110T100000Z,20270112T100000Z"],
};
const seen = Object.entries(events).map(([name, lines]) => {
  const file = ["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:a", "DTSTART:20270104T100000Z", ...lines];
  const { a } = ical.sync.parseICS([...file, "END:VEVENT", "END:VCALENDAR", ""].join("\r\n"));
  const times = ical.expandRecurringEvent(a, { from: new Date("2027-01-01"), to: new Date("2027-02-01") });
  return `${name} ${typeof a.rdate} ${times.map(({ start }) => start.getUTCDate()).join(" ")}`;
});
console.log(seen.join("; "));
JS
seen=$(TZ=UTC node times.mjs)
if [ "$seen" = "rule string 4 6; dates string 4" ]; then
  echo "node-ical 0.27.2 takes the times of EXDATE away and gives none of RDATE"
else
  echo "node-ical 0.27.2 has changed: $seen"
  exit 1
fi
