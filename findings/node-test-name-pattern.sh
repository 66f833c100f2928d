#!/usr/bin/env bash
# Node 24.21.0, `node --test --test-name-pattern=^x$`.
# Guessed: since version 22 the pattern is matched against a test's whole title (describes and title, joined by
# spaces), so `^x$` runs the top-level test "x" alone.
# Seen: a test's own title counts too, so the "x" in the describe "outer" also runs. A skip pattern that drops every
# other whole title must let the root pass, whose own title is "<root>" and whose whole title is empty: without the
# empty alternative nothing runs at all, and the exit code is 0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . node@24.21.0 >/dev/null 2>&1
export RAN="$folder/ran.txt"
cat >a.test.mjs <<'TEST'
import { appendFileSync } from "node:fs";
import { describe, it } from "node:test";
describe("outer", () => { it("x", () => appendFileSync(process.env.RAN, "outer x,")); });
it("x", () => appendFileSync(process.env.RAN, "x,"));
TEST
run() {
  : >"$RAN"
  node_modules/.bin/node --test "$@" a.test.mjs >/dev/null
  cat "$RAN"
}
expect() {
  [ "$2" = "$3" ] || { echo "changed: $1 ran \"$2\", not \"$3\""; exit 1; }
  echo "node $(node_modules/.bin/node --version): $1 ran \"$2\""
}
expect 'the pattern ^x$' "$(run '--test-name-pattern=^x$')" "outer x,x,"
expect 'with a skip pattern that lets "<root>" pass, but not an empty title,' \
  "$(run '--test-name-pattern=^x$' '--test-skip-pattern=^(?!(?:x|<root>)$)')" ""
expect 'with a skip pattern that lets both pass' \
  "$(run '--test-name-pattern=^x$' '--test-skip-pattern=^(?!(?:x|<root>|)$)')" "x,"
