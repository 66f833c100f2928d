import type { Mutant } from "../mutants/mutant.ts";

const OVERVIEW = "test/console/overview.test.ts";
const PROJECTS = "test/console/projects.test.ts";
const TEST_RUNS = "test/console/test-runs.test.ts";
const TERMS = "test/console/terms.test.ts";

/** The guards of the overview and of the pages of projects and tests that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "a schedule that failed once and passed since asks for no attention",
    code: "if (isOver && failures.length < 2) return undefined;",
    instead: "",
    tests: [OVERVIEW],
  },
  {
    guard: "failures are counted from the last run that passed",
    code: "const streak = passedAt === -1 ? ended : ended.slice(0, passedAt);",
    instead: "const streak = ended;",
    tests: [OVERVIEW],
  },
  {
    guard: "offline hosts with due work come first",
    code: "return item.isOffline === 1 ? 0 : 3;",
    instead: "return 3;",
    tests: [OVERVIEW],
  },
  {
    guard: "an acknowledgement that is over asks for attention again",
    code: "until !== null && until > now ? { until,",
    instead: "until !== null ? { until,",
    tests: [OVERVIEW],
  },
  {
    guard: "an end without a half hour counts at noon of its day",
    code: "...(rest === 0 ? [] : [{ at: day + DAY_MS / 2, jobs: rest }]),",
    instead: "",
    tests: [OVERVIEW],
  },
  {
    guard: "a correction before its failure never makes a count negative",
    code: "if ((jobs[status] ?? 0) < 0) jobs[status] = 0;",
    instead: "",
    tests: [OVERVIEW],
  },
  {
    guard: "what is due later than within the hour is not listed",
    code: "AND scheduled_at <= ${hourAhead}`, order: sql`scheduled_at`,",
    instead: "`, order: sql`scheduled_at`,",
    tests: [OVERVIEW],
  },
  {
    guard: "the list of projects has those alone that a token may see",
    code: 'WHERE ${within} AND ${inScope(actor, "p.id")} ORDER BY p.id',
    instead: "WHERE ${within} AND ${sql`true`} ORDER BY p.id",
    tests: [PROJECTS],
  },
  {
    guard: "an import that is only told stores nothing",
    code: "if (isDone) await createTestRuns(call, project, incoming);",
    instead: "await createTestRuns(call, project, incoming);",
    tests: [TEST_RUNS],
  },
  {
    guard: "the history names a host by its name, not by its token's",
    code: "by.startsWith(OF_HOST) ? (",
    instead: 'by.startsWith("nobody ") ? (',
    tests: [TERMS],
  },
];
