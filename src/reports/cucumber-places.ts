import { type Json, numberOf, objectOf, objectsOf, textOf } from "./json.ts";

/** The place of a scenario or an example row, with its names in the tools' reports. */
export interface Place {
  feature: string;
  rule: string | null;
  scenario: string;
  /** Of a row: its examples' title, `#1.2`, and its values. */
  examples: string | null;
  row: string | null;
  values: string | null;
  line: number | null;
}

const lineOf = (node: Json): number | null => numberOf(objectOf(node.location).line);

const valuesOf = (row: Json): string =>
  objectsOf(row.cells)
    .map(({ value }) => textOf(value) ?? "")
    .join(" | ");

const addScenario = (
  places: Map<string, Place>,
  scenario: Json,
  around: { feature: string; rule: string | null },
) => {
  const name = textOf(scenario.name) ?? "";
  const none = { examples: null, row: null, values: null };
  const place = { ...around, scenario: name, ...none, line: lineOf(scenario) };
  places.set(textOf(scenario.id) ?? "", place);
  objectsOf(scenario.examples).forEach((examples, table) => {
    const title = textOf(examples.name) ?? "";
    objectsOf(examples.tableBody).forEach((row, index) => {
      const number = `#${table + 1}.${index + 1}`;
      const found = { ...place, examples: title, row: number, values: valuesOf(row), line: lineOf(row) };
      places.set(textOf(row.id) ?? "", found);
    });
  });
};

/** Adds a feature's scenarios and rows under the ids that pickles refer to. */
export const addFeature = (places: Map<string, Place>, document: Json): void => {
  const feature = objectOf(document.feature);
  const name = textOf(feature.name) ?? "";
  for (const child of objectsOf(feature.children)) {
    const rule = objectOf(child.rule);
    if (child.scenario) addScenario(places, objectOf(child.scenario), { feature: name, rule: null });
    for (const inner of objectsOf(rule.children)) {
      const around = { feature: name, rule: textOf(rule.name) };
      if (inner.scenario) addScenario(places, objectOf(inner.scenario), around);
    }
  }
};

/** The name in cucumber-js's JUnit report: `Rule - outline <v> - first - #1.1: outline 1`. */
export const longName = ({ rule, scenario, examples, row }: Place, pickle: string): string => {
  const numbered = row === null ? null : pickle === scenario ? row : `${row}: ${pickle}`;
  return [rule, scenario, examples, numbered].filter((part) => part !== null && part !== "").join(" - ");
};
