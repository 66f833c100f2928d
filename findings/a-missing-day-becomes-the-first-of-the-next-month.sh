#!/bin/sh
# @cheap-glitch/mi-cron 1.0.1, aws-cron-parser 1.1.12 and ical.js 2.2.1.
#
# Guess: the 29th of February runs in leap years alone, and the 31st in months that have one; ical.js leaves out, as
# RFC 5545 says, the years that have no 29 February.
# Seen: all three give 1 March in the other years. Both cron libraries give 1 May for the 31st, a day that does not match
# the expression, and ical.js does for a yearly rule in March and April.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @cheap-glitch/mi-cron@1.0.1 aws-cron-parser@1.1.12 ical.js@2.2.1
cat >times.mjs <<'JS'
import { createRequire } from "node:module";
import aws from "aws-cron-parser";
import ICAL from "ical.js";
const { parseCron } = createRequire(import.meta.url)("@cheap-glitch/mi-cron");
const three = (next) => [next(), next(), next()].map((at) => new Date(at).toISOString().slice(0, 10)).join(" ");
const steps = (from, next) => {
  let at = new Date(from);
  return () => {
    at = next(at);
    return at;
  };
};
const mi = (cron, from) => three(steps(from, (at) => parseCron.nextDate(cron, at)));
const amazon = (cron, from) => three(steps(from, (at) => aws.next(aws.parse(cron), at)));
const rule = (start, line) => {
  const event = ["BEGIN:VEVENT", `DTSTART:${start}T000000Z`, `RRULE:FREQ=YEARLY;${line}`, "END:VEVENT"];
  const walk = new ICAL.Event(new ICAL.Component(ICAL.parse(event.join("\r\n")))).iterator();
  return three(() => walk.next().toJSDate());
};
console.log(`mi-cron 29 2: ${mi("0 0 29 2 *", "2026-06-01T12:00:00Z")}`);
console.log(`mi-cron 31: ${mi("0 0 31 * *", "2027-04-02T12:00:00Z")}`);
console.log(`aws 29 2: ${amazon("0 0 29 2 ? *", "2026-06-01T12:00:00Z")}`);
console.log(`aws 31: ${amazon("0 0 31 * ? *", "2027-04-02T12:00:00Z")}`);
console.log(`ical.js 29 2: ${rule("20240229", "COUNT=3")}`);
console.log(`ical.js 31: ${rule("20270331", "BYMONTH=3,4;COUNT=3")}`);
JS
TZ=UTC node times.mjs >seen
cat >wanted <<'TXT'
mi-cron 29 2: 2027-03-01 2028-02-29 2029-03-01
mi-cron 31: 2027-05-01 2027-05-31 2027-07-01
aws 29 2: 2027-03-01 2028-02-29 2029-03-01
aws 31: 2027-05-01 2027-05-31 2027-07-01
ical.js 29 2: 2024-02-29 2025-03-01 2026-03-01
ical.js 31: 2027-03-31 2027-05-01 2028-03-31
TXT
if cmp -s seen wanted; then
  echo "mi-cron 1.0.1, aws-cron-parser 1.1.12 and ical.js 2.2.1 run on 1 March what is set for 29 February, and on 1 May what is set for the 31st"
else
  echo "one of the three has changed:"
  cat seen
  exit 1
fi
