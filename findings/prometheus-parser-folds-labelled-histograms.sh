#!/bin/sh
# parse-prometheus-text-format 1.1.1.
#
# Guess: a histogram with a label is one metric for each value of the label, with its buckets, sum and count, as summaries
# without quantiles are in its documentation.
# Seen: it is one metric in all, without labels, sum or count, and with the buckets of the last value. A summary with
# quantiles is folded alike; without a label both are whole, and a gauge with labels is.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund parse-prometheus-text-format@1.1.1
cat >metrics.txt <<'TXT'
# TYPE plain_seconds histogram
plain_seconds_bucket{le="1"} 1
plain_seconds_bucket{le="+Inf"} 2
plain_seconds_sum 3
plain_seconds_count 2
# TYPE run_seconds histogram
run_seconds_bucket{host="a",le="1"} 1
run_seconds_bucket{host="a",le="+Inf"} 2
run_seconds_sum{host="a"} 3
run_seconds_count{host="a"} 2
run_seconds_bucket{host="b",le="1"} 5
run_seconds_bucket{host="b",le="+Inf"} 6
run_seconds_sum{host="b"} 7
run_seconds_count{host="b"} 6
# TYPE wait_seconds summary
wait_seconds{host="a",quantile="0.5"} 1
wait_seconds_sum{host="a"} 2
wait_seconds_count{host="a"} 3
wait_seconds{host="b",quantile="0.5"} 4
wait_seconds_sum{host="b"} 5
wait_seconds_count{host="b"} 6
TXT
cat >read.cjs <<'JS'
const read = require("parse-prometheus-text-format");
const families = (read.default ?? read)(require("node:fs").readFileSync("metrics.txt", "utf8"));
for (const { name, metrics } of families) console.log(name, JSON.stringify(metrics));
JS
node read.cjs >seen
cat >wanted <<'TXT'
plain_seconds [{"buckets":{"1":"1","+Inf":"2"},"count":"2","sum":"3"}]
run_seconds [{"buckets":{"1":"5","+Inf":"6"}}]
wait_seconds [{"quantiles":{"0.5":"4"}}]
TXT
if cmp -s seen wanted; then
  echo "parse-prometheus-text-format 1.1.1 folds a histogram of two hosts into one, without sum, count or host"
else
  echo "parse-prometheus-text-format 1.1.1 has changed:"
  cat seen
  exit 1
fi
