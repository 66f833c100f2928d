import { isPlace, matchScenario } from "./cucumber.ts";
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

/** Places and names need one command each: Cucumber requires both filters to match. */
function plan(input: RecipeInput): RecipePlan {
  const list = inRun(input, "features.txt");
  const places = input.tests?.filter(({ content }) => isPlace(content)).map(({ content }) => content) ?? [];
  const named = input.tests?.filter(({ content }) => !isPlace(content)).map(({ content }) => content) ?? [];
  const names = [...new Set(named.flatMap(ownNames).map(quoteJavaRegex))];
  const chosen: string[][] = input.tests === null ? [[]] : [];
  if (places.length > 0) chosen.push([`-Dcucumber.features=@${list}`]);
  if (names.length > 0) chosen.push([`-Dcucumber.filter.name=^(?:${names.join("|")})$`]);
  const reports = chosen.map((_, index) => inRun(input, `cucumber-${index}.ndjson`));
  return planOf("cucumber_messages", {
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
