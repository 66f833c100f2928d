#!/bin/sh
# baretest 2.0.0, run as its documentation shows.
#
# Guess: a test that fails makes the process end with 1, as with every runner, after the other tests have run.
# Seen: the process ends with 0. The first failure ends the run, so that no test behind it runs or is named; that one
# failed can be told by what run() returns alone, or by reading the output.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund baretest@2.0.0
cat >tests.cjs <<'JS'
const test = require("baretest")("till");
test("pays", () => {
  throw new Error("no till");
});
test("closes", () => {
  console.log("closes ran");
});
(async () => {
  console.log("returned", await test.run());
})();
JS
code=0
timeout 60 node tests.cjs >out 2>&1 || code=$?
seen="$code $(grep -oE 'returned [a-z]+' out) $(grep -c 'no till' out) $(grep -c 'closes' out || true)"
if [ "$seen" = "0 returned false 1 0" ]; then
  echo "baretest 2.0.0 ends with 0 where a test failed, and runs none behind it"
else
  echo "baretest 2.0.0 has changed: $seen"
  exit 1
fi
