import type { ReportCase } from "../../reports/report-case.ts";
import { inRun, planOf, toolOf } from "./plan.ts";
import { quoteTitle } from "./quote.ts";
import type { AskedTest, Match, Recipe, RecipeInput, RecipePlan } from "./recipe.ts";
import { groupByFile, matchTitles, oneOf, type TitledTest } from "./titles.ts";

/**
 * A reporter for `node --test` that writes each test with its titles, and the failed hooks and files: the
 * JUnit reporter omits a failing `after` hook. Plain JavaScript, for any version of Node.
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

/** Node's JUnit reporter escapes quotes in names twice. */
const unescaped = (test: AskedTest): AskedTest => ({
  ...test,
  content: test.content.replaceAll("&quot;", '"').replaceAll("&apos;", "'"),
});

/**
 * The name pattern matches a test's whole title or own title, so `^x$` also matches each `x` in a describe.
 * The skip pattern drops a test if neither title belongs to an asked test or to a describe around one. Titles
 * that were joined by spaces do not show their describes: then nothing is dropped.
 */
function patternsOf(tests: readonly TitledTest[]): string[] {
  if (tests.length === 0) return [];
  const name = `--test-name-pattern=${oneOf(tests, [" "])}`;
  if (tests.some(({ titles }) => titles.length === 1 && titles[0]?.includes(" "))) return [name];
  const kept = tests.flatMap(({ titles }) => [
    ...titles,
    ...titles.map((_, index) => titles.slice(0, index + 1).join(" ")),
  ]);
  // The root of a file's tests has this name, and an empty whole title.
  kept.push("<root>", "");
  return [name, `--test-skip-pattern=^(?!(?:${[...new Set(kept.map(quoteTitle))].join("|")})$)`];
}

/** Since Node 22 files are globs in which a backslash escapes nothing: special characters become `?`, any one character. */
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
  return planOf({
    commands,
    files: [{ path: reporter, text: NODE_REPORTER }],
    reports: commands.map((_, index) => inRun(input, `node-${index}.ndjson`)),
  });
}

const match = (test: AskedTest, found: ReportCase): Match => matchTitles(unescaped(test), found);

/** Needs Node 22: the patterns of Node 20 match own titles only. */
export const nodeTest: Recipe = {
  name: "node:test",
  frameworkIds: ["node", "node:test", "node-test"],
  plan,
  match,
};
