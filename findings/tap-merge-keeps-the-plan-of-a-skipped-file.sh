#!/bin/sh
# tap-merge 0.3.1, read by tap-parser 18.3.4.
#
# Guess: the plan of a file that is skipped as a whole, "1..0 # SKIP no browser", is taken out as every other plan is, and
# the merged stream of a passed file and a skipped one passes.
# Seen: it stays where it was, besides the plan at the end, so that the stream has two. tap-parser takes the first of
# them, and finds the two passed tests to be too many: two good files make a failed one.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund tap-merge@0.3.1 tap-parser@18.3.4
printf 'TAP version 13\n1..2\nok 1 - a\nok 2 - b\n' >passed.tap
printf 'TAP version 13\n1..0 # SKIP no browser\n' >skipped.tap
cat passed.tap skipped.tap | node_modules/.bin/tap-merge >merged.tap
code() {
  if node_modules/.bin/tap-parser -f <"$1" >/dev/null 2>&1; then echo passes; else echo fails; fi
}
seen="$(code passed.tap) $(code skipped.tap) $(code merged.tap) $(grep '^1\.\.' merged.tap | tr '\n' ';')"
if [ "$seen" = "passes passes fails 1..0 # SKIP no browser;1..2;" ]; then
  echo "tap-merge 0.3.1 leaves the plan of a skipped file in the middle, and tap-parser 18.3.4 fails what both files passed"
else
  echo "tap-merge 0.3.1 or tap-parser 18.3.4 has changed: $seen"
  exit 1
fi
