#!/bin/sh
# rrule 2.8.1, beside ical.js 2.2.1 (which has no search of its own: its iterator is walked).
#
# Guess: BYHOUR=17,9 gives 09:00 and then 17:00, since a rule's times come in the order of time.
# Seen: the hours come in the order in which they are written. all() gives 17:00 before 09:00 of the same day, COUNT=1
# takes 17:00, and rrule's searches stop at the first time that lies behind their end: after(08:30) is 17:00, and
# between(08:30, 12:00) is empty, although 09:00 is one of the rule's times.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund rrule@2.8.1 ical.js@2.2.1
cat >times.mjs <<'JS'
import ICAL from "ical.js";
import rrule from "rrule";
const time = (at) => at.toISOString().slice(11, 16);
const day = (clock) => new Date(`2027-01-05T${clock}:00Z`);
const start = "DTSTART:20270105T080000Z";
const seen = ["9,17", "17,9"].map((hours) => {
  const line = `RRULE:FREQ=WEEKLY;BYDAY=TU;BYHOUR=${hours}`;
  const rule = rrule.rrulestr(`${start}\n${line}`);
  const event = ["BEGIN:VEVENT", start, line, "END:VEVENT"].join("\r\n");
  const walk = new ICAL.Event(new ICAL.Component(ICAL.parse(event))).iterator();
  const between = rule.between(day("08:30"), day("12:00")).map(time);
  const walked = [walk.next(), walk.next()].map((at) => at.toString().slice(11, 16));
  return `${hours}: after ${time(rule.after(day("08:30")))}, between [${between}], ical.js ${walked}`;
});
console.log(seen.join("; "));
JS
seen=$(TZ=UTC node times.mjs)
if [ "$seen" = "9,17: after 09:00, between [09:00], ical.js 09:00,17:00; 17,9: after 17:00, between [], ical.js 17:00,09:00" ]; then
  echo "rrule 2.8.1 finds no time between 08:30 and 12:00 for BYHOUR=17,9, and 09:00 for BYHOUR=9,17; ical.js 2.2.1 keeps the order too"
else
  echo "rrule 2.8.1 or ical.js 2.2.1 has changed: $seen"
  exit 1
fi
