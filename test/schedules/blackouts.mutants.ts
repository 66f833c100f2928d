import type { Mutant } from "../mutants/mutant.ts";

const BLACKOUTS = "test/schedules/blackouts.test.ts";
const FILE = "test/schedules/calendar-file.test.ts";

/** The guards of blackouts that the tests must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "a schedule that ignores blackouts heeds none",
    code: 'cron === null || rule === "ignore" ? [] : closed',
    instead: "cron === null ? [] : closed",
    tests: [BLACKOUTS],
  },
  {
    guard: "a blackout cancels only jobs of schedules that heed it",
    code: "AND s.cron IS NOT NULL AND s.blackouts = 'heed'",
    instead: "AND s.cron IS NOT NULL",
    tests: [BLACKOUTS],
  },
  {
    guard: "a blackout cancels no single run",
    code: "AND s.cron IS NOT NULL AND s.blackouts = 'heed'",
    instead: "AND s.blackouts = 'heed'",
    tests: [BLACKOUTS],
  },
  {
    guard: "jobs that a blackout cancelled do not count for max_runs",
    code: "SELECT COUNT(*)\n          FROM (${plannedWithin",
    instead: "SELECT 0\n          FROM (${plannedWithin",
    tests: [BLACKOUTS],
  },
  {
    guard: "times that are planned again are not counted twice",
    code: "IIF(max_runs IS NULL, runs_planned, MAX(0, runs_planned - ${again}))",
    instead: "runs_planned",
    tests: [BLACKOUTS],
  },
  {
    guard: "jobs that a blackout cancelled are not taken from the count twice",
    code: "\n    AND own.status_reason IS NOT 'blackout')",
    instead: ")",
    tests: [BLACKOUTS],
  },
  {
    guard: "a removed blackout's times are planned once no cache is from before",
    code: "IIF(paused_at IS NULL, ${now + REPLAN_MS}, plan_due_at)",
    instead: "IIF(paused_at IS NULL, ${now}, plan_due_at)",
    tests: [BLACKOUTS],
  },
  {
    guard: "a blackout is looked at until no plan can be from before it",
    code: "settle: createdAt < at - OVERLAP_MS",
    instead: "settle: true",
    tests: [BLACKOUTS],
  },
  {
    guard: "a project has at most so many blackouts",
    code: " < ${MAX_BLACKOUTS}\n",
    instead: " < 1000\n",
    tests: [BLACKOUTS],
  },
  {
    guard: "a rule whose days never come is refused",
    code: 'cron === undefined || "problem" in parseCron(cron) ? refused',
    instead: "cron === undefined ? refused",
    tests: [FILE],
  },
  {
    guard: "a week begins on the day that the rule names",
    code: "Math.floor((day + 4 - weekStart) / 7)",
    instead: "Math.floor((day + 3) / 7)",
    tests: [FILE],
  },
  {
    guard: "a week that begins on no day is refused",
    code: " || weekStart === -1) return refused;",
    instead: ") return refused;",
    tests: [FILE],
  },
  {
    guard: "a repetition that is left out gives no span",
    code: ".filter((at) => !out.has(at))",
    instead: "",
    tests: [FILE],
  },
];
