#!/bin/sh
# mocha-tap-reporter 0.1.3 with mocha 11.8.0, read by tap-parser 18.3.4.
#
# Guess: a hook that fails is one more line with a number of its own, or a comment.
# Seen: it takes the number of the test that comes next, which has it again. So the last number is one less than the
# plan, and tap-parser finds fault with the test that passed, and counts one failure more than there is.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund mocha@11.8.0 mocha-tap-reporter@0.1.3 tap-parser@18.3.4
cat >a.test.js <<'JS'
describe("cart", () => {
  it("is empty", () => {});
  describe("with a till", () => {
    before(() => {
      throw new Error("no till");
    });
    it("pays", () => {});
  });
  describe("without", () => {
    it("waits", () => {});
  });
});
JS
timeout 60 node_modules/.bin/mocha --reporter mocha-tap-reporter a.test.js >report.tap || true
numbers=$(grep -oE '^(1\.\.|ok |not ok )[0-9]+' report.tap | tr '\n' ';')
failed=$(node_modules/.bin/tap-parser -j <report.tap | node -e '
let text = "";
process.stdin.on("data", (piece) => (text += piece)).on("end", () => {
  const [, { count, fail }] = JSON.parse(text).find(([event]) => event === "complete");
  console.log(`${fail} of ${count}`);
});')
seen="$numbers $failed"
if [ "$seen" = "1..3;ok 1;not ok 2;ok 2; 2 of 3" ]; then
  echo "mocha-tap-reporter 0.1.3 numbers a failed hook and the next test alike, and tap-parser 18.3.4 fails them both"
else
  echo "mocha-tap-reporter 0.1.3 has changed: $seen"
  exit 1
fi
