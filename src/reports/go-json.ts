import type { Bounds } from "./bounds.ts";
import { CaseList } from "./case-list.ts";
import { millisecondsOfNumber } from "./duration.ts";
import { type Json, textOf } from "./json.ts";
import type { Outcome, Report } from "./report-case.ts";
import { NOTHING_REPLACED } from "./text.ts";

const OUTCOMES: Readonly<Record<string, Outcome>> = { pass: "passed", fail: "failed", skip: "skipped" };
/** The maximum of output lines for a test or package; the last ones are kept. */
const MAX_OUTPUT_LINES = 1000;

interface Running {
  package: string;
  name: string;
  output: string[];
}

const lastOf = (output: readonly string[]): string | null =>
  output
    .findLast((line) => !/^\s*(?:---|===|FAIL|PASS|ok|exit status)/.test(line) && line.trim() !== "")
    ?.trim() ?? null;

/** One event with its line number. */
export interface GoLine {
  event: Json;
  number: number;
}

class GoReader {
  readonly list: CaseList;
  /** The started tests by name, by package. */
  readonly #running = new Map<string, Map<string, Running>>();
  /** The output of packages outside their tests. */
  readonly #outputs = new Map<string, string[]>();
  readonly #red = new Set<string>();

  constructor(bounds: Bounds) {
    this.list = new CaseList(bounds);
  }

  read({ event, number }: GoLine): void {
    const pkg = textOf(event.Package) ?? textOf(event.ImportPath)?.split(" ", 1)[0] ?? "";
    const name = textOf(event.Test);
    const action = textOf(event.Action) ?? "";
    const running = this.#running.get(pkg) ?? new Map<string, Running>();
    if (name !== null && action === "run") {
      this.#running.set(pkg, running.set(name, { package: pkg, name, output: [] }));
    }
    if (action === "output" || action === "build-output") this.#addOutput(event, pkg, name);
    const outcome = Object.hasOwn(OUTCOMES, action) ? OUTCOMES[action] : undefined;
    if (outcome === undefined) return;
    if (name === null) this.#endPackage(pkg, outcome, number);
    else {
      const output = running.get(name)?.output ?? [];
      running.delete(name);
      if (outcome === "failed") this.#red.add(pkg);
      const durationMs = millisecondsOfNumber(event.Elapsed, 1000);
      const kept = outcome === "passed" ? [] : output;
      this.#add({ package: pkg, name, output: kept }, { outcome, durationMs, line: number });
    }
  }

  /** Closes open packages: the output may end before they do. */
  done(): void {
    for (const pkg of [...this.#running.keys()]) this.#endTests(pkg, null);
  }

  #endTests(pkg: string, line: number | null): void {
    const left = this.#running.get(pkg)?.values() ?? [];
    this.#running.delete(pkg);
    for (const test of left) {
      this.#red.add(pkg);
      this.#add(test, { outcome: "error", durationMs: null, line });
    }
  }

  #addOutput(event: Json, pkg: string, name: string | null): void {
    const output = (name === null ? this.#outputs.get(pkg) : this.#running.get(pkg)?.get(name)?.output) ?? [];
    if (name === null) this.#outputs.set(pkg, output);
    output.push(textOf(event.Output) ?? "");
    if (output.length > 2 * MAX_OUTPUT_LINES) output.splice(0, MAX_OUTPUT_LINES);
  }

  #add(test: Running, found: { outcome: Outcome; durationMs: number | null; line: number | null }): void {
    const { line, ...known } = found;
    const message = found.outcome === "error" ? "The test did not end." : lastOf(test.output);
    const detail = test.output.join("") || null;
    const place = { number: 0, line };
    this.list.add({ classname: test.package, name: test.name, ...known, message, detail, place });
  }

  #endPackage(pkg: string, outcome: Outcome, line: number): void {
    this.#endTests(pkg, line);
    if (outcome !== "failed" || this.#red.has(pkg)) return;
    const output = this.#outputs.get(pkg) ?? [];
    const message = lastOf(output) ?? "the package failed, and none of its tests did";
    this.list.addProblem({ suites: [pkg], message, detail: output.join(""), line });
  }
}

const NO_BUILD = /^FAIL\s+(\S{1,1000}) \[(?:build|setup) failed\]/gm;

const EVENT = /^\{"(?:Time|Action|ImportPath|Package)":"/m;

/** Whether text has events of `go test -json`, or its words on a package that does not build, among other output. */
export const isGoOutput = (text: string): boolean => EVENT.test(text) || text.search(NO_BUILD) !== -1;

/** Whether a JSON line is an event of `go test -json`. */
export const isGoEvent = (json: Json): boolean => typeof json.Action === "string";

/**
 * Reads the lines of `go test -json`. A test without an end, as after a panic or an exit, is an error. A failed package
 * without a failed test (it did not build, or TestMain failed) is an error of the run.
 */
export const readGoJson = (events: Iterable<GoLine>, text: string, bounds: Bounds): Report => {
  const reader = new GoReader(bounds);
  for (const line of events) reader.read(line);
  reader.done();
  for (const [, pkg = ""] of text.matchAll(NO_BUILD)) {
    reader.list.addProblem({
      suites: [pkg],
      message: "the package does not build",
      detail: null,
      line: null,
    });
  }
  const { cases, problems } = reader.list;
  return { tool: "go", cases, problems, replaced: NOTHING_REPLACED };
};
