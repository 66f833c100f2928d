import type { ReportCase } from "../../reports/report-case.ts";
import { inRun, planOf, toolOf } from "./plan.ts";
import { quoteGlob } from "./quote.ts";
import type { AskedTest, ExitMeaning, Match, Recipe, RecipeInput, RecipePlan } from "./recipe.ts";

/** An argument file has one option per line; values need no quotes. */
function argumentsOf(tests: readonly AskedTest[]): string {
  return tests.map(({ content }) => `--test ${quoteGlob(content.replace(/\s+/g, " "))}\n`).join("");
}

function plan(input: RecipeInput): RecipePlan {
  const report = inRun(input, "robot.xml");
  const list = inRun(input, "tests.args");
  const command = [
    ...toolOf(input, ["robot"]),
    `--xunit=${report}`,
    `--outputdir=${input.runFolder}`,
    ...(input.tests === null ? [] : [`--argumentfile=${list}`]),
    ".",
  ];
  const files = input.tests === null ? [] : [{ path: list, text: argumentsOf(input.tests) }];
  return planOf({ commands: [command], files, reports: [report] });
}

/** Robot Framework ignores case, spaces and underscores in names. */
const plain = (name: string): string => name.toLowerCase().replace(/[\s_]/g, "");

function match({ content }: AskedTest, found: ReportCase): Match {
  const names = [found.name, `${found.classname}.${found.name}`].map(plain);
  return names.includes(plain(content)) ? "test" : null;
}

/** Codes up to 250 are the number of failed tests. */
function exitMeaning(code: number): ExitMeaning {
  if (code === 0) return "passed";
  if (code === 252) return "no_tests";
  return code <= 250 ? "failed" : "broken";
}

export const robot: Recipe = {
  name: "robot",
  frameworkIds: ["robot", "robotframework", "robot framework"],
  plan,
  match,
  exitMeaning,
};
