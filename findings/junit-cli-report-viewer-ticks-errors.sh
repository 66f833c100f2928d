#!/bin/sh
# junit-cli-report-viewer 3.0.0.
#
# Guess: a case with <error> is shown as failed, as one with <failure> is, and the viewer ends with 1 for a failed report.
# Seen: it has a tick, as a case that passed has, below a suite that is shown as failed by its counts: which of its cases
# failed can't be seen, and the message is not shown. The viewer ends with 0 whatever it shows.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund junit-cli-report-viewer@3.0.0
cat >report.xml <<'XML'
<testsuites name="all" tests="3" failures="1" errors="1" time="3">
  <testsuite name="till" tests="2" failures="0" errors="1" time="2">
    <testcase name="opens" classname="till" time="1"/>
    <testcase name="pays" classname="till" time="1"><error message="no till">at till</error></testcase>
  </testsuite>
  <testsuite name="cart" tests="1" failures="1" errors="0" time="1">
    <testcase name="fills" classname="cart" time="1"><failure message="no cart">at cart</failure></testcase>
  </testsuite>
</testsuites>
XML
code=0
NO_COLOR=1 timeout 60 node_modules/.bin/junit-cli-report-viewer report.xml >out 2>&1 || code=$?
seen="$code $(sed 's/\x1b\[[0-9;]*m//g' out | grep -oE '(PASS|FAIL|✔|✖) +[a-z]+' | tr -s ' ' | tr '\n' ',')"
if [ "$seen" = "0 FAIL till,✔ opens,✔ pays,FAIL cart,✖ fills," ]; then
  echo "junit-cli-report-viewer 3.0.0 ticks each case of a suite that failed by an <error>"
else
  echo "junit-cli-report-viewer 3.0.0 has changed: $seen"
  exit 1
fi
