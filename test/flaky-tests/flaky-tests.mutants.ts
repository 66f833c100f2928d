import type { Mutant } from "../mutants/mutant.ts";

const CONTENTS = "test/flaky-tests/contents.test.ts";
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
];
