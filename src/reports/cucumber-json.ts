import type { Bounds } from "./bounds.ts";
import { CaseList } from "./case-list.ts";
import { type Json, listOf, numberOf, objectOf, objectsOf, textOf, textsOf } from "./json.ts";
import type { Outcome, Report } from "./report-case.ts";
import { NOTHING_REPLACED } from "./text.ts";

/** From best to worst: the worst step is the scenario's outcome. */
const STATUSES = ["passed", "skipped", "pending", "undefined", "ambiguous", "failed"];

interface Ran {
  status: string;
  message: string | null;
  /** In the file's unit. */
  duration: number;
}

const ran = (): Ran => ({ status: "passed", message: null, duration: 0 });

const worst = (one: Ran, other: Ran): Ran => {
  const isWorse = STATUSES.indexOf(other.status) > STATUSES.indexOf(one.status);
  const { status, message } = isWorse ? other : one;
  return { status, message, duration: one.duration + other.duration };
};

const ofResult = (found: Json): Ran => {
  const result = objectOf(found.result);
  const status = (textOf(result.status) ?? "undefined").toLowerCase();
  const message = textOf(result.error_message) ?? (textsOf(result.error_message).join("\n") || null);
  return {
    status: STATUSES.includes(status) ? status : "failed",
    message: message ?? (status === "passed" || status === "skipped" ? null : `a step is ${status}`),
    duration: Math.max(0, numberOf(result.duration) ?? 0),
  };
};

/**
 * The results of the steps with their hooks and of the scenario's hooks. Behave gives no result to steps that did not
 * run.
 */
const ofElement = (element: Json): Ran => {
  const steps = objectsOf(element.steps);
  const hooks = [element.before, element.after].flatMap(objectsOf);
  const results = steps.flatMap((step) => [
    ...objectsOf(step.before),
    ...(step.result === undefined ? [] : [step]),
    ...objectsOf(step.after),
  ]);
  return [...hooks, ...results].map(ofResult).reduce(worst, ran());
};

/**
 * The id is `feature;scenario` or `feature;rule;scenario`. Some tools append `;examples;2` for the first row of
 * examples.
 */
const partsOf = (element: Json): { rule: string | null; row: string | null } => {
  const parts = (textOf(element.id) ?? "").split(";").slice(0, 6);
  const row = parts.length > 3 ? Number(parts.at(-1)) : Number.NaN;
  const examples = parts.at(-2) ?? "";
  return {
    rule: parts.length % 2 === 1 && parts.length > 1 ? (parts[1] ?? null) : null,
    row: Number.isInteger(row) ? [examples, `#${row - 1}`].filter((part) => part !== "").join(" ") : null,
  };
};

const outcomeOf = ({ status }: Ran): Outcome =>
  status === "passed" ? "passed" : status === "skipped" ? "skipped" : "failed";

/** Behave writes seconds and `location`; other tools write nanoseconds and `uri`. */
const unitOf = (feature: Json): number => (feature.uri === undefined && feature.location ? 1000 : 1e-6);

class FeatureReader {
  readonly list: CaseList;
  /** How often each name has occurred, to number rows that have no other mark. */
  readonly #names = new Map<string, number>();

  constructor(bounds: Bounds) {
    this.list = new CaseList(bounds);
  }

  read(feature: Json): void {
    let background = ran();
    for (const element of objectsOf(feature.elements)) {
      const found = worst(background, ofElement(element));
      const isBackground = textOf(element.type) === "background";
      background = isBackground ? found : ran();
      if (!isBackground) this.#add(feature, element, found);
    }
    this.#hooks(feature);
  }

  #add(feature: Json, element: Json, found: Ran): void {
    const name = textOf(element.name) ?? "";
    const { rule, row } = partsOf(element);
    const [file, line] = (textOf(element.location) ?? "").split(/:(?=\d+$)/);
    const suites = rule === null ? [] : [rule];
    const classname = textOf(feature.name) ?? "";
    const key = JSON.stringify([feature.uri ?? feature.location, suites, name]);
    const times = (this.#names.get(key) ?? 0) + 1;
    this.#names.set(key, times);
    // Behave marks a scenario that it left out as skipped; its steps have no result.
    const isLeftOut = textOf(element.status) === "skipped" && found.status === "passed";
    this.list.add({
      suites,
      classname,
      name,
      file: textOf(feature.uri)?.replace(/^file:(?:\/\/)?/, "") ?? (file || null),
      line: numberOf(element.line) ?? (line === undefined ? null : Number(line)),
      parameters: row ?? (times > 1 ? `#${times}` : null),
      outcome: isLeftOut ? "skipped" : outcomeOf(found),
      durationMs: Math.round(found.duration * unitOf(feature) * 1000) / 1000,
      message: null,
      detail: found.message,
      kind: name.trim() === "" ? "nameless" : "test",
    });
  }

  #hooks(feature: Json): void {
    for (const hook of [feature.before, feature.after].flatMap(objectsOf)) {
      const { status, message } = ofResult(hook);
      if (status !== "failed") continue;
      const suites = [textOf(feature.name) ?? ""];
      this.list.addProblem({ suites, message: null, detail: message ?? "a hook failed", line: null });
    }
  }
}

/** Whether JSON is a list of features. */
export const isCucumberJson = (json: unknown): boolean =>
  Array.isArray(json) &&
  json.every((each) => typeof objectOf(each).keyword === "string" || Array.isArray(objectOf(each).elements));

/** Reads the JSON report of Cucumber or Behave. A background's steps belong to the scenario after it. */
export const readCucumberJson = (json: unknown, bounds: Bounds): Report => {
  const reader = new FeatureReader(bounds);
  for (const feature of listOf(json)) reader.read(objectOf(feature));
  const { cases, problems } = reader.list;
  return { tool: "cucumber", cases, problems, replaced: NOTHING_REPLACED };
};
