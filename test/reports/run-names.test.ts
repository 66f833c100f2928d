import { describe, expect, test } from "vitest";
import { readReport } from "../../src/reports/read-report.ts";
import { reportCase } from "../../src/reports/report-case.ts";
import { isRunnable } from "../../src/reports/runnable.ts";
import table from "./real/results.txt?raw";

/**
 * What the filter of each tool was seen to take, by running it: the form of a name that runs one test, and the results
 * whose names run nothing, or another test. A folder without a rule is of a tool, or a format such as TAP, whose reports
 * have no name that a filter takes.
 */
interface Taken {
  /** What the tool was run with. */
  by: string;
  form: RegExp;
  /** Of names in the table. */
  never?: RegExp;
}

const GO: Taken = { by: "go test PACKAGE -run ^TEST$", form: /^[\w./]+ Test\S*$/ };
const NODE: Taken = { by: "node --test FILE, a pattern of the titles", form: /^(\/\S+\.mjs > )?[^.].*$/ };
const VITEST: Taken = { by: "vitest run FILE -t 'a > b'", form: /^\S+\.test\.[jt]s > .+$/ };
const JEST: Taken = { by: "jest FILE -t 'a b'", form: /^(\S+\.test\.js > )?(?!.* > ).+$/ };
const MOCHA: Taken = { by: "mocha FILE -g 'a b'", form: /^(\S+\.test\.js > )?(?!.* > ).+$/, never: / \| \{/ };
const CUCUMBER: Taken = {
  by: "cucumber FILE --name SCENARIO",
  form: /^(features\/\w\.feature|Basket) > (?!.*#\d)[^>]*(<a>)?$/,
  // A rule's name, and a row of the JUnit report and of messages.
  never: / > abroad( - | > )|\[#1\.|<[a-z]> - |same name \[\d/,
};
const PYTEST: Taken = { by: "pytest FILE::CLASS::TEST", form: /^[\w/]+\.py(::[\w\p{L}]+)+(\[.+\])?$/u };
const PLAYWRIGHT: Taken = { by: "playwright test --test-list", form: /^\w\.spec\.js › .+$/ };
const JUNIT4: Taken = {
  by: "its class and method",
  form: /^[\w.$]+#\w+(\[\d+\])?$/,
  never: /\{int, String\}/,
};

const BY_PATH: readonly (readonly [path: RegExp, taken: Taken])[] = [
  [/^ant\//, JUNIT4],
  [/^test-runs\/reports\/surefire/, JUNIT4],
  [/^test-runs\/reports\/bats/, { by: "bats FILE -f", form: /^\w\.bats > [^$]+$/, never: /\$|begin \d/ }],
  [/^behave\//, { by: "behave FILE -n", form: /^features\/\w\.feature > [^>]+$/ }],
  [/^test-runs\/reports\/behave/, { by: "behave -n", form: /^[^.>]+( -- @1\.\d \w+)?$/ }],
  [/^boost\//, { by: "--run_test", form: /^\w+(\/\w+)+$/ }],
  [/^bun\//, { by: "bun test FILE -t", form: /^a\.test\.ts > [^>]+$/ }],
  [/^test-runs\/reports\/busted/, { by: "busted FILE --filter", form: /^spec\/a_spec\.lua > [^>]+$/ }],
  [/^catch2\//, { by: "the name of the test case", form: /^[^./]+$/, never: /\// }],
  [/^codeceptjs\//, MOCHA],
  [/^cpputest\//, { by: "-t GROUP.NAME", form: /^Basket\.\w+$/ }],
  [/^criterion\//, { by: "--filter=SUITE/TEST", form: /^\w+\/\w+$/ }],
  [/^ctest\//, { by: "ctest -R ^NAME$", form: /^\w+$/ }],
  [/^cucumber-(js|ruby\/report)/, CUCUMBER],
  [
    /^deno\/deno\.xml/,
    { by: "deno test FILE --filter", form: /^\.\/a_test\.ts > [^>]+$/, never: /> basket > / },
  ],
  [/^doctest\//, { by: "-tc=NAME", form: /^\w+$/ }],
  [/^go\/|gotestsum/, GO],
  [/^gtest\//, { by: "--gtest_filter", form: /^[\w/]+\.\w+(\/\d)?$/, never: /DISABLED_/ }],
  [/^jasmine\//, { by: "--filter, the titles joined by spaces", form: /^(basket|till) [^.]+$/ }],
  [/^jest\/|jest(-junit)?\.xml/, JEST],
  [/^junit5\//, { by: "-m CLASS#METHOD", form: /^\w+(\$\w+)*#\w+$/, never: /\(String\)|\[\d\]/ }],
  [/^kyua\//, { by: "kyua test PROGRAM:CASE", form: /^\w+:main$/ }],
  [/^lab\/lab\.tap/, { by: "lab -g, the titles joined by spaces", form: /^basket [^.]+$/ }],
  [/^luaunit\/luaunit\.xml/, { by: "its CLASS.METHOD", form: /^TestBasket\.\w+$/ }],
  [/^meson\//, { by: "meson test NAME", form: /^\w+$/, never: /points/ }],
  [/^minitest\//, { by: "-n NAME", form: /^test_\w+$/ }],
  [/^mocha\/(?!own\.tap)|mocha(-junit-reporter)?\.xml/, MOCHA],
  [/^node\/|node-(20|24|test)/, NODE],
  [/nose2/, { by: "nose2 MODULE.CLASS.TEST:ROW", form: /^test_n(\.\w+)+(:\d)?$/ }],
  [/phpunit/, { by: "--filter CLASS::TEST#ROW", form: /^Shop\\\w+::\w+(#\d|@a b)?$/ }],
  [/^playwright\/retried|playwright\.xml/, PLAYWRIGHT],
  [/pytest/, PYTEST],
  [/^qttest\//, { by: "the function, and its row", form: /^\w+(:\w+)?$/ }],
  [/rspec/, { by: "rspec FILE -e", form: /^\.\/spec\/a_spec\.rb > [^>]+$/, never: /is expected/ }],
  [/^subunit\/|^unittest\//, { by: "MODULE.CLASS.TEST", form: /^test_u\.\w+\.\w+$/, never: /\[n=2\]/ }],
  [/testng/, { by: "-methods CLASS.METHOD", form: /^\w+\.\w+$/ }],
  [/^vitest\/(?!nested\.tap)|vitest/, VITEST],
];

const blocks = table
  .trim()
  .split(/\n\n+/)
  .map((block) => {
    const [head = "", ...lines] = block.split("\n");
    const results = lines.flatMap((line) => {
      const [, name, again] = /^[^:]*: (.*) => (.*)$/.exec(line) ?? [];
      return name === undefined || again === undefined ? [] : [{ name, again }];
    });
    return { path: head.replace(/^# /, ""), results };
  })
  .filter(({ results }) => results.length > 0);

/** A title's own words, without its suites, its row and what some tools add. */
const ownWords = (name: string): string =>
  (
    name
      .replace(/ \[.*\]$/, "")
      .split(" > ")
      .at(-1) ?? ""
  )
    .replace(/\(\)$/, "")
    .replace(/^.* \/ |^.*::|^.* - /, "")
    .replaceAll("&quot;", '"');

describe("the name by which a tool runs a result again is one that the tool takes", () => {
  test.each(blocks.map(({ path, results }) => [path, results] as const))("%s", (path, results) => {
    const [, taken] = BY_PATH.find(([pattern]) => pattern.test(path)) ?? [];
    const isTap = /\.tap(13)?$/.test(path) && !/^(criterion|lab|node|qttest)\//.test(path);
    for (const { name, again } of results) {
      if (!taken || isTap || taken.never?.test(name)) {
        expect([name, again]).toEqual([name, "not runnable"]);
        continue;
      }
      expect(again, `${name}, by ${taken.by}`).toMatch(taken.form);
      expect(again, name).not.toBe("not runnable");
      expect(again, name).toContain(ownWords(name));
    }
  });

  test("most tools have one", () => {
    const tools = blocks.filter(({ results }) => results.some(({ again }) => again !== "not runnable"));
    expect(
      new Set(tools.map(({ path }) => path.split("/")[path.startsWith("test-runs") ? 2 : 0])).size,
    ).toBeGreaterThan(30);
  });
});

describe("a case that a tool runs by no name", () => {
  test.each([
    ["a hook", "vitest", { kind: "hook" as const, name: "before" }],
    ["a spec that others are focused beside", "jasmine", { classname: "focused specs.basket", name: "pays" }],
    ["a subcase", "doctest", { name: "pays/in coins" }],
    [
      "an example that RSpec named",
      "rspec",
      { file: "./a_spec.rb", name: "Basket example at ./a_spec.rb:3" },
    ],
    ["a case of a tool without a preset", "cmocka", { name: "pays" }],
    ["a case of a report that shows no tool", null, { name: "pays" }],
  ])("%s", (_, tool, known) => {
    expect(isRunnable(reportCase({ outcome: "passed", ...known }), tool)).toBe(false);
  });

  test("is counted where the import asks for the tool's names", async () => {
    const { testRunsOfReport } = await import("../../src/test-runs/report.ts");
    const xml =
      '<testsuites name="deno test"><testsuite name="./a_test.ts"><testcase classname="./a_test.ts" name="basket"/>' +
      '<testcase classname="./a_test.ts" name="basket &gt; pays"/></testsuite></testsuites>';
    const counted = (content: string) =>
      testRunsOfReport(new TextEncoder().encode(xml), { content, allow_empty: false }).summary?.not_runnable;
    expect([counted("tool"), counted("deno"), counted("name"), counted("{name}")]).toEqual([1, 1, 0, 0]);
    expect(readReport(new TextEncoder().encode(xml), "").tool).toBe("deno");
  });
});

describe("a report that only looks like a tool's", () => {
  test.each([
    [
      "Meson's",
      '<testsuites tests="1" errors="0" failures="0"><testsuite name="a"><testcase name="x"/></testsuite></testsuites>',
    ],
    [
      "CTest's",
      '<testsuite name="a" disabled="0" hostname=""><testcase name="x" classname="a" status="run"/></testsuite>',
    ],
  ])("is not %s", (_, xml) => {
    expect(readReport(new TextEncoder().encode(xml), "").tool).toBe(null);
  });
});
