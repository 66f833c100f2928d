#!/bin/sh
# rrule-rust 3.1.1 and rrule-temporal 2.2.8, an hourly rule in Berlin on the two nights of 2026/27 that change the clock.
#
# Guess: FREQ=HOURLY takes elapsed hours, so that a day of 25 hours has 25 runs and a day of 23 has 23, and it is the
# same rule as FREQ=MINUTELY;INTERVAL=60.
# Seen: rrule-rust steps over local hours. In autumn the second hour from 2 to 3 has none, and in spring 02:30 and 03:30
# are the same instant, given twice and counted twice. rrule-temporal leaves out the second hour as well, but only with
# HOURLY: with MINUTELY;INTERVAL=60 it runs in both.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund rrule-rust@3.1.1 rrule-temporal@2.2.8
cat >times.mjs <<'JS'
import { RRuleSet } from "rrule-rust";
import { RRuleTemporal } from "rrule-temporal";
const clock = (milliseconds) => new Date(Number(milliseconds)).toISOString().slice(11, 16);
const tools = {
  rust: (rule) => RRuleSet.fromString(rule).all().map((at) => clock(at.toTimestamp())),
  temporal: (rule) => new RRuleTemporal({ rruleString: rule }).all().map((at) => clock(at.epochMilliseconds)),
};
for (const [night, start] of [["autumn", "20261025T003000"], ["spring", "20270328T003000"]]) {
  for (const [name, times] of Object.entries(tools)) {
    for (const steps of ["HOURLY", "MINUTELY;INTERVAL=60"]) {
      const seen = times(`DTSTART;TZID=Europe/Berlin:${start}\nRRULE:FREQ=${steps};COUNT=5`);
      console.log(`${night} ${name} ${steps}: ${seen.join(" ")}`);
    }
  }
}
JS
node times.mjs >seen
cat >wanted <<'TXT'
autumn rust HOURLY: 22:30 23:30 00:30 02:30 03:30
autumn rust MINUTELY;INTERVAL=60: 22:30 23:30 00:30 02:30 03:30
autumn temporal HOURLY: 22:30 23:30 00:30 02:30 03:30
autumn temporal MINUTELY;INTERVAL=60: 22:30 23:30 00:30 01:30 02:30
spring rust HOURLY: 23:30 00:30 01:30 01:30 02:30
spring rust MINUTELY;INTERVAL=60: 23:30 00:30 01:30 01:30 02:30
spring temporal HOURLY: 23:30 00:30 01:30 02:30 03:30
spring temporal MINUTELY;INTERVAL=60: 23:30 00:30 01:30 02:30 03:30
TXT
if cmp -s seen wanted; then
  echo "rrule-rust 3.1.1 gives 01:30 UTC twice in spring and never in autumn; rrule-temporal 2.2.8 loses it in autumn with HOURLY alone"
else
  echo "rrule-rust 3.1.1 or rrule-temporal 2.2.8 has changed:"
  cat seen
  exit 1
fi
