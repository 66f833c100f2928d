import type { Recipe } from "./recipes/recipe.ts";
import type { AgentSettings } from "./settings.ts";

const commandRecipe: Recipe = {
  name: "command",
  frameworkIds: [],
  plan: ({ command = [], shell = false }) => ({
    commands: [command],
    shell,
    env: {},
    files: [],
    reports: [],
    reportFrom: "files",
    reportKind: "none",
  }),
  match: () => null,
};

export const recipeOf = (_agent: AgentSettings): Recipe => commandRecipe;
