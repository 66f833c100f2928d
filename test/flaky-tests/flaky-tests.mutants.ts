import type { Mutant } from "../mutants/mutant.ts";

const CONTENTS = "test/flaky-tests/contents.test.ts";

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
];
