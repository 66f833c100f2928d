import type { Mutant } from "../mutants/mutant.ts";

const REPORTS = "test/results/reports.test.ts";
const HOSTILE = "test/results/hostile.test.ts";
const READING = "test/results/reading.test.ts";
const PRUNING = "test/results/pruning.test.ts";
const LOGS = "test/run-files/logs.test.ts";
const FLAKY = "test/flaky-tests/flaky-tests.test.ts";
const QUARANTINED = "test/flaky-tests/quarantine.test.ts";
const RULES = "test/project-results/flaky-rules.test.ts";
const VENDOR = "test/vendor-results/vendor-results.test.ts";
const DELETING = "test/projects/deleting.test.ts";
const GROUPS = "test/project-results/failure-groups.test.ts";
const FAILURES = "test/console/failures.test.ts";
const QUARANTINE = "test/console/quarantine.test.ts";
const LOG_PAGE = "test/console/log.test.ts";
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
    guard: "what does not fit into one call of an object is refused",
    code: "if (bytes > CALL_BYTES)",
    instead: "if (bytes > 8 * CALL_BYTES)",
    tests: [HOSTILE],
    named: "refused in words",
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
    tests: [QUARANTINED],
    named: "fails jobs again",
  },
  {
    guard: "a quarantine ends at most 30 days off",
    code: "until > call.now + MAX_DAYS * DAY_MS",
    instead: "until < 0",
    tests: [QUARANTINED],
    named: "30 days off",
  },
  {
    guard: "what a lost run found out is discounted once the tick knows of it",
    code: '"UPDATE runs SET is_lost = ?3 WHERE job = ?1',
    instead: '"UPDATE runs SET is_lost = 0 WHERE job = ?1',
    tests: [FLAKY],
    named: "their host was lost",
  },
  {
    guard: "a test that fails no more loses the job in which it began to",
    code: "(failures > 0 OR failing_since IS NOT NULL)",
    instead: "failures > 0",
    tests: [READING],
    named: "never was",
  },
  {
    guard: "an outage is no failure of its tests",
    code: "SUM(outcome > 1 AND counts)",
    instead: "SUM(outcome > 1)",
    tests: [FLAKY],
    named: "held against it nowhere else",
  },
  {
    guard: "a test does not fail since an outage",
    code: "group_concat(iif(counts, mark, NULL), '')",
    instead: "group_concat(mark, '')",
    tests: [FLAKY],
    named: "held against it nowhere else",
  },
  {
    guard: "a run that its host ended for its disk or its time is discounted",
    code: "inArray(jobHistory.reason, [...HOST_REASONS, LATE]),",
    instead: "inArray(jobHistory.reason, [HOST_REASONS[0], LATE]),",
    tests: [FLAKY],
    named: "its host ended for",
  },
  {
    guard: "results that come after such an end are discounted too",
    code: "isLost: isOfHost(job, attempt) }",
    instead: "isLost: isOfHost(job, attempt) && attempt < 0 }",
    tests: [FLAKY],
    named: "its host ended for",
  },
  {
    guard: "a run that its host reports late counts again",
    code: "isLost: reason !== LATE",
    instead: "isLost: reason !== null",
    tests: [FLAKY],
    named: "reported its end late",
  },
  {
    guard: "a run that fails with room on its disk does not blame it",
    code: "left.some((bytes) => bytes < FULL_BYTES)",
    instead: "left.some((bytes) => bytes <= FULL_BYTES)",
    tests: ["test/host-program/end-cause.test.ts"],
    named: "folder that is gone",
  },
  {
    guard: "a host gives only known causes for the end of a run",
    code: "Object.hasOwn(CAUSES, cause) ? (CAUSES[cause] ?? null)",
    instead: "cause.length > 0 ? (CAUSES[cause] ?? DISK_FULL)",
    tests: [FLAKY],
    named: "failed otherwise",
  },
  {
    guard: "failures are of one kind whatever numbers they name",
    code: '  [/\\d+(?:[.,]\\d+)*/g, "<n>"],\n',
    instead: "",
    tests: [GROUPS],
  },
  {
    guard: "a kind of failures of one test alone is left out",
    code: "return tests > 1 ? [{ group",
    instead: "return tests > 0 ? [{ group",
    tests: [FAILURES],
    named: "project's page",
  },
  {
    guard: "of each kind only the first failures are shown",
    code: "rows.slice(0, ROWS_OF_GROUP)",
    instead: "rows.slice(0)",
    tests: [FAILURES],
    named: "there are many",
  },
  {
    guard: "a quarantine that is over is shown no more on the test's page",
    code: '"SELECT * FROM quarantines WHERE test = ? AND until > ?"',
    instead: '"SELECT * FROM quarantines WHERE test = ? AND until > ? - 1e13"',
    tests: [QUARANTINE],
    named: "is over",
  },
  {
    guard: "lists name a test in quarantine only while it lasts",
    code: "quarantinedUntil !== null && quarantinedUntil > now",
    instead: "quarantinedUntil !== null && now > 0",
    tests: [QUARANTINE],
    named: "is over",
  },
  {
    guard: "a followed log ends with its session's check",
    code: "isRead && call.clock() < call.now + FOLLOWED_MS",
    instead: "isRead && call.clock() > 0",
    tests: [LOG_PAGE],
    named: "after 30 s",
  },
  {
    guard: "a followed log is taken up within no letter",
    code: "next: at - cut.length }",
    instead: "next: at }",
    tests: [LOG_PAGE],
    named: "within no letter",
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
