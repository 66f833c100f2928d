import type { Mutant } from "../mutants/mutant.ts";

const SENDER = "test/host-program/reports-first.test.ts";
const QUARANTINE = "test/flaky-tests/quarantine.test.ts";
const REPORTS = "test/results/reports.test.ts";
const JUDGE = "test/host-program/recipes/judge.test.ts";

/** The guards of what a run's end and its reports say together. */
export const mutants: Mutant[] = [
  {
    guard: "the reports of a run come before its end",
    code: "await files.sendReports();",
    instead: "",
    tests: [SENDER],
    named: "come before its end",
  },
  {
    guard: "a report that is not answered leaves the others for later",
    code: "if (this.#parts.over.aborted || (await this.#try(report, isOfRun)) !== null) return;",
    instead: "await this.#try(report, isOfRun);",
    tests: [SENDER],
    named: "do not keep its end back",
  },
  {
    guard: "a report that is refused for its run is not told",
    code: "if (isLeft(error)) return error;",
    instead: "",
    tests: [SENDER],
    named: "given to another",
  },
  {
    guard: "failures under quarantine fail no run that its host reports as failed for its tests",
    code: 'if (status === "FAILED" && because === TESTS_FAILED && isExcused(job))',
    instead: "if (false)",
    tests: [QUARANTINE],
    named: "fails no run that its host reports",
  },
  {
    guard: "another failure beside one under quarantine fails the run",
    code: "counts.quarantined > 0 && counts.failed + counts.errors === 0",
    instead: "counts.quarantined > 0",
    tests: [QUARANTINE],
    named: "fails no run that its host reports",
  },
  {
    guard: "a run that failed for more than its tests is not excused",
    code: "because === TESTS_FAILED && isExcused(job)",
    instead: "isExcused(job)",
    tests: [QUARANTINE],
    named: "fails no run that its host reports",
  },
  {
    guard: "the host's own judgement of each test stands",
    code: 'job.status !== "COMPLETED" && barring !== "nothing"',
    instead: 'job.status !== "COMPLETED"',
    tests: [REPORTS],
    named: "COMPLETED stands where the host judged",
  },
  {
    guard: "a test that was not found is not a failed one",
    code: 'outcome === "not_found") && ["passed", "failed"]',
    instead: 'outcome === "gone") && ["passed", "failed"]',
    tests: [JUDGE],
    named: "failed tests are all that is wrong",
  },
  {
    guard: "how a run ended outlives a program that dies while its files are kept",
    code: "await this.#input.onOutcome({ ...ending, files: this.#noFiles() });",
    instead: "",
    tests: ["test/host-program/run-job.test.ts"],
    named: "before its files are copied",
  },
  {
    guard: "what was foreseen of a run is its end for the next program",
    code: "if (ending === null && foreseen) this.#apply(",
    instead: "if (false) this.#apply(",
    tests: ["test/host-program/journal.test.ts"],
    named: "whose files were being kept",
  },
];
