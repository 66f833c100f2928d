import { inRun, planOf, toolOf } from "./plan.ts";
import { quotePicomatch } from "./quote.ts";
import type { Recipe, RecipeInput, RecipePlan } from "./recipe.ts";
import { groupByFile, matchTitles, oneOf } from "./titles.ts";

/**
 * A reporter for `node --test` that says each test with its titles, and the hooks and files that failed: the JUnit
 * reporter leaves out a failing `after` hook. In plain JavaScript, for any version of Node.
 */
export const NODE_REPORTER = `export default async function* (events) {
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

function plan(input: RecipeInput): RecipePlan {
  const reporter = inRun(input, "reporter.mjs");
  const groups = input.tests === null ? [{ files: [], tests: [] }] : groupByFile(input.tests);
  const commands = groups.map(({ files, tests }, index) => [
    ...toolOf(input, ["node"]),
    "--test",
    `--test-reporter=${input.platform === "win32" ? `file:///${reporter}` : reporter}`,
    `--test-reporter-destination=${inRun(input, `node-${index}.ndjson`)}`,
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    ...(tests.length > 0 ? [`--test-name-pattern=${oneOf(tests, [" "])}`] : []),
    ...files.map(quotePicomatch),
  ]);
  return planOf("node_lines", {
    commands,
    files: [{ path: reporter, text: NODE_REPORTER }],
    reports: commands.map((_, index) => inRun(input, `node-${index}.ndjson`)),
  });
}

export const nodeTest: Recipe = {
  name: "node:test",
  frameworkIds: ["node", "node:test", "node-test"],
  plan,
  match: matchTitles,
};
