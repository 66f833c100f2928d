import type { Bounds } from "./bounds.ts";
import { type Problem, type ReportCase, ReportError, reportCase } from "./report-case.ts";

const lengthOf = ({ suites, classname, name, file, parameters }: ReportCase): number =>
  suites.reduce((sum, suite) => sum + suite.length, 0) +
  classname.length +
  name.length +
  (file?.length ?? 0) +
  (parameters?.length ?? 0);

const firstLine = (text: string): string | null => text.trim().split(/\r?\n/, 1)[0] || null;

/** A report's error outside its cases; without a message, the detail's first line is used. */
type NewProblem = Omit<Problem, "kind" | "message"> & { kind?: Problem["kind"]; message: string | null };

export const refuseMore = (max: number, what: string, line: number | null): never => {
  const place = line === null ? "" : ` (line ${line})`;
  throw new ReportError(`must have at most ${max} ${what}: send the report in parts${place}`, {
    element: max + 1,
  });
};

const MAX_ATTEMPTS = 1000;

/** The number of tries, limited to a plausible value. */
export const attemptsOf = (reported: number | null): number =>
  Math.min(Math.max(Math.trunc(reported ?? 1) || 1, 1), MAX_ATTEMPTS);

/** The cases and problems of a report, within the bounds. */
export class CaseList {
  readonly cases: ReportCase[] = [];
  readonly problems: Problem[] = [];
  readonly #bounds: Bounds;
  #nameCharacters = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** Adds a case and numbers its place. Throws `ReportError` above the bounds. */
  add(known: Partial<ReportCase> & Pick<ReportCase, "name" | "outcome">): ReportCase {
    const place = { number: this.cases.length + 1, line: known.place?.line ?? null };
    const made = this.#bounded(reportCase({ ...known, attempts: attemptsOf(known.attempts ?? 1), place }));
    this.#count(lengthOf(made), place.line);
    this.cases.push(made);
    return made;
  }

  addProblem(problem: NewProblem): void {
    const length = problem.suites.reduce((sum, suite) => sum + suite.length, 0);
    this.#count(length, problem.line);
    const { message, detail } = this.#bounded(problem);
    this.problems.push({ kind: "suite_error", ...problem, message: message ?? "an error", detail });
  }

  /** The message (or else the detail's first line) and the detail, cut to the bounds. */
  #bounded<Found extends { message: string | null; detail: string | null }>(found: Found): Found {
    const { messageCharacters, detailCharacters } = this.#bounds;
    const detail = found.detail?.trim() ? found.detail.slice(0, detailCharacters) || null : null;
    const message = found.message?.trim()
      ? found.message.trim()
      : firstLine(found.detail?.slice(0, 10_000) ?? "");
    return { ...found, message: message?.slice(0, messageCharacters) || null, detail };
  }

  #count(characters: number, line: number | null): void {
    const { cases, nameCharacters } = this.#bounds;
    this.#nameCharacters += characters;
    const limit = (count: number, max: number, what: string) => {
      if (count > max) refuseMore(max, what, line);
    };
    limit(this.cases.length + this.problems.length + 1, cases, "test cases");
    limit(this.#nameCharacters, nameCharacters, "characters in the names of all cases and of their suites");
  }
}
