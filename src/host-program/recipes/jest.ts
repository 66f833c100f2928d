import { inRun, npx, planOf, toolOf } from "./plan.ts";
import type { Recipe, RecipeInput, RecipePlan } from "./recipe.ts";
import { groupByFile, matchTitles, oneOf } from "./titles.ts";

function plan(input: RecipeInput): RecipePlan {
  const groups = input.tests === null ? [{ files: [], tests: [] }] : groupByFile(input.tests);
  const commands = groups.map(({ files, tests }, index) => [
    ...toolOf(input, npx("jest")),
    "--json",
    `--outputFile=${inRun(input, `jest-${index}.json`)}`,
    ...(tests.length > 0 ? [`--testNamePattern=${oneOf(tests, [" "])}`] : []),
    ...(files.length > 0 ? ["--runTestsByPath", ...files] : []),
  ]);
  return planOf({
    commands,
    reports: commands.map((_, index) => inRun(input, `jest-${index}.json`)),
  });
}

export const jest: Recipe = { name: "jest", frameworkIds: ["jest"], plan, match: matchTitles };
