import { jest } from "../../../../src/host-program/recipes/jest.ts";
import { mocha } from "../../../../src/host-program/recipes/mocha.ts";
import { nodeTest } from "../../../../src/host-program/recipes/node-test.ts";
import { vitest } from "../../../../src/host-program/recipes/vitest.ts";
import { type Ask, BITING, NO_SUCH, type RealTool } from "./real-tool.ts";

/** One file of tests; each leaves `file:` and its titles as its mark. `runner` imports what the tool calls them by. */
function testFile(runner: string, file: string): string {
  const biting = BITING.map(
    (title) => `  it(${JSON.stringify(title)}, () => ran(${JSON.stringify(`outer/${title}`)}));`,
  );
  return `${runner}
const ran = (mark) => appendFileSync(process.env.RAN, ${JSON.stringify(`${file}:`)} + mark + "\\n");
describe("outer", () => {
  describe("inner", () => {
    it("x", () => ran("outer/inner/x"));
    it("xy", () => ran("outer/inner/xy"));
  });
${biting.join("\n")}
  for (const row of ["1", "[2]"]) it(\`row \${row}\`, () => ran(\`outer/row \${row}\`));
  it("two\\nlines", () => ran("outer/two lines"));
  it.skip("skipped", () => ran("outer/skipped"));
});
describe("red", () => {
  it("fails", () => {
    ran("red/fails");
    throw new Error("as it should");
  });
});
it("x", () => ran("x"));
`;
}

/** A file whose tests pass while one of its hooks fails. */
const hookFile = (runner: string, after: string): string => `${runner}
describe("hooked", () => {
  ${after}(() => {
    throw new Error("the hook failed");
  });
  it("green", () => appendFileSync(process.env.RAN, "hook:green\\n"));
});
`;

interface Names {
  file: string;
  /** A folder and a file with characters of globs and regular expressions. */
  odd: string;
  hook: string;
  join: string;
}

function asksOf({ file, odd, hook, join }: Names): Ask[] {
  const one = (titles: string[], path = file, mark = "a") => ({
    contents: [[path, titles.join(join)].join(" > ")],
    ran: [`${mark}:${titles.join("/").replace("\n", " ")}`],
    outcome: "COMPLETED" as const,
  });
  return [
    ...BITING.map((title) => ({ what: `the title ${title}`, ...one(["outer", title]) })),
    { what: "a nested title, and not the same words one level up", ...one(["outer", "inner", "x"]) },
    { what: "a row", ...one(["outer", "row [2]"]) },
    { what: "a title of two lines, which reports write with a space", ...one(["outer", "two lines"]) },
    { what: "a top-level title that ends others", ...one(["x"]) },
    { what: "a file with brackets and spaces in its path", ...one(["outer", "inner", "xy"], odd, "c") },
    {
      what: "different tests of two files, and not the same titles of the other file",
      contents: [`${file} > outer${join}costs $5`, `${odd} > outer${join}a, b`],
      ran: ["a:outer/costs $5", "c:outer/a, b"],
      outcome: "COMPLETED",
    },
    {
      what: "a red test beside a green one",
      contents: [`${file} > red${join}fails`, `${file} > x`],
      ran: ["a:red/fails", "a:x"],
      outcome: "FAILED",
      tests: ["failed", "passed"],
      reason: /1 of 2 tests failed: .*fails/,
    },
    {
      what: "a test that is not there beside one that is",
      contents: [`${file} > x`, `${file} > outer${join}gone`],
      ran: ["a:x"],
      outcome: "FAILED",
      tests: ["passed", "not_found"],
      reason: /1 of 2 tests were not found: .*gone/,
    },
    {
      what: "only a test that is not there",
      contents: [`${file} > outer${join}gone`],
      ran: [],
      outcome: "FAILED",
      tests: ["not_found"],
      reason: NO_SUCH,
    },
    {
      what: "a file that is not there",
      contents: [`gone.${file} > x`],
      ran: [],
      outcome: "FAILED",
      tests: ["not_found"],
      reason: NO_SUCH,
    },
    {
      what: "a green test whose after hook fails",
      contents: [`${hook} > hooked${join}green`],
      ran: ["hook:green"],
      outcome: "FAILED",
      tests: ["passed"],
      reason: /hook|outside of the tests/,
    },
  ];
}

