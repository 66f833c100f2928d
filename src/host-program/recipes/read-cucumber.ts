import { type Json, numberOf, objectOf, objectsOf, parseLines, textOf } from "./json.ts";
import type { RunReport } from "./recipe.ts";
import { caseOf, type FoundCase } from "./report-case.ts";

/** A scenario or a row of examples: its line, and its names in the tools' reports. */
interface Place {
  feature: string;
  rule: string | null;
  scenario: string;
  /** Of a row: the title of its examples, and `#1.2`. */
  examples: string | null;
  row: string | null;
  line: number | null;
}

const lineOf = (node: Json): number | null => numberOf(objectOf(node.location).line);

function addScenario(
  places: Map<string, Place>,
  scenario: Json,
  around: { feature: string; rule: string | null },
) {
  const place = {
    ...around,
    scenario: textOf(scenario.name) ?? "",
    examples: null,
    row: null,
    line: lineOf(scenario),
  };
  places.set(textOf(scenario.id) ?? "", place);
  objectsOf(scenario.examples).forEach((examples, table) => {
    objectsOf(examples.tableBody).forEach((row, index) => {
      const id = textOf(row.id) ?? "";
      const title = textOf(examples.name) ?? "";
      places.set(id, { ...place, examples: title, row: `#${table + 1}.${index + 1}`, line: lineOf(row) });
    });
  });
}

function addFeature(places: Map<string, Place>, document: Json) {
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
}

/** The name in JUnit reports of cucumber-js: `Rule - outline <v> - first - #1.1: outline 1`. */
function longName({ rule, scenario, examples, row }: Place, pickle: string): string {
  const numbered = row === null ? null : pickle === scenario ? row : `${row}: ${pickle}`;
  return [rule, scenario, examples, numbered].filter((part) => part !== null && part !== "").join(" - ");
}

/** From good to bad: the worst step decides the scenario's outcome. */
const STATUSES = ["PASSED", "SKIPPED", "PENDING", "UNDEFINED", "AMBIGUOUS", "UNKNOWN", "FAILED"];

interface Attempt {
  testCase: string;
  status: string;
  message: string | null;
  ms: number;
}

const millis = (duration: Json): number =>
  (numberOf(duration.seconds) ?? 0) * 1000 + (numberOf(duration.nanos) ?? 0) / 1e6;

function addStep(attempt: Attempt, result: Json) {
  const status = textOf(result.status) ?? "UNKNOWN";
  attempt.ms += millis(objectOf(result.duration));
  if (STATUSES.indexOf(status) <= STATUSES.indexOf(attempt.status)) return;
  attempt.status = status;
  attempt.message = textOf(result.message) ?? (status === "SKIPPED" ? null : status.toLowerCase());
}

/** Reads Cucumber's messages, one per line, from cucumber-js or Cucumber-JVM. */
export function readCucumber(text: string): RunReport {
  const places = new Map<string, Place>();
  const pickles = new Map<string, Json>();
  const testCases = new Map<string, string>();
  const attempts = new Map<string, Attempt>();
  const cases: FoundCase[] = [];
  const errors: string[] = [];
  for (const line of parseLines(text)) {
    const pickle = objectOf(line.pickle);
    const testCase = objectOf(line.testCase);
    const started = objectOf(line.testCaseStarted);
    const step = objectOf(line.testStepFinished);
    const ended = objectOf(line.testRunFinished);
    const hook = objectOf(objectOf(line.testRunHookFinished).result);
    if (line.gherkinDocument) addFeature(places, objectOf(line.gherkinDocument));
    if (line.pickle) pickles.set(textOf(pickle.id) ?? "", pickle);
    if (line.testCase) testCases.set(textOf(testCase.id) ?? "", textOf(testCase.pickleId) ?? "");
    if (line.testCaseStarted) {
      const testCaseId = textOf(started.testCaseId) ?? "";
      attempts.set(textOf(started.id) ?? "", {
        testCase: testCaseId,
        status: "PASSED",
        message: null,
        ms: 0,
      });
    }
    const attempt = attempts.get(textOf(step.testCaseStartedId) ?? "");
    if (attempt) addStep(attempt, objectOf(step.testStepResult));
    const finished = objectOf(line.testCaseFinished);
    if (line.testCaseFinished && finished.willBeRetried !== true) {
      const done = attempts.get(textOf(finished.testCaseStartedId) ?? "");
      const ran = pickles.get(testCases.get(done?.testCase ?? "") ?? "");
      if (done && ran) cases.push(caseFrom(ran, done, places));
    }
    if (line.parseError) errors.push(textOf(objectOf(line.parseError).message) ?? "A feature can't be read.");
    if (hook.status === "FAILED") errors.push(textOf(hook.message) ?? "A hook of the run failed.");
    const exception = objectOf(ended.exception);
    if (ended.message || ended.exception)
      errors.push(textOf(ended.message) ?? textOf(exception.message) ?? "");
  }
  return { cases, errors };
}

function caseFrom(pickle: Json, { status, message, ms }: Attempt, places: Map<string, Place>): FoundCase {
  const ids = Array.isArray(pickle.astNodeIds) ? pickle.astNodeIds : [];
  const place = places.get(String(ids.at(-1)));
  const name = textOf(pickle.name) ?? "";
  return caseOf({
    suites: place?.rule ? [place.rule] : [],
    classname: place?.feature ?? "",
    name: place ? longName(place, name) : name,
    file: textOf(pickle.uri)?.replace(/^file:(?:\/\/)?/, "") ?? null,
    line: place?.line ?? null,
    outcome: status === "PASSED" ? "passed" : status === "SKIPPED" ? "skipped" : "failed",
    durationMs: ms,
    message: message?.split("\n")[0] ?? null,
    detail: message,
  });
}
