import type { Mutant } from "../mutants/mutant.ts";

const POLICIES = "test/schedules/policies.test.ts";
const IDLE = "test/schedules/idle.test.ts";
const REPLANNING = "test/schedules/replanning.long.test.ts";
const EDITS = "test/schedules/edits.test.ts";
const SCHEDULES = "test/schedules/schedules.test.ts";
const PLANNING = "test/schedules/planning.long.test.ts";
const CRON_TIMES = "test/schedules/cron-times.test.ts";
const DOUBTS = "test/jobs/doubts.test.ts";
const REPEATS = "test/http/repeats.test.ts";

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
    guard: "a run is given back to max_runs once",
    code: "AND job.status_changed_at >= s.paused_at) AS freed",
    instead: ") AS freed",
    tests: [REPLANNING],
    named: "waited past their times",
  },
  {
    guard: "a job that was added by hand moves no plan back",
    code: "AND job.scheduled_at < s.planned_until AND job.creation_key IS NULL",
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
  {
    guard: "a schedule of a retired host is told of the host before its pause",
    code: "if (isPaused && gone === undefined)",
    instead: "if (isPaused)",
    tests: [IDLE],
    named: "whose host was retired",
  },
  {
    guard: "no run is added at a retired host",
    code: 'EXISTS (SELECT 1 FROM hosts h WHERE h.id = a.host_id AND ${hostReady("h")})',
    instead: "EXISTS (SELECT 1 FROM hosts h WHERE h.id = a.host_id)",
    tests: [IDLE],
    named: "whose host was retired",
  },
  {
    guard: "a cron that is over takes no schedule's place",
    code: "refuseNoRun(facts, from);\n  const place = {",
    instead: "const place = {",
    tests: [IDLE],
    named: "names no run before its end_date",
  },
  {
    guard: "a resumed schedule is planned at once",
    file: "src/schedules/control-store.ts",
    code: "...carryOut(change, [plan], now),",
    instead: "...carryOut(change, [], now),",
    tests: [EDITS],
    named: "while it was paused is planned when it is resumed",
  },
  {
    guard: "a single run whose job may have been pruned is not made up for",
    code: "const isKept = from >= keptFrom(call.now, call.settings.RETENTION_DAYS);",
    instead: "const isKept = from > 0;",
    tests: [EDITS],
    named: "whose job was pruned",
  },
  {
    guard: "a schedule keeps its stale_minutes",
    code: "staleMinutes: input.stale_minutes,",
    instead: "staleMinutes: 60,",
    tests: [DOUBTS],
    named: "stale_minutes is read, kept",
  },
  {
    guard: "a run in doubt blocks for 60 minutes where its schedule says nothing",
    code: 'stale_minutes: whole({ from: 0, to: YEAR_MINUTES, of: "minutes" }).default(60),',
    instead: 'stale_minutes: whole({ from: 0, to: YEAR_MINUTES, of: "minutes" }).default(59),',
    tests: [DOUBTS],
    named: "60 of them where the schedule says nothing",
  },
  {
    guard: "the repeat of a schedule's DELETE is answered, though the schedule is gone",
    code: "(${schedules.deletedAt} = ${now} OR NOT ${unanswered})",
    instead: "(${schedules.deletedAt} = ${now})",
    tests: [REPEATS],
    named: "the repeat of a DELETE",
  },
  {
    guard: "a single run without a start runs now",
    code: "input.start_date ?? (input.cron == null ? wholeSecond(now) : null)",
    instead: "input.start_date ?? null",
    tests: [SCHEDULES],
    named: "without a start_date runs now",
  },
  {
    guard: "a cron that steps from a value on is told its right form",
    code: "not ${quote(field)}${stepAdvice(alone, place)}`",
    instead: "not ${quote(field)}`",
    tests: [CRON_TIMES],
    named: "The message says what is wrong",
  },
  {
    guard: "a cron with a zone before it is told of time_zone",
    file: "src/schedules/cron-times.ts",
    code: "if (prefix !== undefined) {",
    instead: 'if (prefix === "") {',
    tests: [CRON_TIMES],
    named: "The message says what is wrong",
  },
  {
    guard: "one tick plans what one database makes in half an hour",
    file: "src/schedules/plan-schedules.ts",
    code: "const MAX_BATCHES = 50;",
    instead: "const MAX_BATCHES = 5;",
    tests: [PLANNING],
  },
];
