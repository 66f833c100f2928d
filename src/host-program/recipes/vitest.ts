import { inRun, npx, planOf, toolOf } from "./plan.ts";
import { quotePicomatch } from "./quote.ts";
import type { Recipe, RecipeInput, RecipePlan } from "./recipe.ts";
import { groupByFile, matchTitles, oneOf } from "./titles.ts";

/** Vitest matches a file's name anywhere in a path, so files whose paths only contain it are excluded. */
function excludeOthers(file: string): string[] {
  const path = quotePicomatch(file.replace(/^(?:\.\/)+/, ""));
  return [`**/?*${path}`, `*/**/${path}`, `${path}?*`].map((glob) => `--exclude=${glob}`);
}

function plan(input: RecipeInput): RecipePlan {
  const tool = [...toolOf(input, npx("vitest")), "run", "--reporter=default", "--reporter=json"];
  const groups = input.tests === null ? [{ files: [], tests: [] }] : groupByFile(input.tests);
  const commands = groups.map(({ files, tests }, index) => [
    ...tool,
    `--outputFile.json=${inRun(input, `vitest-${index}.json`)}`,
    // The exclusions of one file could drop another file of the same command.
    ...(files.length === 1 ? files.flatMap(excludeOthers) : []),
    // Vitest 5 joins titles by " > ", earlier versions by a space.
    ...(tests.length > 0 ? [`--testNamePattern=${oneOf(tests, [" > ", " "])}`] : []),
    ...files,
  ]);
  return planOf({
    commands,
    reports: commands.map((_, index) => inRun(input, `vitest-${index}.json`)),
  });
}

export const vitest: Recipe = { name: "vitest", frameworkIds: ["vitest"], plan, match: matchTitles };
