import type { Mutant } from "../mutants/mutant.ts";

const POLICIES = "test/schedules/policies.test.ts";
const IDLE = "test/schedules/idle.test.ts";
const REPLANNING = "test/schedules/replanning.test.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "runs of one schedule that may not overlap",
    code: "const alone = sql`NOT (",
    instead: "const alone = sql`NOT (false AND ",
    tests: [POLICIES],
  },
  {
    guard: "a schedule goes on where it has an agent and a host",
    code: "    hasAgent,\n",
    instead: "",
    tests: [IDLE],
  },
  {
    guard: "a paused schedule is not run now",
    code: 'form === "now" ? scheduleReady("s") : ',
    instead: "",
    tests: [IDLE],
  },
  {
    guard: "a job runs again only where it can be handed out",
    code: '        takersReady("jobs"),\n',
    instead: "",
    tests: [IDLE],
  },
  {
    guard: "a time is planned again only where its jobs were cancelled before they began",
    code: "ELSE ${STANDS} END",
    instead: "ELSE false END",
    tests: [REPLANNING],
  },
  {
    guard: "a time whose jobs were cancelled before they began is planned again",
    code: "ELSE ${STANDS} END",
    instead: "ELSE true END",
    tests: [REPLANNING],
  },
  {
    guard: "of the runs that a pause made a schedule miss, the latest alone is made up for",
    code: "const keepsLatest = !plan.times.some((at) => at < now);",
    instead: "const keepsLatest = true;",
    tests: [REPLANNING],
  },
  {
    guard: "what can't be handed out does not expire",
    code: 'lte(jobs.expiresAt, now), takersReady("jobs")),',
    instead: "lte(jobs.expiresAt, now)),",
    tests: [REPLANNING],
  },
  {
    guard: "a run whose agent was gone at its time is none of max_runs",
    code: "Math.max(0, runsPlanned - freed)",
    instead: "Math.max(0, runsPlanned)",
    tests: [IDLE],
    named: "three runs whose agent was gone",
  },
  {
    guard: "a job that was added by hand moves no plan back",
    code: "AND job.scheduled_at < s.planned_until\n        AND job.creation_key IS NULL",
    instead: "AND job.scheduled_at < s.planned_until",
    tests: [REPLANNING],
    named: "gives a resumed schedule no run beyond",
  },
  {
    guard: "an activated agent's waiting jobs expire anew",
    code: "    renewExpiry(db, activated, now),\n",
    instead: "",
    tests: [REPLANNING],
    named: "made up for or activated",
  },
  {
    guard: "a resumed schedule's waiting jobs expire anew",
    code: "    renewExpiry(db, paused, now),\n",
    instead: "",
    tests: [REPLANNING],
    named: "made up for or activated",
  },
  {
    guard: "a past time whose job ended with its agent is planned anew",
    code: "THEN ${STANDS_IN_PAST} ELSE",
    instead: "THEN true ELSE",
    tests: [REPLANNING],
    named: "is given another agent while it is paused",
  },
];
