import type { Mutant } from "../mutants/mutant.ts";

const TESTS = ["test/acknowledgements/acknowledgements.test.ts"];
const STORE = "src/acknowledgements/store.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "a deleted schedule is not acknowledged",
    code: "eq(schedules.projectId, projectId), isNull(schedules.deletedAt));",
    file: STORE,
    instead: "eq(schedules.projectId, projectId));",
    tests: TESTS,
  },
  {
    guard: "a schedule of another project is not acknowledged",
    code: "eq(schedules.id, id), eq(schedules.projectId, projectId), isNull(schedules.deletedAt));",
    file: STORE,
    instead: "eq(schedules.id, id), isNull(schedules.deletedAt));",
    tests: TESTS,
  },
  {
    guard: "an acknowledgement ends within 30 days",
    code: "return until > now + MAX_DAYS * DAY_MS ?",
    instead: "return until > now + 2 * MAX_DAYS * DAY_MS ?",
    tests: TESTS,
  },
  {
    guard: "a token that is limited to projects acknowledges no host",
    code: "unacknowledgeHost: OF_ALL_PROJECTS,",
    instead: "",
    tests: TESTS,
  },
];
