import type { Mutant } from "../mutants/mutant.ts";

const JUDGE_OF_HOST = "test/host-program/recipes/judge.test.ts";
const READERS_OF_HOST = "test/host-program/recipes/readers.test.ts";
const PLANS_OF_HOST = "test/host-program/recipes/plans.test.ts";
const NOTHING_LEFT = "test/host-program/nothing-left.test.ts";
const MASKING = "test/host-program/masking.test.ts";
const JOURNAL = "test/host-program/journal.test.ts";
const COMMANDS = "test/host-program/commands.test.ts";
const SILENT_D1 = "test/host-program/silent-d1.test.ts";
const RUN = "test/host-program/run.test.ts";
const BAD_DAY = "test/host-program/bad-day.test.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "recipes: a hook or a file that is called as a test is not that test",
    code: 'const tests = cases.filter(({ kind }) => kind === "test");',
    instead: "const tests = cases;",
    tests: [JUDGE_OF_HOST],
  },
  {
    guard: "recipes: a run that ran none of what was asked failed",
    code: "missing.length + skipped.length === asked.length",
    instead: "missing.length === asked.length",
    tests: [JUDGE_OF_HOST],
  },
  {
    guard: "recipes: a red exit code is not green because the report is",
    code: "return reasonOfAsked(run, tests, run.asked) ?? reasonBesideTests(run);",
    instead: "return reasonOfAsked(run, tests, run.asked);",
    tests: [JUDGE_OF_HOST],
  },
  {
    guard: "recipes: the worst of several cases counts",
    code: "return last && !lastTryCounts ? cases.reduce(worse) : last;",
    instead: "return last;",
    tests: [JUDGE_OF_HOST],
  },
  {
    guard: "recipes: a title is taken whole",
    code: "return distinct.length === 1 ? `^${distinct[0]}$` :",
    instead: "return distinct.length === 1 ? `${distinct[0]}` :",
    tests: [PLANS_OF_HOST],
  },
  {
    guard: "recipes: a report that can't be read is an error of the run, and no exception",
    code: "if (!(error instanceof ReportError)) throw error;",
    instead: "throw error;",
    tests: [READERS_OF_HOST],
  },
  {
    guard: "recipes: a failed hook is an error of the run",
    code: 'kind !== "test" && !isPassing(outcome);',
    instead: "kind === outcome;",
    tests: [READERS_OF_HOST],
  },
  {
    guard: "recipes: no run fails because its report is long",
    code: "return readReport(bytes, name, BOUNDS);",
    instead: "return readReport(bytes, name);",
    tests: [READERS_OF_HOST],
  },
  {
    guard: "a describe that failed with its tests is no failure of its own",
    code: 'if (kind !== "test" && line.failure === "subtestsFailed") continue;',
    instead: "",
    tests: [READERS_OF_HOST],
  },
  {
    guard: "recipes: a scenario's file is compared",
    code: "const isInFile = asked.file !== null && slashed(asked.file) === file;",
    instead: "const isInFile = asked.file !== null;",
    tests: [PLANS_OF_HOST],
  },
  {
    guard: "recipes: the best way of naming a scenario counts alone",
    code: "if (rank === best) chosen.add(found);",
    instead: "chosen.add(found);",
    tests: [PLANS_OF_HOST],
  },
  {
    guard: "recipes: a case of another feature's file is not the asked scenario",
    code: "found.file !== null && sameFile(file, found.file);",
    instead: "found.file !== null;",
    tests: [PLANS_OF_HOST],
  },
  {
    guard: "recipes: Cucumber-JVM keeps a name to its file",
    code: "chosen.push(file === null ? [filter] : [`-Dcucumber.features=${file}`, filter]);",
    instead: "chosen.push([filter]);",
    tests: [PLANS_OF_HOST],
  },
  {
    guard: "recipes: the values of a TestNG row are no part of its method's name",
    code: "(?:\\[.*\\])?|\\[\\d+\\]\\(.*\\))$/s;",
    instead: "(?:\\[.*\\])?)$/s;",
    tests: [PLANS_OF_HOST],
  },
  {
    guard: "the host program finds a run's processes by their mark",
    code: "(mark !== undefined && isMark(mark)) || ",
    instead: "",
    tests: [NOTHING_LEFT],
  },
  {
    guard: "the host program finds what descends from a run's processes",
    code: "if (own.has(parent)) own.add(pid);",
    instead: "",
    tests: [NOTHING_LEFT],
    named: "an environment of its own",
  },
  {
    guard: "the host program holds back what may be the beginning of a secret",
    code: "const sure = heldFrom(text, this.#secrets);",
    instead: "const sure = text.length;",
    tests: [MASKING],
  },
  {
    guard: "the host program's journal keeps the first word on how a run ended",
    code: "if (this.#runs.get(leaseId)?.ending === null)",
    instead: "if (this.#runs.has(leaseId))",
    tests: [JOURNAL],
  },
  {
    guard: "the host program reads no report that is older than its run",
    code: "stat.mtimeMs >= since - BEHIND_MS && ",
    instead: "",
    tests: [COMMANDS],
    named: "older than it",
  },
  {
    guard: "the host program stops a run that is requeued before its lease is over",
    code: "if (isRequeued(running.leased)) {",
    instead: "if (isRequeued(running.leased) && running.slot < 0) {",
    tests: [BAD_DAY],
    named: "of a schedule that requeues",
  },
  {
    guard: "the host program says nothing of a run that it stopped for its next attempt",
    code: "          unreported: true,\n",
    instead: "",
    tests: [BAD_DAY],
    named: "without a word",
  },
  {
    guard: "the host program keeps a run's lease until its end is answered",
    code: "    // The lease is kept until the service has answered: nobody else may begin the job.\n",
    instead: "    renewer.forget(leaseId);\n",
    tests: [SILENT_D1],
  },
  {
    guard: "the host program ends a run that takes longer than its schedule allows",
    code: "if (uptime() * SECOND_MS < end) return;",
    instead: "if (end > 0) return;",
    tests: [RUN],
    named: "longer than its schedule allows",
  },
];
