import type { RecipeInput, RecipePlan } from "./recipe.ts";

/** A path in the run's folder. Forward slashes work on Windows too. */
export const inRun = (input: RecipeInput, name: string): string =>
  `${input.runFolder.replace(/[\\/]+$/, "")}/${input.part === undefined ? "" : `${input.part}-`}${name}`;

/** The agent's command, or the tool's usual one. */
export const toolOf = (input: RecipeInput, usual: readonly string[]): readonly string[] =>
  input.command && input.command.length > 0 ? input.command : usual;

/** `npx --no-install` passes options on; `npx --no` keeps `--json` for itself. */
export const npx = (tool: string): readonly string[] => ["npx", "--no-install", tool];

/** A plan with reports in files. Omitted fields are empty. */
export const planOf = (plan: Partial<RecipePlan> & Pick<RecipePlan, "commands">): RecipePlan => ({
  shell: false,
  env: {},
  files: [],
  reports: [],
  reportFrom: "files",
  ...plan,
});

/** The variable's list of paths with `path` in front. */
export function prepended(input: RecipeInput, variable: string, path: string): string {
  const inherited = input.env[variable];
  return inherited ? `${path}${input.platform === "win32" ? ";" : ":"}${inherited}` : path;
}
