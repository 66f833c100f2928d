#!/bin/sh
# brittle 4.1.0, read by tap-parser 18.3.4, tap-junit 5.0.4 and tap-xunit 2.4.1.
#
# Guess: the time behind a test's line is taken off its name, as that of "# time=12ms" is.
# Seen: brittle writes it with spaces, "# time = 12ms", which the three take for a part of the name. So each run has tests
# of new names, and none has a time; nothing that compares runs by name finds a test again.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund brittle@4.1.0 tap-parser@18.3.4 tap-junit@5.0.4 tap-xunit@2.4.1
cat >till.mjs <<'JS'
import test from "brittle";
test("pays", (t) => {
  t.pass("fine");
});
JS
timeout 60 node till.mjs >report.tap
{
  node_modules/.bin/tap-parser -j <report.tap | grep -oE '"name": "pays[^"]*"' | tail -1
  node_modules/.bin/tap-junit <report.tap | grep -oE '<testcase name="[^"]*"'
  node_modules/.bin/tap-xunit <report.tap | grep -oE '<testcase name="[^"]*"'
} | sed -E 's/[0-9.]+ms"/Nms"/' >names
cat >wanted <<'TXT'
"name": "pays # time = Nms"
<testcase name="pays # time = Nms"
<testcase name="#1 pays # time = Nms"
TXT
if cmp -s names wanted; then
  echo "brittle 4.1.0 writes a test's time so that three TAP readers take it for a part of the test's name"
else
  echo "one of the four has changed:"
  cat names
  exit 1
fi
