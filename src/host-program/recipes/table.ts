import { command } from "./command.ts";
import { cucumberJs } from "./cucumber-js.ts";
import { cucumberJvm } from "./cucumber-jvm.ts";
import { dotnetTest } from "./dotnet-test.ts";
import { goTest } from "./go-test.ts";
import { gradle } from "./gradle.ts";
import { jest } from "./jest.ts";
import { kickoffOf } from "./kickoff.ts";
import { planInParts } from "./long-lists.ts";
import { maven } from "./maven.ts";
import { mocha } from "./mocha.ts";
import { nodeTest } from "./node-test.ts";
import { phpunit } from "./phpunit.ts";
import { playwright } from "./playwright.ts";
import { pytest } from "./pytest.ts";
import type { Recipe, RecipeInput, RecipePlan } from "./recipe.ts";
import { robot } from "./robot.ts";
import { rspec } from "./rspec.ts";
import { vitest } from "./vitest.ts";

/** Every recipe. The first one with a matching framework id is used. */
export const RECIPES: readonly Recipe[] = [
  vitest,
  jest,
  mocha,
  playwright,
  nodeTest,
  cucumberJs,
  cucumberJvm,
  pytest,
  goTest,
  rspec,
  phpunit,
  maven,
  gradle,
  dotnetTest,
  robot,
  command,
];

/** Ignores case, spaces, hyphens and underscores. */
const plain = (id: string): string => id.toLowerCase().replace(/[\s_-]/g, "");

export const findRecipe = (name: string): Recipe | undefined =>
  RECIPES.find((recipe) => plain(recipe.name) === plain(name));

export const recipeFor = (frameworkId: string): Recipe | undefined =>
  RECIPES.find(({ frameworkIds }) => frameworkIds.some((id) => plain(id) === plain(frameworkId)));

/** The recipe's plan, with the variables and files that every run gets. */
export function planRun(recipe: Recipe, input: RecipeInput): RecipePlan {
  const plan = planInParts(recipe, input);
  const kickoff = kickoffOf(input);
  return { ...plan, env: { ...kickoff.env, ...plan.env }, files: [...kickoff.files, ...plan.files] };
}
