import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Plain } from "../programs/plain-error.ts";
import { command } from "./recipes/command.ts";
import type { Recipe } from "./recipes/recipe.ts";
import { findRecipe, RECIPES, recipeFor } from "./recipes/table.ts";
import { type AgentSettings, FRESH } from "./settings.ts";

/** Packages that identify a tool; the first match wins. */
const OF_PACKAGES: [packageName: string, recipe: string][] = [
  ["@playwright/test", "playwright"],
  ["@cucumber/cucumber", "cucumber-js"],
  ["vitest", "vitest"],
  ["jest", "jest"],
  ["mocha", "mocha"],
];
/** Files that identify a tool. */
const OF_FILES: [file: RegExp, recipe: string][] = [
  [/^pom\.xml$/, "maven"],
  [/^build\.gradle(\.kts)?$/, "gradle"],
  [/^(pytest\.ini|conftest\.py|test_.*\.py)$/, "pytest"],
  [/^go\.mod$/, "go test"],
  [/^\.rspec$/, "rspec"],
  [/^phpunit\.xml(\.dist)?$/, "phpunit"],
  [/\.(csproj|fsproj|sln)$/, "dotnet test"],
  [/\.robot$/, "robot"],
];

const packagesIn = (directory: string): string => {
  const path = join(directory, "package.json");
  return existsSync(path) ? readFileSync(path, "utf8") : "";
};

/** The recipe that a folder's files indicate; undefined if none. */
export const detectRecipe = (directory: string): string | undefined => {
  const manifest = packagesIn(directory);
  const found = OF_PACKAGES.find(([name]) => manifest.includes(`"${name}"`));
  if (found) return found[1];
  const files = existsSync(directory) ? readdirSync(directory) : [];
  const byFile = OF_FILES.find(([pattern]) => files.some((name) => pattern.test(name)));
  if (byFile) return byFile[1];
  return manifest !== "" && /node --test/.test(manifest) ? "node:test" : undefined;
};

/** The recipe of an agent. Throws `Plain` with the choices. */
export const recipeOf = ({ name, recipe, command: given, frameworkId, directory }: AgentSettings): Recipe => {
  const choices = RECIPES.map((each) => each.name).join(", ");
  if (recipe !== undefined) {
    const found = findRecipe(recipe);
    if (found) return found;
    throw new Plain(`agent ${name}: there is no recipe ${recipe}; there are ${choices}`);
  }
  if (given !== undefined) return command;
  const found =
    recipeFor(frameworkId ?? "") ??
    findRecipe((directory === FRESH ? undefined : detectRecipe(directory)) ?? "");
  if (found) return found;
  throw new Plain(
    `agent ${name}: ${directory} does not tell how its tests are run; give --recipe (${choices}), or a command after --`,
  );
};
