#!/bin/sh
# @breejs/later 4.2.0, the fork of later that Bree schedules with.
#
# Guess: a weekday of 7 is Sunday in a range as it is alone, and "5-7" is Friday, Saturday and Sunday.
# Seen: a lone 7 is Sunday, but "5-7" is Friday and Saturday only, and "5-0", which others refuse or run on three days,
# is Saturday only.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @breejs/later@4.2.0
cat >times.mjs <<'JS'
import later from "@breejs/later";
const from = new Date("2026-03-02T12:00:00Z");
const days = (weekday) =>
  later
    .schedule(later.parse.cron(`0 0 * * ${weekday}`))
    .next(3, from)
    .map((at) => "SMTWTFS"[at.getUTCDay()])
    .join("");
console.log(["7", "5-7", "5-0"].map(days).join(" "));
JS
seen=$(TZ=UTC node times.mjs)
if [ "$seen" = "SSS FSF SSS" ]; then
  two=$(TZ=UTC node -e '
    import("@breejs/later").then(({ default: later }) => {
      const days = later.schedule(later.parse.cron("0 0 * * 5-0")).next(2, new Date("2026-03-02T12:00:00Z"));
      console.log(days.map((at) => at.getUTCDay()).join(""));
    })')
  [ "$two" = "66" ] || { echo "@breejs/later 4.2.0 has changed: 5-0 runs on the days $two"; exit 1; }
  echo "@breejs/later 4.2.0 runs 5-7 on Friday and Saturday without Sunday, and 5-0 on Saturday alone"
else
  echo "@breejs/later 4.2.0 has changed: $seen"
  exit 1
fi
