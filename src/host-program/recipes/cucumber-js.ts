import { isPlace, matchScenario } from "./cucumber.ts";
import { inRun, npx, planOf, toolOf } from "./plan.ts";
import type { Recipe, RecipeInput, RecipePlan } from "./recipe.ts";

/**
 * A cucumber-js plugin that selects the asked scenarios: `--name` does not support rows, rules and features.
 * It compares names as `matchScenario` does.
 */
const selectPlugin = (
  contents: readonly string[],
): string => `const plain = (text) => text.replace(/\\s+/g, " ").replace(/[\\p{Cc}\\uFFFD]/gu, "").trim();
const asked = ${JSON.stringify(contents)}.map(plain);

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

function longName({ pickle, gherkinDocument }) {
  const place = placesOf(gherkinDocument.feature).get(pickle.astNodeIds.at(-1)) ?? {};
  const row = place.row && (pickle.name === place.scenario ? place.row : place.row + ": " + pickle.name);
  return [place.rule, place.scenario, place.examples, row].filter(Boolean).join(" - ");
}

const spellings = (name, { pickle, gherkinDocument }) => [
  plain(name),
  ...[gherkinDocument.feature.name, pickle.uri].flatMap((before) =>
    [".", " > ", " › ", " - ", ": ", "::"].map((join) => plain(before + join + name)),
  ),
];

function choose(pickles) {
  const chosen = new Set();
  const named = pickles.map((each) => [each, spellings(longName(each), each), spellings(each.pickle.name, each)]);
  for (const content of asked) {
    const exact = named.filter(([, long]) => long.includes(content));
    const own = exact.length > 0 ? exact : named.filter(([, , short]) => short.includes(content));
    for (const [each] of own) chosen.add(each);
  }
  return pickles.filter((each) => chosen.has(each));
}

export default {
  type: "plugin",
  coordinator({ transform }) {
    transform("pickles:filter", choose);
  },
};
`;

/** Names and places need one command each: the plugin would drop scenarios that are asked by place. */
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
