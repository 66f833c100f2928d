import type { Mutant } from "../mutants/mutant.ts";

const CONTENTS = "test/flaky-tests/contents.test.ts";
const AGES = "test/flaky-tests/ages.test.ts";
const JOB_PAGE = "test/console/job-page.test.ts";
const PAGES = "test/console/results.test.ts";
const RULES_PAGE = "test/console/flaky-rules.test.ts";
const READING = "test/results/reading.test.ts";
const COMPARING = "test/console/comparing.test.ts";
const AS_OF = "test/results/as-of.test.ts";

/** The guards of what makes a test flaky, and since when it fails. */
export const mutants: Mutant[] = [
  {
    guard: "the commit of a job is the build of its run",
    code: "const known = build ?? job.commitSha;",
    instead: "const known = build ?? null;",
    tests: [CONTENTS],
    named: "commit of their jobs",
  },
  {
    guard: "a build that was reported stays",
    code: "(excluded.has_build = has_build AND ?10)",
    instead: "(excluded.has_build = has_build AND ?10 >= 0)",
    tests: [CONTENTS],
    named: "rather than the commit",
  },
  {
    guard: "the order of a run's tests is none of its content",
    code: "JSON.stringify([automation_content, test_case_version_id]),\n    )\n    .sort();",
    instead: "JSON.stringify([automation_content, test_case_version_id]),\n    );",
    tests: [CONTENTS],
    named: "in whichever order",
  },
  {
    guard: "what different agents found out is not compared without a build",
    code: "JSON.stringify([agent, ...new Set(tests)])",
    instead: "JSON.stringify([Math.min(agent, 0), ...new Set(tests)])",
    tests: [CONTENTS],
    named: "nor between agents",
  },
  {
    guard: "a rerun of what failed is of the content of what it runs again",
    code: "repeats: job.repeatsJobId,",
    file: "src/results/run-content.ts",
    instead: "repeats: null,",
    tests: [CONTENTS],
    named: "a rerun of what failed",
  },
  {
    guard: "an older run shows its tests as they stood then",
    code: "isStill === undefined ? row :",
    instead: "isStill !== null ? row :",
    tests: [AS_OF],
  },
  {
    guard: "what came after a run is not in its tests' last runs",
    code: "const last = this.#before(test.id, end, STRIP_RUNS);",
    instead: "const last = this.#before(test.id, 2 * end, STRIP_RUNS);",
    tests: [AS_OF],
    named: "up to then",
  },
  {
    guard: "an outage is no failure of an older run's tests",
    code: "const newest = last.find(({ counts }) => counts === 1);",
    instead: "const newest = last.find(({ counts }) => counts >= 0);",
    tests: [AS_OF],
    named: "counts against no test",
  },
  {
    guard: "a failure that is longer than the strip began where it began",
    code: "failureIn([...last, ...older]).job",
    instead: "failureIn([...last, ...older.slice(0, 0)]).job",
    tests: [AS_OF],
    named: "however long",
  },
  {
    guard: "a failure that still goes on began before what is looked through",
    code: "if (isStill) return { strip, failingSince: test.failingSince };",
    instead: "if (isStill) return { strip, failingSince: since.job };",
    tests: [AS_OF],
    named: "however long",
  },
  {
    guard: "evidence that is too old is none, though nothing new came",
    code: "transactionSync(() => this.#verdicts.settle(now));",
    instead: "transactionSync(() => this.#verdicts.settle(now - 1e13));",
    tests: [AGES],
    named: "in every list",
  },
  {
    guard: "a test is judged at the very time when its evidence is too old",
    code: "FROM verdicts_due WHERE at <= ?",
    instead: "FROM verdicts_due WHERE at < ?",
    tests: [AGES],
    named: "in every list",
  },
  {
    guard: "evidence counts from the first of its runs",
    code: "at: run.at, from: before.at,",
    instead: "at: run.at, from: run.at,",
    tests: [AGES],
    named: "in every list",
  },
  {
    guard: "tests that were stored before are judged by age too",
    code: "sql.exec(DUE_TABLE); sql.exec(PUT_DUE);",
    instead: "sql.exec(DUE_TABLE);",
    tests: [AGES],
    named: "before its age was kept",
  },
  {
    guard: "restored tests are judged by age too",
    code: "added: (sql) => sql.exec(PUT_DUE)",
    instead: "added: () => {}",
    tests: ["test/backup/objects.test.ts"],
    named: "grows old",
  },
  {
    guard: "new rules are applied to all tests that they may change",
    code: "this.#due.putAll();",
    instead: "",
    tests: [AGES],
    named: "2,000 tests at once",
  },
  {
    guard: "a preview says how many tests it left out",
    code: "left: tests - judged.length };",
    instead: "left: 0 * tests };",
    tests: [AGES],
    named: "2,000 tests at once",
  },
  {
    guard: "a failure that began long ago is not newly failing",
    code: "const since = now - days * DAY_MS;",
    file: "src/project-results/overview-table.ts",
    instead: "const since = now - 1e3 * days * DAY_MS;",
    tests: [AGES],
    named: "and no older one",
  },
  {
    guard: "a rerun of what failed is offered where something did",
    code: "rows.some(({ testRunId, quarantined }) => testRunId !== null && !quarantined)",
    instead: "rows.some(({ testRunId, quarantined }) => testRunId === null || !quarantined)",
    tests: [JOB_PAGE],
    named: "none of the test runs",
  },
  {
    guard: "a click on it runs what failed alone",
    code: "readAs(rerunInput, { only })",
    instead: 'readAs(rerunInput, { only: only === "failed" ? undefined : only })',
    tests: [JOB_PAGE],
    named: "one click runs the failed",
  },
  {
    guard: "what has a result is not named as missing",
    code: "due.filter(({ test_run_id }) => !known.has(test_run_id))",
    instead: "due.filter(({ test_run_id }) => !known.has(-test_run_id))",
    tests: [PAGES],
    named: "names the tests that are missing",
  },
  {
    guard: "a test's older runs follow those of its page",
    code: "object.history(path.test, before, MAX_RUNS + 1)",
    instead: "object.history(path.test, before + 1, MAX_RUNS + 1)",
    tests: [PAGES],
    named: "all its older runs",
  },
  {
    guard: "a preview of rules saves nothing",
    code: "if (isPreview) return previewRules(call, project.id, rules);",
    instead: "",
    tests: [RULES_PAGE],
    named: "before they are saved",
  },
  {
    guard: "a preview of rules names a bounded number of tests",
    code: "{tests.slice(0, MAX_NAMED).map(({ id, name }) => (",
    instead: "{tests.slice(0).map(({ id, name }) => (",
    tests: [RULES_PAGE],
    named: "first 20 tests",
  },
  {
    guard: "failures are found by their details",
    code: "this.#sql.exec(PUT_FAILURE_WORDS, chunk);",
    instead: "this.#sql.exec(PUT_FAILURE_WORDS, `[${chunk.length - chunk.length}]`);",
    tests: [READING],
    named: "by the details of their failures",
  },
  {
    guard: "failures that were replaced are not found by their details",
    code: 'of ["failures", "failure_words"]',
    instead: 'of ["failures"]',
    tests: [READING],
    named: "by the details of their failures",
  },
  {
    guard: "restored failures are found by their details",
    code: "added: (sql, keys) => sql.exec(PUT_FAILURE_WORDS, keys)",
    instead: "added: () => {}",
    tests: ["test/backup/objects.test.ts"],
    named: "found by their words",
  },
  {
    guard: "jobs are compared in the order in which they were made",
    code: "[job, Number(id)].sort((one, another) => one - another)",
    instead: "[job, Number(id)]",
    tests: [COMPARING],
    named: "whichever of them",
  },
  {
    guard: "a job without a report is compared with none",
    code: "const silent = [earlier, later].filter(({ hasResults }) => !hasResults);",
    instead: "const silent = [earlier, later].filter(({ id }) => id < 0);",
    tests: [COMPARING],
    named: "no report",
  },
];
