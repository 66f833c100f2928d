#!/bin/sh
# crontzconvert 1.1.1, which moves a cron expression from one time zone to another. Neither zone here has summer time.
#
# Guess: 20:00 UTC on 28 February is 05:00 on 1 March in Tokyo, as its own examples have it for the end of December.
# Seen: it becomes 29 February, which is there in one year of four, and then is a day that was not asked for. "L" in
# February becomes 1 February, four weeks early: the day moves, and its month does not. 31 January moves to 1 February.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund crontzconvert@1.1.1
cat >lines.mjs <<'JS'
import { createRequire } from "node:module";
const { convert } = createRequire(import.meta.url)("crontzconvert");
const crons = ["0 0 20 31 1 *", "0 0 20 28 2 *", "0 0 20 L 2 *", "0 0 20 30 4 *", "0 0 20 L 4 *"];
console.log(crons.map((cron) => convert(cron, "UTC", "Asia/Tokyo")).join("; "));
JS
seen=$(TZ=UTC node lines.mjs)
if [ "$seen" = "0 0 5 1 2 *; 0 0 5 29 2 *; 0 0 5 1 2 *; 0 0 5 1 5 *; 0 0 5 1 4 *" ]; then
  echo "crontzconvert 1.1.1 moves the night after 28 February to the 29th, and the last of February to the first"
else
  echo "crontzconvert 1.1.1 has changed: $seen"
  exit 1
fi
