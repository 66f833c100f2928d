import type { Mutant } from "../mutants/mutant.ts";

const DISPATCH = "test/jobs/dispatch.test.ts";
const LEASES_OF_HOST = "test/host-object/leases.test.ts";
const LEASES = "test/jobs/leases.test.ts";
const ENDINGS = "test/jobs/endings.test.ts";
const PRUNING = "test/jobs/pruning.long.test.ts";
const TAKEN_BACK = "test/jobs/taken-back.test.ts";
const ENDED_BY_ALARMS = "test/jobs/ended-by-alarms.test.ts";
const CANCELLED_RUNS = "test/jobs/cancelled-runs.test.ts";
const OUTCOMES = "test/jobs/outcomes.test.ts";
const CONTACT = "test/hosts/contact.test.ts";

/** The guards of leases, of how runs end, and of what is counted and pruned. */
export const mutants: Mutant[] = [
  {
    guard: "the ends of a half hour are added to those that the tick counted before",
    code: "SELECT key AS half_hour, value AS jobs FROM json_each(COALESCE(outcomes.half_hours, '{}')) UNION ALL",
    instead: "",
    tests: ["test/jobs/outcomes.test.ts"],
  },
  {
    guard: "a report is judged by its lease as that is when D1 has let the report through",
    code: "host.hold(report, { ...timing, now }),",
    instead: "host.hold(report, timing),",
    tests: [LEASES],
  },
  {
    guard: "the object remembers a hold",
    code: "if (lease) this.#putRun(lease);",
    instead: "",
    tests: [DISPATCH],
  },
  {
    guard: "a poll is not handed what another holds",
    code: "if (isHidden(held.get(offer.job), offer, { mine, now })) grant.hidden.push(offer.job);",
    instead: "if (isHidden(undefined, offer, { mine, now })) grant.hidden.push(offer.job);",
    tests: [DISPATCH, LEASES_OF_HOST],
  },
  {
    guard: "a move only out of the statuses allowed",
    code: "const guard = and(statusIn(from), where);",
    instead: "const guard = where;",
    tests: [DISPATCH],
  },
  {
    guard: "an end by the lease that holds the run",
    code: "ends === null ? undefined : heldBy(holder)",
    instead: "heldBy(holder) && undefined",
    tests: [LEASES, ENDINGS],
  },
  {
    guard: "what is open or runs is not pruned",
    code: "and(statusIn(ENDED), sql",
    instead: "and(sql",
    tests: [PRUNING],
  },
  {
    guard: "what a window ran before what is kept is not made up for",
    code: "input.from < keptFrom(call.now, RETENTION_DAYS)",
    instead: "false",
    tests: [PRUNING],
  },
  {
    guard: "what D1 refused is taken back in the object",
    code: "    if (!lease) return;\n    this.leases.putLease(lease);",
    instead: "    if (lease) return;",
    tests: [TAKEN_BACK],
  },
  {
    guard: "a refusal after a try that may still be on its way takes nothing back",
    code: "taken && tries <= 1 && waits",
    instead: "taken && waits",
    tests: [TAKEN_BACK],
  },
  {
    guard: "RUNNING under a lease comes before accept_by",
    code: "(run.accepted || run.expiresAt > now)",
    instead: "(run.accepted || run.expiresAt > 0)",
    tests: [LEASES],
  },
  {
    guard: "a lease that the alarm is ending is not renewed",
    code: "!lease || lease.ending || (",
    instead: "!lease || (",
    tests: [ENDED_BY_ALARMS],
  },
  {
    guard: "only runs that began count as attempts",
    code: "${runsBegun} < ${schedules.maxAttempts})",
    instead: "${jobs.attempt} < ${schedules.maxAttempts})",
    tests: [TAKEN_BACK],
  },
  {
    guard: "an object that does not know its host is introduced by a poll that leases",
    code: "if (!grant.known) await noteHostCall(call, hostId);",
    instead: "",
    tests: [CONTACT],
  },
  {
    guard: "a caller is notified that its run was cancelled before it is handed the next",
    code: "const { hidden: tooSoon, offers } = this.withoutTooSoon(all, caller, now);",
    instead: "const { hidden: tooSoon, offers } = { hidden: [], offers: all };",
    tests: [CANCELLED_RUNS],
  },
  {
    guard: "only the caller that ran it waits for the word of a cancelled run",
    code: 'holder === caller || !holder.startsWith("owner:")',
    instead: "holder !== caller || holder === caller",
    tests: [CANCELLED_RUNS],
  },
  {
    guard: "a report on a cancelled run ends its announcement",
    code: 'if (job.status === "CANCELLED") await knowsOfCancel(call, job);',
    instead: "",
    tests: [CANCELLED_RUNS],
  },
  {
    guard: "a run ends when its time is up",
    code: "if (over.length > 0) {",
    instead: "if (over.length < 0) {",
    tests: [ENDINGS],
  },
  {
    guard: "a step of the tick stops where its statements are used up",
    file: "src/jobs/prune-ended.ts",
    code: "queriesEach: BATCH_QUERIES",
    instead: "queriesEach: -Infinity",
    tests: [PRUNING],
  },
  {
    guard: "a row of history is counted once",
    code: "db.write(historyRead(site.countedHistoryId, most)),",
    instead: "db.write(historyRead(site.measuredHistoryId, most)),",
    tests: [OUTCOMES],
  },
  {
    guard: "a lease says of its last attempt that no other comes",
    code: 'rule.onLost === "requeue" && rule.begun + 1 < rule.maxAttempts',
    instead: 'rule.onLost === "requeue"',
    tests: [LEASES],
    named: "a lease says",
  },
];
