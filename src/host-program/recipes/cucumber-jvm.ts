import { isPlace, matchScenario, splitScenario } from "./cucumber.ts";
import { inRun, planOf, toolOf } from "./plan.ts";
import { quoteJavaRegex } from "./quote.ts";
import type { Recipe, RecipeInput, RecipePlan } from "./recipe.ts";

/**
 * The scenario names that a report's name may stand for, such as `Rule - outline - first - #1.1: outline 1`,
 * with its feature or without. Cucumber-JVM filters by the scenario's own name only.
 */
function ownNames(content: string): string[] {
  const row = /#\d+\.\d+(?:: (.*))?$/s.exec(content);
  if (row?.[1] !== undefined) return [row[1]];
  const name = row ? content.slice(0, row.index).replace(/ - $/, "") : content;
  const parts = name.split(" - ");
  const tails = parts.map((_, index) => parts.slice(index).join(" - "));
  // The title of the examples follows the outline's name.
  const outlines =
    row && parts.length > 1 ? tails.map((tail) => tail.split(" - ").slice(0, -1).join(" - ")) : [];
  const afterFeature = [".", " > ", " › ", ": ", "::"].flatMap((join) => {
    const at = content.indexOf(join);
    return at > 0 && !row ? [content.slice(at + join.length)] : [];
  });
  return [...new Set([...tails, ...outlines, ...afterFeature])].filter((each) => each !== "");
}

/** The names to filter by, in each file that they are asked of; null for those without a file. */
function namesByFile(contents: readonly string[]): Map<string | null, string[]> {
  const byFile = new Map<string | null, string[]>();
  for (const content of contents) {
    const { file, name } = splitScenario(content);
    byFile.set(file, [...(byFile.get(file) ?? []), ...ownNames(name)]);
  }
  return byFile;
}

/**
 * Places, and the names of each file, need one command each: Cucumber requires both filters to match. Names without a
 * file run in every feature, because Cucumber-JVM does not filter by a feature's name.
 */
function plan(input: RecipeInput): RecipePlan {
  const list = inRun(input, "features.txt");
  const places = input.tests?.filter(({ content }) => isPlace(content)).map(({ content }) => content) ?? [];
  const named = input.tests?.filter(({ content }) => !isPlace(content)).map(({ content }) => content) ?? [];
  const chosen: string[][] = input.tests === null ? [[]] : [];
  if (places.length > 0) chosen.push([`-Dcucumber.features=@${list}`]);
  for (const [file, names] of namesByFile(named)) {
    const pattern = [...new Set(names.map(quoteJavaRegex))].join("|");
    const filter = `-Dcucumber.filter.name=^(?:${pattern})$`;
    chosen.push(file === null ? [filter] : [`-Dcucumber.features=${file}`, filter]);
  }
  const reports = chosen.map((_, index) => inRun(input, `cucumber-${index}.ndjson`));
  return planOf({
    commands: chosen.map((choice, index) => [
      ...toolOf(input, ["mvn", "-B", "test"]),
      `-Dcucumber.plugin=message:${reports[index]}`,
      ...choice,
    ]),
    files: places.length > 0 ? [{ path: list, text: `${places.join("\n")}\n` }] : [],
    reports,
  });
}

export const cucumberJvm: Recipe = {
  name: "cucumber-jvm",
  frameworkIds: ["cucumber-jvm", "cucumber-java"],
  plan,
  match: matchScenario,
};
