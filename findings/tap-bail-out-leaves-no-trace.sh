#!/bin/sh
# tap-junit 5.0.4, tap-xunit 2.4.1, tap-json 1.0.0 and tap-mocha-reporter 5.0.4 (its reporter xunit), which turn TAP into
# JUnit XML or JSON.
#
# Guess: a run of three tests that says "Bail out!" after the first has an error in the report, or the tool ends with 1.
# Seen: each report has one test, which passed, and no failure. Of the four only tap-mocha-reporter ends with 1. In
# tap-junit a plan that is too short without a "Bail out!" is counted as a failure: to give up is what makes it green.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund tap-junit@5.0.4 tap-xunit@2.4.1 tap-json@1.0.0 tap-mocha-reporter@5.0.4
printf 'TAP version 13\n1..3\nok 1 - connects\nBail out! the database is gone\n' >given-up.tap
printf 'TAP version 13\n1..3\nok 1 - connects\n' >short.tap
seen() {
  code=0
  timeout 60 "node_modules/.bin/$1" ${3:-} <"$2" >report 2>/dev/null || code=$?
  grep -q connects report || echo "no report"
  echo "$1 $code, failures $(grep -oE '"?failures"?[=:]"?[0-9]+' report | grep -oE '[0-9]+' | sort -u | tr '\n' ' ')"
}
{
  seen tap-junit given-up.tap
  seen tap-xunit given-up.tap
  seen tap-json given-up.tap
  seen tap-mocha-reporter given-up.tap xunit
  seen tap-junit short.tap
} | sed 's/ $//' >lines
cat >wanted <<'TXT'
tap-junit 0, failures 0
tap-xunit 0, failures 0
tap-json 0, failures 0
tap-mocha-reporter 1, failures 0
tap-junit 0, failures 1
TXT
if cmp -s lines wanted; then
  echo "tap-junit 5.0.4, tap-xunit 2.4.1, tap-json 1.0.0 and tap-mocha-reporter 5.0.4 make a green report of a run that bailed out"
else
  echo "one of the four has changed:"
  cat lines
  exit 1
fi
