#!/bin/sh
# cronosjs 1.7.1, which allows 0-7 in the field of weekdays, and @cheap-glitch/mi-cron 1.0.1.
#
# Guess: 0-7 is every day of the week, as in Vixie's cron, or mi-cron refuses it, as it refuses 7 alone.
# Seen: in both 0-7 is Sunday alone, without an error. 1-7 is every day in cronosjs, and Monday alone in mi-cron.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cronosjs@1.7.1 @cheap-glitch/mi-cron@1.0.1
cat >days.cjs <<'JS'
const { CronosExpression } = require("cronosjs");
const { parseCron } = require("@cheap-glitch/mi-cron");
const from = new Date("2027-04-01T12:00:00Z");
const week = new Date("2027-04-09T00:00:00Z");
const tools = {
  cronosjs: (cron) => {
    const times = CronosExpression.parse(cron, { timezone: "UTC" }).nextNDates(from, 8);
    return times.filter((at) => at < week).length;
  },
  "mi-cron": (cron) => parseCron(cron)?.weekDays.length ?? "refused",
};
const seen = Object.entries(tools).map(([name, count]) => {
  return `${name} ${["0-7", "1-7", "7", "0-6"].map((days) => count(`0 0 * * ${days}`)).join(" ")}`;
});
console.log(seen.join("; "));
JS
seen=$(node days.cjs)
if [ "$seen" = "cronosjs 1 7 1 7; mi-cron 1 1 refused 7" ]; then
  echo "cronosjs 1.7.1 and mi-cron 1.0.1 run 0-7 on one day of the week"
else
  echo "cronosjs 1.7.1 or mi-cron 1.0.1 has changed: $seen"
  exit 1
fi
