import type { AskedTest, Recipe, RecipeInput, RecipePlan } from "./recipe.ts";

/** Bytes of a command: Linux takes 128 KiB as one argument, and cmd.exe 8,191 characters as a line. */
const MAX_ARGUMENT = 120_000;
const MAX_COMMAND = 500_000;
const MAX_WINDOWS_COMMAND = 7500;

const isTooLong = (command: readonly string[], platform: string): boolean => {
  const lengths = command.map((argument) => Buffer.byteLength(argument) + 1);
  const all = lengths.reduce((sum, length) => sum + length, 0);
  if (platform === "win32") return all > MAX_WINDOWS_COMMAND;
  return all > MAX_COMMAND || lengths.some((length) => length > MAX_ARGUMENT);
};

/** Two halves of the tests; undefined if they cannot be parted. */
function halvesOf(
  { keepTogether }: Recipe,
  tests: readonly AskedTest[],
): [AskedTest[], AskedTest[]] | undefined {
  const groups = new Map<string, AskedTest[]>();
  for (const [place, test] of tests.entries()) {
    const key = keepTogether?.(test) ?? `${place}`;
    const group = groups.get(key);
    if (group) group.push(test);
    else groups.set(key, [test]);
  }
  if (groups.size < 2) return undefined;
  const middle = Math.ceil(groups.size / 2);
  const all = [...groups.values()];
  return [all.slice(0, middle).flat(), all.slice(middle).flat()];
}

/**
 * The recipe's plan. If the tests are too many for a command line, they are run by several commands, each
 * with some of them; the files of each have the part's name in front.
 */
export function planInParts(recipe: Recipe, input: RecipeInput): RecipePlan {
  const plan = recipe.plan(input);
  const { tests, platform, part = "" } = input;
  const isShort = !plan.commands.some((command) => isTooLong(command, platform));
  const halves = tests === null || isShort ? undefined : halvesOf(recipe, tests);
  if (!halves) return plan;
  const first = planInParts(recipe, { ...input, tests: halves[0], part: `${part}0` });
  const second = planInParts(recipe, { ...input, tests: halves[1], part: `${part}1` });
  return {
    ...first,
    commands: [...first.commands, ...second.commands],
    env: { ...first.env, ...second.env },
    files: [...first.files, ...second.files],
    reports: [...new Set([...first.reports, ...second.reports])],
  };
}
