import type { Bounds } from "./bounds.ts";
import { CaseList } from "./case-list.ts";
import { addFeature, longName, type Place } from "./cucumber-places.ts";
import { type Json, numberOf, objectOf, textOf, textsOf } from "./json.ts";
import type { Outcome, Report } from "./report-case.ts";
import { NOTHING_REPLACED } from "./text.ts";

/** From best to worst: the worst step is the scenario's outcome. */
const STATUSES = ["PASSED", "SKIPPED", "PENDING", "UNDEFINED", "AMBIGUOUS", "UNKNOWN", "FAILED"];
const OUTCOMES: Readonly<Record<string, Outcome>> = { PASSED: "passed", SKIPPED: "skipped" };

interface Pickle {
  name: string;
  file: string | null;
  node: string;
}

interface Attempt {
  testCase: string;
  number: number;
  status: string;
  message: string | null;
  milliseconds: number;
}

const millisecondsOf = (duration: Json): number =>
  Math.max(0, (numberOf(duration.seconds) ?? 0) * 1000 + (numberOf(duration.nanos) ?? 0) / 1e6);

const addStep = (attempt: Attempt, result: Json): void => {
  const status = textOf(result.status) ?? "UNKNOWN";
  attempt.milliseconds += millisecondsOf(objectOf(result.duration));
  if (STATUSES.indexOf(status) <= STATUSES.indexOf(attempt.status)) return;
  attempt.status = status;
  attempt.message =
    textOf(result.message) ?? (status === "SKIPPED" ? null : `a step is ${status.toLowerCase()}`);
};

const MESSAGES = ["meta", "source", "gherkinDocument", "pickle", "testCase", "testRunStarted", "parseError"];

/** Whether a JSON line is a Cucumber message. */
export const isCucumberMessage = (json: Json): boolean =>
  MESSAGES.some((name) => typeof json[name] === "object");

class MessagesReader {
  readonly #list: CaseList;
  readonly #places = new Map<string, Place>();
  readonly #pickles = new Map<string, Pickle>();
  /** The pickle of each test case. */
  readonly #testCases = new Map<string, string>();
  readonly #attempts = new Map<string, Attempt>();
  /** The message of the first failed attempt, by test case. */
  readonly #failed = new Map<string, string | null>();
  #tool = "cucumber";
  #hasEnded = false;

  constructor(bounds: Bounds) {
    this.#list = new CaseList(bounds);
  }

  read(message: Json, line: number): void {
    const implementation = textOf(objectOf(objectOf(message.meta).implementation).name);
    if (implementation === "cucumber-js") this.#tool = implementation;
    if (message.gherkinDocument) addFeature(this.#places, objectOf(message.gherkinDocument));
    if (message.pickle) this.#addPickle(objectOf(message.pickle));
    if (message.testCase) {
      const testCase = objectOf(message.testCase);
      this.#testCases.set(textOf(testCase.id) ?? "", textOf(testCase.pickleId) ?? "");
    }
    if (message.testCaseStarted) this.#start(objectOf(message.testCaseStarted));
    const step = objectOf(message.testStepFinished);
    const attempt = this.#attempts.get(textOf(step.testCaseStartedId) ?? "");
    if (attempt) addStep(attempt, objectOf(step.testStepResult));
    if (message.testCaseFinished) this.#finish(objectOf(message.testCaseFinished), line);
    this.#errors(message, line);
  }

  done(): Report {
    for (const attempt of this.#attempts.values()) {
      this.#add({ ...attempt, status: "UNKNOWN", message: "The scenario did not end." }, "error", null);
    }
    if (!this.#hasEnded) this.#problem("The run did not end: the report has no testRunFinished.", null);
    const { cases, problems } = this.#list;
    return { tool: this.#tool, cases, problems, replaced: NOTHING_REPLACED };
  }

  #addPickle(pickle: Json): void {
    this.#pickles.set(textOf(pickle.id) ?? "", {
      name: textOf(pickle.name) ?? "",
      file: textOf(pickle.uri)?.replace(/^file:(?:\/\/)?/, "") ?? null,
      node: textsOf(pickle.astNodeIds).at(-1) ?? "",
    });
  }

  #start(started: Json): void {
    this.#attempts.set(textOf(started.id) ?? "", {
      testCase: textOf(started.testCaseId) ?? "",
      number: Math.max(0, numberOf(started.attempt) ?? 0),
      status: "PASSED",
      message: null,
      milliseconds: 0,
    });
  }

  #finish(finished: Json, line: number): void {
    const id = textOf(finished.testCaseStartedId) ?? "";
    const attempt = this.#attempts.get(id);
    this.#attempts.delete(id);
    if (!attempt) return;
    if (finished.willBeRetried !== true) this.#add(attempt, OUTCOMES[attempt.status] ?? "failed", line);
    else if (!this.#failed.has(attempt.testCase)) this.#failed.set(attempt.testCase, attempt.message);
  }

  #add({ testCase, number, message, milliseconds }: Attempt, outcome: Outcome, line: number | null): void {
    const pickle = this.#pickles.get(this.#testCases.get(testCase) ?? "");
    if (!pickle) return;
    const place = this.#places.get(pickle.node);
    const earlier = this.#failed.get(testCase);
    const flaky = outcome === "passed" && number > 0 && earlier !== undefined;
    this.#list.add({
      suites: place?.rule ? [place.rule] : [],
      classname: place?.feature ?? "",
      name: place ? longName(place, pickle.name) : pickle.name,
      file: pickle.file,
      line: place?.line ?? null,
      parameters: place?.values ?? null,
      outcome,
      attempts: number + 1,
      flaky,
      durationMs: Math.round(milliseconds * 1000) / 1000,
      message: null,
      detail: flaky ? earlier : message,
      place: { number: 0, line },
    });
  }

  #errors(message: Json, line: number): void {
    const hook = objectOf(objectOf(message.testRunHookFinished).result);
    const ended = objectOf(message.testRunFinished);
    if (message.testRunFinished) this.#hasEnded = true;
    if (message.parseError)
      this.#problem(textOf(objectOf(message.parseError).message) ?? "A feature can't be read.", line);
    if (hook.status === "FAILED") this.#problem(textOf(hook.message) ?? "A hook of the run failed.", line);
    if (ended.message || ended.exception)
      this.#problem(textOf(ended.message) ?? textOf(objectOf(ended.exception).message) ?? "", line);
  }

  #problem(detail: string, line: number | null): void {
    this.#list.addProblem({ suites: [], message: null, detail, line });
  }
}

/** Reads Cucumber messages, one per line, as cucumber-js and Cucumber-JVM write them. */
export const readCucumberMessages = (
  messages: Iterable<{ event: Json; number: number }>,
  bounds: Bounds,
): Report => {
  const reader = new MessagesReader(bounds);
  for (const { event, number } of messages) reader.read(event, number);
  return reader.done();
};
