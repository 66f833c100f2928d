import type { AskedTest, RecipeInput, RecipePlan } from "../../../src/host-program/recipes/recipe.ts";
import { findRecipe } from "../../../src/host-program/recipes/table.ts";
import { type ReportCase, reportCase } from "../../../src/reports/report-case.ts";

export const asked = (content: string, testRunId = 1): AskedTest => ({ testRunId, name: content, content });

/** null: the whole suite. */
export const inputOf = (
  contents: readonly string[] | null,
  more: Partial<RecipeInput> = {},
): RecipeInput => ({
  job: { id: 7, attempt: 2, projectId: 3 },
  tests: contents?.map((content, index) => asked(content, index + 1)) ?? null,
  runFolder: "/run",
  directory: "/project",
  platform: "linux",
  env: {},
  ...more,
});

export const recipeNamed = (name: string) => {
  const recipe = findRecipe(name);
  if (!recipe) throw new Error(`There is no recipe called ${name}.`);
  return recipe;
};

export const planned = (
  name: string,
  contents: readonly string[] | null,
  more?: Partial<RecipeInput>,
): RecipePlan => recipeNamed(name).plan(inputOf(contents, more));

export const found = (name: string, more: Partial<ReportCase> = {}): ReportCase =>
  reportCase({ name, outcome: "passed", ...more });
