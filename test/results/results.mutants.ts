import type { Mutant } from "../mutants/mutant.ts";

const REPORTS = "test/results/reports.test.ts";
const READING = "test/results/reading.test.ts";
const PRUNING = "test/results/pruning.test.ts";
const LOGS = "test/run-files/logs.test.ts";
const FLAKY = "test/flaky-tests/flaky-tests.test.ts";
const RULES = "test/project-results/flaky-rules.test.ts";
const VENDOR = "test/vendor-results/vendor-results.test.ts";
const DELETING = "test/projects/deleting.test.ts";
const PARAMETERS = "test/jobs/parameters.test.ts";

/** The guards of what runs found out. */
export const mutants: Mutant[] = [
  {
    guard: "a report takes the place of the one of its name",
    code: "isNew ? new Set<number>() : this.#remove(run.id, reportId)",
    instead: "isNew ? new Set<number>() : new Set<number>([run.id - run.id])",
    tests: [REPORTS],
    named: "replaces the one before",
  },
  {
    guard: "a run under a lease is reported of with that lease",
    code: "leaseId !== undefined && job.holder === leaseHolder(leaseId)",
    instead: "leaseId !== undefined",
    tests: [REPORTS],
    named: "under a lease",
  },
  {
    guard: "an attempt that has not begun has no report",
    code: "if (job.holder === null)",
    instead: "if (job.holder === undefined)",
    tests: [REPORTS],
    named: "has begun",
  },
  {
    guard: "what is missing fails a job",
    code: "return counts.missing > 0 ? TESTS_MISSING : null;",
    instead: "return counts.missing < 0 ? TESTS_MISSING : null;",
    tests: [REPORTS],
    named: "missing ones",
  },
  {
    guard: "a job that has ended well stays so when its host says it again",
    code: ' && job.status !== "COMPLETED" ? failureOf(job)',
    instead: " ? failureOf(job)",
    tests: [REPORTS],
    named: "after the end",
  },
  {
    guard: "a test's history is its own project's",
    code: "const found = await call.results(project, (object) => object.oneTest(test));\n  if (!found)",
    instead: "const found = await call.results(project, (object) => object.oneTest(test));\n  if (found)",
    tests: [READING],
  },
  {
    guard: "a chunk that leaves a gap is refused",
    code: 'if (offset > end) return { outcome: "gap", end, isWorthStoring: false };',
    instead: "",
    tests: [LOGS],
    named: "leaves a gap",
  },
  {
    guard: "of a chunk that was sent before only what is new is added",
    code: "bytes.subarray(Math.min(end - offset, bytes.byteLength))",
    instead: "bytes.subarray(0)",
    tests: [LOGS],
    named: "out of order",
  },
  {
    guard: "a log that has ended takes no more",
    code: "if (head?.ended && fresh.byteLength > 0)",
    instead: "if (head?.ended && fresh.byteLength < 0)",
    tests: [LOGS],
    named: "after the end",
  },
  {
    guard: "a part of a log is the same each time that it is put in R2",
    code: "head.sealed > from ? head.sealed : head.end",
    instead: "head.end",
    tests: [LOGS],
    named: "under faults",
  },
  {
    guard: "an idle log is put in R2 by the alarm",
    code: "    await this.#storeIdleLogs(scheduledTime);\n",
    instead: "",
    tests: [LOGS],
    named: "by the alarm",
  },
  {
    guard: "a run that is discounted makes no test flaky",
    code: "!run.discounted && run.outcome",
    instead: "run.outcome",
    tests: [RULES],
  },
  {
    guard: "outcomes are compared within one content",
    code: "const key = `${run.hasBuild} ${run.content}`;",
    instead: "const key = `${run.hasBuild}`;",
    tests: [RULES],
  },
  {
    guard: "a quarantine that is over fails jobs again",
    code: "AND q.until > ?3",
    instead: "AND q.until + ?3 > 0",
    tests: [FLAKY],
    named: "fails jobs again",
  },
  {
    guard: "a quarantine ends at most 30 days off",
    code: "until > call.now + MAX_DAYS * DAY_MS",
    instead: "until < 0",
    tests: [FLAKY],
    named: "30 days off",
  },
  {
    guard: "what a lost run found out is discounted once the tick knows of it",
    code: '"UPDATE runs SET is_lost = 1 WHERE job = ?',
    instead: '"UPDATE runs SET is_lost = 0 WHERE job = ?',
    tests: [FLAKY],
    named: "their host was lost",
  },
  {
    guard: "only what is too old is removed",
    file: "src/project-results/old-results-table.ts",
    code: "SELECT id FROM runs WHERE at < ? ORDER BY at LIMIT 1",
    instead: "SELECT id FROM runs WHERE at < ? + 1e13 ORDER BY at LIMIT 1",
    tests: [PRUNING],
  },
  {
    guard: "pruning goes on where it stopped",
    code: "UPDATE site SET swept_project_id = COALESCE(${last}, 0)",
    instead: "UPDATE site SET swept_project_id = 0",
    tests: [PRUNING],
    named: "has its turn",
  },
  {
    guard: "a batch is read by who may know of its project",
    code: "!allowsProject(call.actor, job.projectId) || ",
    instead: "",
    file: "src/vendor-results/vendor-results.ts",
    tests: [VENDOR],
    named: "can be read again",
  },
  {
    guard: "a project with an agent is not deleted",
    code: "    notExists(db.build.select({ id: agents.id }).from(agents).where(agentsOf)),\n",
    instead: "",
    tests: [DELETING],
  },
  {
    guard: "a rerun of the failed ones leaves out what passed",
    code: "red.includes(test_run_id) || !known.includes(test_run_id)",
    instead: "red.includes(test_run_id) || known.length >= 0",
    tests: [PARAMETERS],
    named: "failed or is missing",
  },
  {
    guard: "parameters are 4 kB at most",
    code: "if (bytesOf(parameters) > MAX_BYTES)",
    instead: "if (bytesOf(parameters) < 0)",
    tests: [PARAMETERS],
    named: "4 kB",
  },
];
