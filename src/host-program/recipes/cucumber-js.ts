import { isPlace, matchScenario } from "./cucumber.ts";
import { inRun, npx, planOf, toolOf } from "./plan.ts";
import type { Recipe, RecipeInput, RecipePlan } from "./recipe.ts";

/**
 * A plugin for cucumber-js that keeps the scenarios that were asked for: `--name` knows nothing of rows, rules and
 * features. It spells a scenario as `spellingsOf` does.
 */
const selectPlugin = (
  contents: readonly string[],
): string => `const asked = new Set(${JSON.stringify(contents)});
const plain = (text) => text.replace(/\\s+/g, " ").replace(/[\\p{Cc}\\uFFFD]/gu, "").trim();
for (const content of [...asked]) asked.add(plain(content));

function placesOf(feature) {
  const places = new Map();
  const add = (scenario, rule) => {
    places.set(scenario.id, { rule, scenario: scenario.name });
    scenario.examples.forEach((examples, table) =>
      examples.tableBody.forEach((row, index) =>
        places.set(row.id, { rule, scenario: scenario.name, examples: examples.name, row: "#" + (table + 1) + "." + (index + 1) }),
      ),
    );
  };
  for (const child of feature.children) {
    if (child.scenario) add(child.scenario);
    for (const inner of child.rule?.children ?? []) if (inner.scenario) add(inner.scenario, child.rule.name);
  }
  return places;
}

function isAsked({ pickle, gherkinDocument }) {
  const place = placesOf(gherkinDocument.feature).get(pickle.astNodeIds.at(-1)) ?? {};
  const row = place.row && (pickle.name === place.scenario ? place.row : place.row + ": " + pickle.name);
  const long = [place.rule, place.scenario, place.examples, row].filter(Boolean).join(" - ");
  return [long, pickle.name].some((name) =>
    asked.has(plain(name)) ||
    [gherkinDocument.feature.name, pickle.uri].some((before) =>
      [".", " > ", " › ", " - ", ": ", "::"].some((join) => asked.has(plain(before + join + name))),
    ),
  );
}

export default {
  type: "plugin",
  coordinator({ transform }) {
    transform("pickles:filter", (pickles) => pickles.filter(isAsked));
  },
};
`;

/** Scenarios by name, and scenarios by place, take a command each: the plugin would drop what only has a place. */
function plan(input: RecipeInput): RecipePlan {
  const places = input.tests?.filter(({ content }) => isPlace(content)).map(({ content }) => content) ?? [];
  const named = input.tests?.filter(({ content }) => !isPlace(content)).map(({ content }) => content) ?? [];
  const plugin = inRun(input, "select.mjs");
  const chosen: string[][] = input.tests === null ? [[]] : [];
  if (places.length > 0) chosen.push(places);
  if (named.length > 0) chosen.push([`--plugin=${plugin}`]);
  const reports = chosen.map((_, index) => inRun(input, `cucumber-${index}.ndjson`));
  return planOf("cucumber_messages", {
    commands: chosen.map((choice, index) => [
      ...toolOf(input, npx("cucumber-js")),
      `--format=message:${reports[index]}`,
      ...choice,
    ]),
    files: named.length > 0 ? [{ path: plugin, text: selectPlugin(named) }] : [],
    reports,
  });
}

export const cucumberJs: Recipe = {
  name: "cucumber-js",
  frameworkIds: ["cucumber", "cucumber-js"],
  plan,
  match: matchScenario,
};
