import { inRun, planOf, toolOf } from "./plan.ts";
import { quoteTitle } from "./quote.ts";
import type { AskedTest, Match, Recipe, RecipeInput, RecipePlan } from "./recipe.ts";
import type { FoundCase } from "./report-case.ts";
import { groupByFile, matchTitles, oneOf, type TitledTest } from "./titles.ts";

/**
 * A reporter for `node --test` that says each test with its titles, and the hooks and files that failed: the JUnit
 * reporter leaves out a failing `after` hook. In plain JavaScript, for any version of Node.
 */
const NODE_REPORTER = `export default async function* (events) {
  const around = [];
  for await (const { type, data } of events) {
    if (type === "test:start") {
      around.length = data.nesting;
      around.push(data.name);
    }
    if (type !== "test:pass" && type !== "test:fail") continue;
    const error = data.details?.error;
    const cause = error?.cause;
    yield JSON.stringify({
      titles: [...around.slice(0, data.nesting), data.name],
      type: data.details?.type ?? "test",
      file: data.file ?? null,
      line: data.line ?? null,
      passed: type === "test:pass",
      skipped: data.skip !== undefined || data.todo !== undefined,
      ms: data.details?.duration_ms ?? null,
      failure: error?.failureType ?? null,
      message: error ? String(cause?.message ?? cause ?? error.message) : null,
      detail: error ? String(cause?.stack ?? error.stack ?? "") : null,
    }) + "\\n";
  }
}
`;

/** Its JUnit reporter writes a name's quotes as entities twice. */
const unescaped = (test: AskedTest): AskedTest => ({
  ...test,
  content: test.content.replaceAll("&quot;", '"').replaceAll("&apos;", "'"),
});

/**
 * The name pattern takes a test whose whole title or own title fits, so `^x$` takes each `x` in a describe too. The
 * skip pattern drops what has a whole or own title that no asked test or describe around one has. Titles that were
 * joined by spaces do not tell their describes: then nothing is dropped.
 */
function patternsOf(tests: readonly TitledTest[]): string[] {
  if (tests.length === 0) return [];
  const name = `--test-name-pattern=${oneOf(tests, [" "])}`;
  if (tests.some(({ titles }) => titles.length === 1 && titles[0]?.includes(" "))) return [name];
  const kept = tests.flatMap(({ titles }) => [
    ...titles,
    ...titles.map((_, index) => titles.slice(0, index + 1).join(" ")),
  ]);
  // What is around all tests of a file has this name, and an empty whole title.
  kept.push("<root>", "");
  return [name, `--test-skip-pattern=^(?!(?:${[...new Set(kept.map(quoteTitle))].join("|")})$)`];
}

/** Files are globs since version 22, whose backslash escapes nothing: a sign of a glob is any one character. */
const fileGlob = (file: string): string => file.replace(/[*?[\](){}!+@|]/g, "?");

function plan(input: RecipeInput): RecipePlan {
  const reporter = inRun(input, "reporter.mjs");
  const groups = input.tests === null ? [{ files: [], tests: [] }] : groupByFile(input.tests.map(unescaped));
  const commands = groups.map(({ files, tests }, index) => [
    ...toolOf(input, ["node"]),
    "--test",
    `--test-reporter=${input.platform === "win32" ? `file:///${reporter}` : reporter}`,
    `--test-reporter-destination=${inRun(input, `node-${index}.ndjson`)}`,
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    ...patternsOf(tests),
    ...files.map(fileGlob),
  ]);
  return planOf("node_lines", {
    commands,
    files: [{ path: reporter, text: NODE_REPORTER }],
    reports: commands.map((_, index) => inRun(input, `node-${index}.ndjson`)),
  });
}

const match = (test: AskedTest, found: FoundCase): Match => matchTitles(unescaped(test), found);

/** From Node 22 on: the patterns of 20 know own titles alone. */
export const nodeTest: Recipe = {
  name: "node:test",
  frameworkIds: ["node", "node:test", "node-test"],
  plan,
  match,
};
