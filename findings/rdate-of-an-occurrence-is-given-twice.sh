#!/bin/sh
# ical.js 2.2.1 and rrule-rust 3.1.1, beside rrule 2.8.1 and rrule-temporal 2.2.8.
#
# Guess: an RDATE that names a time of the RRULE adds nothing, as a recurrence set is a set; and an EXDATE of that time
# removes it.
# Seen: ical.js and rrule-rust give that time twice. In ical.js the EXDATE then takes away only one of the two.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ical.js@2.2.1 rrule-rust@3.1.1 rrule@2.8.1 rrule-temporal@2.2.8
cat >times.mjs <<'JS'
import ICAL from "ical.js";
import rrule from "rrule";
import { RRuleSet } from "rrule-rust";
import { RRuleTemporal } from "rrule-temporal";
const iso = (at) => at.toISOString();
const tools = {
  "ical.js": (lines) => {
    const event = ["BEGIN:VEVENT", ...lines, "END:VEVENT"].join("\r\n");
    const walk = new ICAL.Event(new ICAL.Component(ICAL.parse(event))).iterator();
    const times = [];
    for (let at = walk.next(); at; at = walk.next()) times.push(at.toString());
    return times;
  },
  "rrule-rust": (lines) => RRuleSet.fromString(lines.join("\n")).all().map((at) => iso(new Date(Number(at.toTimestamp())))),
  rrule: (lines) => rrule.rrulestr(lines.join("\n")).all().map(iso),
  "rrule-temporal": (lines) => new RRuleTemporal({ rruleString: lines.join("\n") }).all().map((at) => at.toString()),
};
const lines = ["DTSTART:20270104T100000Z", "RRULE:FREQ=DAILY;COUNT=3", "RDATE:20270105T100000Z"];
const without = [...lines, "EXDATE:20270105T100000Z"];
const days = (times) => times.map((at) => Number(at.slice(8, 10))).join(" ");
console.log(Object.entries(tools).map(([name, times]) => `${name} ${days(times(lines))}, ${days(times(without))}`).join("; "));
JS
seen=$(TZ=UTC node times.mjs)
if [ "$seen" = "ical.js 4 5 5 6, 4 5 6; rrule-rust 4 5 5 6, 4 6; rrule 4 5 6, 4 6; rrule-temporal 4 5 6, 4 6" ]; then
  echo "ical.js 2.2.1 and rrule-rust 3.1.1 give an RDATE of an occurrence twice, and ical.js keeps one of them in spite of an EXDATE"
else
  echo "one of the four has changed: $seen"
  exit 1
fi
