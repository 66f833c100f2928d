import { inRun, npx, planOf, toolOf } from "./plan.ts";
import type { Recipe, RecipeInput, RecipePlan } from "./recipe.ts";
import { groupByFile, matchTitles, oneOf } from "./titles.ts";

function plan(input: RecipeInput): RecipePlan {
  const groups = input.tests === null ? [{ files: [], tests: [] }] : groupByFile(input.tests);
  const commands = groups.map(({ files, tests }, index) => [
    ...toolOf(input, npx("mocha")),
    "--reporter=json",
    `--reporter-option=output=${inRun(input, `mocha-${index}.json`)}`,
    ...(tests.length > 0 ? [`--grep=${oneOf(tests, [" "])}`] : []),
    ...files,
  ]);
  return planOf({
    commands,
    reports: commands.map((_, index) => inRun(input, `mocha-${index}.json`)),
  });
}

export const mocha: Recipe = { name: "mocha", frameworkIds: ["mocha"], plan, match: matchTitles };
