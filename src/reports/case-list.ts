import type { Bounds } from "./bounds.ts";
import { type Problem, type ReportCase, ReportError, reportCase } from "./report-case.ts";

const lengthOf = ({ suites, classname, name, file, parameters }: ReportCase): number =>
  suites.reduce((sum, suite) => sum + suite.length, 0) +
  classname.length +
  name.length +
  (file?.length ?? 0) +
  (parameters?.length ?? 0);

const firstLine = (text: string): string | null => text.trim().split(/\r?\n/, 1)[0] || null;

/** An error of a report that belongs to no case; its message may be the detail's first line. */
type Told = Omit<Problem, "kind" | "message"> & { kind?: Problem["kind"]; message: string | null };

export const refuseMore = (most: number, what: string, line: number | null): never => {
  const place = line === null ? "" : ` (line ${line})`;
  throw new ReportError(`must have at most ${most} ${what}: send the report in parts${place}`);
};

const MAX_ATTEMPTS = 1000;

/** How many tries a report says, as a number that can be believed. */
export const attemptsOf = (told: number | null): number =>
  Math.min(Math.max(Math.trunc(told ?? 1) || 1, 1), MAX_ATTEMPTS);

/** What a report has told so far. Its bounds hold whatever the format. */
export class CaseList {
  readonly cases: ReportCase[] = [];
  readonly problems: Problem[] = [];
  readonly #bounds: Bounds;
  #nameCharacters = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** Its place's number is given here. Throws `ReportError` where the report has more than its bounds allow. */
  add(known: Partial<ReportCase> & Pick<ReportCase, "name" | "outcome">): ReportCase {
    const place = { number: this.cases.length + 1, line: known.place?.line ?? null };
    const made = this.#bounded(reportCase({ ...known, attempts: attemptsOf(known.attempts ?? 1), place }));
    this.#count(lengthOf(made), place.line);
    this.cases.push(made);
    return made;
  }

  addProblem(problem: Told): void {
    const length = problem.suites.reduce((sum, suite) => sum + suite.length, 0);
    this.#count(length, problem.line);
    const { message, detail } = this.#bounded(problem);
    this.problems.push({ kind: "suite_error", ...problem, message: message ?? "an error", detail });
  }

  /** A message, or the first line of the detail instead, and the detail, cut to the bounds. */
  #bounded<Found extends { message: string | null; detail: string | null }>(found: Found): Found {
    const { messageCharacters, detailCharacters } = this.#bounds;
    const detail = found.detail?.trim() ? found.detail.slice(0, detailCharacters) || null : null;
    const told = found.message?.trim()
      ? found.message.trim()
      : firstLine(found.detail?.slice(0, 10_000) ?? "");
    return { ...found, message: told?.slice(0, messageCharacters) || null, detail };
  }

  #count(characters: number, line: number | null): void {
    const { cases, nameCharacters } = this.#bounds;
    this.#nameCharacters += characters;
    const limit = (count: number, most: number, what: string) => {
      if (count > most) refuseMore(most, what, line);
    };
    limit(this.cases.length + this.problems.length + 1, cases, "test cases");
    limit(this.#nameCharacters, nameCharacters, "characters in the names of all cases and of their suites");
  }
}