const ODD = "odd (1)/[id]";

function filesOf(runner: string, after: string, names: Names): Record<string, string> {
  return {
    [names.file]: testFile(runner, "a"),
    // The whole path of the first file is a part of these paths.
    [names.file.replace("a.", "aa.")]: testFile(runner, "aa"),
    [`lib/${names.file}`]: testFile(runner, "lib"),
    [names.odd]: testFile(runner, "c"),
    [names.hook]: hookFile(runner, after),
  };
}

const appendImport = 'import { appendFileSync } from "node:fs";';
const vitestNames = { file: "a.test.js", odd: `${ODD}/c.test.js`, hook: "hook.test.js", join: " > " };
const jestNames = { ...vitestNames, join: " " };
const mochaNames = { file: "a.spec.cjs", odd: `${ODD}/c.spec.cjs`, hook: "hook.spec.cjs", join: " " };
const nodeNames = { file: "a.test.mjs", odd: `${ODD}/c.test.mjs`, hook: "hook.test.mjs", join: " > " };
const required = 'const { appendFileSync } = require("node:fs");';

export const javascriptTools: RealTool[] = [
  {
    name: "vitest",
    recipe: vitest,
    packages: { vitest: "5.1.1" },
    version: ["npx", "--no-install", "vitest", "--version"],
    files: {
      "package.json": '{ "type": "module" }',
      ...filesOf(
        `${appendImport}\nimport { afterAll, describe, it } from "vitest";`,
        "afterAll",
        vitestNames,
      ),
    },
    asks: asksOf(vitestNames),
    imported: {
      argv: [
        "npx",
        "--no-install",
        "vitest",
        "run",
        "a.test.js",
        "--reporter=junit",
        "--outputFile={report}",
      ],
    },
  },
  {
    name: "vitest 3",
    recipe: vitest,
    packages: { vitest: "3.2.4" },
    version: ["npx", "--no-install", "vitest", "--version"],
    files: {
      "package.json": '{ "type": "module" }',
      ...filesOf(
        `${appendImport}\nimport { afterAll, describe, it } from "vitest";`,
        "afterAll",
        vitestNames,
      ),
    },
    asks: asksOf(vitestNames),
  },
  {
    name: "jest",
    recipe: jest,
    packages: { jest: "30.5.2", "jest-junit": "17.0.0" },
    version: ["npx", "--no-install", "jest", "--version"],
    files: { "package.json": "{}", ...filesOf(required, "afterAll", jestNames) },
    asks: asksOf(jestNames),
    imported: {
      argv: ["npx", "--no-install", "jest", "--reporters=jest-junit", "--runTestsByPath", "a.test.js"],
      env: { JEST_JUNIT_OUTPUT_FILE: "{report}", JEST_JUNIT_ADD_FILE_ATTRIBUTE: "true" },
    },
  },
  {
    name: "mocha",
    recipe: mocha,
    packages: { mocha: "12.0.3" },
    version: ["npx", "--no-install", "mocha", "--version"],
    files: { "package.json": "{}", ...filesOf(required, "after", mochaNames) },
    asks: asksOf(mochaNames),
  },
  {
    name: "node:test",
    recipe: nodeTest,
    version: ["node", "--version"],
    files: filesOf(`${appendImport}\nimport { after, describe, it } from "node:test";`, "after", nodeNames),
    asks: asksOf(nodeNames),
    imported: {
      argv: ["node", "--test", "--test-reporter=junit", "--test-reporter-destination={report}", "a.test.mjs"],
    },
  },
];
