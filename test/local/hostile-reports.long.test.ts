import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

/** The memory of a Worker, less the report as it came, compressed, and as it is read: its bytes stand beside V8's heap. */
const MEGABYTES = 128 - 2 * 8;

const MORE_CASES = "must have at most 50000 test cases: send the report in parts";

/** What must come of each. The line of the refusal shows how far it was read: one case stands on each. */
const EXPECTED: Record<string, string> = {
  "an entity bomb": "must have no <!DOCTYPE>",
  "10,000 nested suites": "must have at most 100 elements within each other (line 101)",
  "cases of JUnit without end": `${MORE_CASES} (line 50002)`,
  "elements of JUnit without end": "must have at most 500000 elements",
  "problems of JUnit without end": `${MORE_CASES} (line 50002)`,
  "cases of TestNG without end": `${MORE_CASES} (line 50002)`,
  "cases of TRX without end": `${MORE_CASES} (line 50002)`,
  "cases of NUnit without end": `${MORE_CASES} (line 50002)`,
  "1,000,000 points of TAP": `${MORE_CASES} (line 50001)`,
  "1,000,000 lines of YAML": "2 results",
  "1,000,000 comments of TAP": "0 results",
  "1,000,000 tests of CTRF":
    "must have at most 400000 objects and lists: send the report in parts (line 399998)",
  "many tests of CTRF": MORE_CASES,
  "a million names in JSON": "0 results",
  "numbers of JSON without end": "must have at most 1500000 values: send the report in parts (line 1500001)",
  "strings of JSON without end": "must have at most 1500000 values",
  "deep JSON": "must have at most 100 objects and lists within each other",
  "deep objects of JSON": "must have at most 100 objects and lists within each other",
  "a line of messages of 8 MiB": "1 results",
  "a line of messages that never ends": "in well-formed JSON: it is cut off (line 2)",
  "events of Go without end": "1 results",
  "tests of Go that do not end": MORE_CASES,
  "scenarios that do not end": "1 results",
  "names of 10 kB": "800 results, with names, written",
  "45 suites of 10 kB around 45,000 cases": "must have at most 32000000 characters in the names",
  "wrong bytes of UTF-8": "1 results",
  "characters that are none": "1 results",
  "references without end": "must have at most 600000 references",
  "control characters": "1 results",
  "]]> without end": "must have at most 600000 references",
  "as many good cases as there may be": "50000 results, with names, written",
};

test("hostile reports are refused in words or read right in 128 MiB", { timeout: 600_000 }, async () => {
  const child = await promisify(execFile)(process.execPath, [
    `--max-old-space-size=${MEGABYTES}`,
    "test/local/hostile-reports.ts",
  ]);
  const outcomes = new Map(
    child.stdout
      .trim()
      .split("\n")
      .map((line): [string, string] => JSON.parse(line)),
  );
  expect([...outcomes.keys()]).toEqual(Object.keys(EXPECTED));
  for (const [name, words] of Object.entries(EXPECTED)) expect(outcomes.get(name), name).toContain(words);
});
