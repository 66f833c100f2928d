#!/bin/sh
# uvu 0.5.6.
#
# Guess: a before() that throws fails the suite or its tests, and the run ends with 1; so does an after.each().
# Seen: the suite ends there without a word of the error. "0 / 1" is written in green, and the run ends with 0, by node as
# well as by uvu. A before.each() that throws fails its test, and the run with it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund uvu@0.5.6
mkdir tests
for hook in before after.each before.each; do
  cat >"tests/$hook.js" <<JS
const { suite } = require("uvu");
const till = suite("till");
till.$hook(() => {
  throw new Error("no till");
});
till("pays", () => {});
till.run();
JS
done
for hook in before after.each before.each; do
  code=0
  timeout 60 node "tests/$hook.js" >out 2>&1 || code=$?
  runner=0
  timeout 60 node_modules/.bin/uvu tests "^$hook\.js" >/dev/null 2>&1 || runner=$?
  total=$(grep -oE '(Total|Passed): *[0-9]+' out | tr -d ' ' | tr '\n' ' ')
  told=$(grep -c 'no till' out || true)
  echo "$hook: node $code, uvu $runner, ${total}error told $told"
done >seen
cat >wanted <<'TXT'
before: node 0, uvu 0, Total:1 Passed:0 error told 0
after.each: node 0, uvu 0, Total:1 Passed:0 error told 0
before.each: node 1, uvu 1, Total:1 Passed:0 error told 1
TXT
if cmp -s seen wanted; then
  echo "uvu 0.5.6 ends with 0, and tells no error, where a before() or an after.each() threw"
else
  echo "uvu 0.5.6 has changed:"
  cat seen
  exit 1
fi
