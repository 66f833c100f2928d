#!/bin/sh
# human-interval 2.0.1, which schedulers such as Agenda and Bree read their intervals with. Its documentation promises
# numbers that are written out.
#
# Guess: "one thousand seconds" is 1,000,000 ms, "1,000 seconds" as well or NaN, and what it does not know is NaN: "half an
# hour", "an hour and a half", "every 5 minutes".
# Seen: a thousand seconds are one second in both spellings, though two hundred and five are 205. What it does not know is
# 0 as soon as a unit is named, and only NaN without one; "two and a half hours" are two. An interval of 0 runs at once.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund human-interval@2.0.1
cat >intervals.cjs <<'JS'
const humanInterval = require("human-interval");
const words = ["two hundred and five seconds", "one thousand seconds", "1,000 seconds", "half an hour"];
const others = ["an hour and a half", "every 5 minutes", "two and a half hours", "a fortnight"];
console.log([...words, ...others].map((text) => `${text} ${humanInterval(text)}`).join("; "));
JS
seen=$(node intervals.cjs)
known="two hundred and five seconds 205000; one thousand seconds 1000; 1,000 seconds 1000; half an hour 0"
if [ "$seen" = "$known; an hour and a half 0; every 5 minutes 0; two and a half hours 7200000; a fortnight NaN" ]; then
  echo "human-interval 2.0.1 makes a thousand seconds one second, and half an hour none"
else
  echo "human-interval 2.0.1 has changed: $seen"
  exit 1
fi
