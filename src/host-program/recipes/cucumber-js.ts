import { isPlace, JOINS, matchScenario, splitScenario } from "./cucumber.ts";
import { inRun, npx, planOf, toolOf } from "./plan.ts";
import type { Recipe, RecipeInput, RecipePlan } from "./recipe.ts";

/**
 * A cucumber-js plugin that selects the asked scenarios: `--name` does not support rows, rules, features and files.
 * It compares names as `matchScenario` does. A name after its feature's or file's counts before the same words alone.
 */
const selectPlugin = (
  contents: readonly string[],
): string => `const plain = (text) => text.replace(/\\s+/g, " ").replace(/[\\p{Cc}\\uFFFD]/gu, "").trim();
const JOINS = ${JSON.stringify(JOINS)};
const asked = ${JSON.stringify(
  contents.map((content) => ({ whole: content, ...splitScenario(content) })),
)}.map(({ whole, file, name }) => ({ whole: plain(whole), file, name: plain(name) }));

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

const slashed = (path) => path.replaceAll("\\\\", "/").replace(/^(?:\\.\\/)+/, "");

/** The names of a scenario, its long one first, alone and after its feature's. */
function namesOf(found) {
  const { pickle, gherkinDocument } = found;
  const names = [longName(found), pickle.name].map((name) => ({
    name: plain(name),
    ofFeature: new Set(JOINS.map((join) => plain(gherkinDocument.feature.name + join + name))),
  }));
  return { found, file: slashed(pickle.uri), names };
}

/** How a content names a scenario: 0 is best, -1 is not at all. */
function rankOf(asked, { file, names }) {
  const isInFile = asked.file !== null && slashed(asked.file) === file;
  const ranks = names.flatMap(({ name, ofFeature }) => [
    (isInFile && asked.name === name) || ofFeature.has(asked.whole),
    asked.whole === name,
  ]);
  return ranks.indexOf(true);
}

function choose(pickles) {
  const chosen = new Set();
  const all = pickles.map(namesOf);
  for (const each of asked) {
    const ranked = all.map((named) => [rankOf(each, named), named.found]).filter(([rank]) => rank >= 0);
    const best = ranked.reduce((least, [rank]) => Math.min(least, rank), Infinity);
    for (const [rank, found] of ranked) if (rank === best) chosen.add(found);
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
  return planOf({
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
