import type { Mutant } from "../mutants/mutant.ts";

const DISPATCH = "test/jobs/dispatch.test.ts";
const LEASES_OF_HOST = "test/host-object/leases.test.ts";
const LEASES = "test/jobs/leases.test.ts";
const ENDINGS = "test/jobs/endings.test.ts";
const PRUNING = "test/jobs/pruning.test.ts";
const TAKEN_BACK = "test/jobs/taken-back.test.ts";
const ENDED_BY_ALARMS = "test/jobs/ended-by-alarms.test.ts";
const HAND_OUT = "test/jobs/hand-out.test.ts";
const SILENCE = "test/jobs/silence.test.ts";
const CANCELLED_RUNS = "test/jobs/cancelled-runs.test.ts";
const CHANGES = "test/jobs/changes.test.ts";
const ALARM_CHANGE = "test/jobs/alarm-change.test.ts";
const QUIET_OF_HOST = "test/host-object/quiet-changes.test.ts";
const OUTCOMES = "test/jobs/outcomes.test.ts";
const DOUBTS = "test/jobs/doubts.test.ts";
const NOTES = "test/jobs/notes.test.ts";
const OUTSIDE = "test/jobs/outside.test.ts";
const CONTACT = "test/hosts/contact.test.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
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
    guard: "only a job in the asked window hides a later one",
    code: "AND other.scheduled_at >= ${from}",
    instead: "",
    tests: [HAND_OUT],
  },
  {
    guard: "a job that has expired hides no later one",
    code: 'agentReady("other_agent"), unexpired("other", now), among(agent)',
    instead: 'agentReady("other_agent"), among(agent)',
    tests: [HAND_OUT],
  },
  {
    guard: "a job of an inactive agent hides no later one",
    code: 'agentReady("other_agent"), unexpired',
    instead: "unexpired",
    tests: [HAND_OUT],
  },
  {
    guard: "a job of agents that were not asked for hides no later one",
    code: 'unexpired("other", now), among(agent))}',
    instead: 'unexpired("other", now))}',
    tests: [HAND_OUT],
  },
  {
    guard: "a job of another host hides no later one",
    code: "AND other_agent.host_id = ${hostId} AND",
    instead: "AND",
    tests: [HAND_OUT],
  },
  {
    guard: "the tick settles overlaps by what can be handed out alone",
    code: ' AND ${canBeHandedOut("wait", now)}`',
    instead: "`",
    tests: [HAND_OUT],
  },
  {
    guard: "a lost run is planned again only where it can be handed out",
    code: '    AND ${takersReady("jobs")}`',
    instead: "`",
    tests: [HAND_OUT],
  },
  {
    guard: "the end of a run skips only what could be handed out",
    code: ' AND ${canBeHandedOut("jobs", now)} AND EXISTS',
    instead: " AND EXISTS",
    tests: [HAND_OUT],
  },
  {
    guard: "only what came due in a silence is missed by it",
    code: "AND later.scheduled_at <= ${until}",
    instead: "",
    tests: [SILENCE],
  },
  {
    guard: "a silence makes no schedule miss runs that may overlap",
    code: "AND wait.overlap <> 'allow' AND wait.creation_key IS NULL",
    instead: "AND wait.creation_key IS NULL",
    tests: [SILENCE],
  },
  {
    guard: "a silence makes nobody miss what was asked for by hand",
    code: "AND wait.overlap <> 'allow' AND wait.creation_key IS NULL",
    instead: "AND wait.overlap <> 'allow'",
    tests: [SILENCE],
  },
  {
    guard: "a silence of days is settled whole",
    code: "=== CLOCK_BATCH) continue;",
    instead: "=== CLOCK_BATCH + 1) continue;",
    tests: [SILENCE],
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
    guard: "only a host that was silent misses runs",
    code: "if (now - contactAt >= silenceMs(contactMs)) this.#keep",
    instead: "this.#keep",
    tests: [SILENCE],
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
    guard: "a change whose end is lost stays open for a minute",
    code: "until !== null && until <= now",
    instead: "until !== null && until > 0 && now > 0",
    tests: [CHANGES],
  },
  {
    guard: "the alarm's writes are a change",
    code: "    this.#begin({ id: ALARM, until: null }, now);\n    return { left };",
    instead: "    return { left };",
    tests: [ALARM_CHANGE],
  },
  {
    guard: "a host hears of a change before it is made",
    code: "  for (const host of hosts) await begin(host);\n",
    instead: "  if (hosts.length < 0) await begin(0);\n",
    tests: [CHANGES, QUIET_OF_HOST],
  },
  {
    guard: "no try of a change's write comes too late",
    code: "return clock() < now + TRIES_MS;",
    instead: "return TRIES_MS > 0;",
    tests: [CHANGES],
  },
  {
    guard: "a change that took two tries is left to run out",
    code: "isSettled: () => tries <= 1,",
    instead: "isSettled: () => tries > 0,",
    tests: [CHANGES],
  },
  {
    guard: "a job is added where its host was notified",
    code: "WHERE ${where} AND ${isNotified(change)}",
    instead: "WHERE ${where}",
    tests: [CHANGES],
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
    code: "UPDATE site SET counted_history_id = (SELECT MAX(id) FROM ${FRESH(most)})",
    instead: "UPDATE site SET counted_history_id = counted_history_id",
    tests: [OUTCOMES],
  },
  {
    guard: "a Jobs-Running that is no list of ids is refused",
    code: "headers.includes(JOBS_RUNNING) ? { [JOBS_RUNNING]: sent[JOBS_RUNNING] } : {}",
    instead: "{}",
    tests: [DOUBTS],
  },
  {
    guard: "a Jobs-Running names at most so many jobs",
    code: "ids.length <= MAX_RUNNING",
    instead: "true",
    tests: [DOUBTS],
  },
  {
    guard: "a note keeps no more than it may",
    code: "text.length > most ? `${CUT}${text.slice(text.length - most + 1)}`.toWellFormed() : text;",
    instead: "text;",
    tests: [NOTES],
  },
  {
    guard: "a refused report keeps its note",
    code: "now: call.now, status, note });",
    instead: "now: call.now, status, note: null });",
    tests: [NOTES],
  },
  {
    guard: "a call with Jobs-Running goes on to the routes",
    code: "!body || saysRunning(headers) || handover.hasNews",
    instead: "!body || handover.hasNews",
    tests: [DOUBTS],
  },
  {
    guard: "a run that is named is not put in doubt",
    code: "and(sql`NOT ${isNamed}`, known)",
    instead: "known",
    tests: [DOUBTS],
  },
  {
    guard: "only the runs that are named are out of doubt",
    code: "          isNamed,\n",
    instead: "",
    tests: [DOUBTS],
  },
  {
    guard: "a process of one project doubts no runs of another",
    code: "and(sql`NOT ${isNamed}`, known)",
    instead: "sql`NOT ${isNamed}`",
    tests: [DOUBTS],
  },
  {
    guard: "a process of one project vouches for no runs of another",
    file: "src/jobs/doubt-store.ts",
    code: "          known,\n",
    instead: "",
    tests: [DOUBTS],
  },
  {
    guard: "a process of a host doubts no runs of another host",
    code: "        sql`${jobs.hostId} = ${hostId}`,\n",
    instead: "",
    tests: [DOUBTS],
  },
  {
    guard: "the doubt of a run keeps the time that it began",
    code: "        isNull(jobs.doubtedAt),\n",
    instead: "",
    tests: [DOUBTS],
  },
  {
    guard: "a run under a lease is not put in doubt",
    file: "src/jobs/doubt-store.ts",
    code: "        underNoLease,\n",
    instead: "",
    tests: [DOUBTS],
  },
  {
    guard: "who only looks on doubts no run",
    code: "if (lease) await settleRunning",
    instead: "await settleRunning",
    tests: [DOUBTS],
  },
  {
    guard: "a run in doubt blocks for stale_minutes only",
    code: "runsBeside(of.now)",
    instead: "runsBeside(0)",
    tests: [DOUBTS],
  },
  {
    guard: "the tick skips nothing behind a run in doubt for long",
    code: ' AND ${countsAsRunning("run", now)} LIMIT',
    instead: " LIMIT",
    tests: [DOUBTS],
  },
  {
    guard: "the end of a run in doubt for long skips nothing",
    code: ' AND ${countsAsRunning("run", now)})',
    instead: ")",
    tests: [DOUBTS],
  },
  {
    guard: "while jobs wait outside of its window, a host's object learns nothing",
    code: " && found.outside === 0)",
    instead: ")",
    tests: [OUTSIDE],
  },
  {
    guard: "what waits outside of the window settles a silence too",
    code: "found.waiting > 0 || found.outside > 0",
    instead: "found.waiting > 0",
    tests: [OUTSIDE],
  },
  {
    guard: "jobs outside of the window are counted where they are due",
    code: "AND due.scheduled_at <= ${of.now}",
    instead: "",
    tests: [OUTSIDE],
  },
  {
    guard: "an inactive agent's jobs are not counted as outside",
    code: 'agentReady("a"), unexpired',
    instead: "unexpired",
    tests: [OUTSIDE],
  },
  {
    guard: "expired jobs are not counted as outside",
    code: 'unexpired("due", of.now), ',
    instead: "",
    tests: [OUTSIDE],
  },
  {
    guard: "a paused schedule's jobs are not counted as outside",
    code: 'scheduleOfJobReady("due"), ',
    instead: "",
    tests: [OUTSIDE],
  },
  {
    guard: "jobs outside of what a token may know of are not counted",
    code: "among(sql`a.id`), inScope)",
    instead: "among(sql`a.id`))",
    tests: [OUTSIDE],
  },
  {
    guard: "what is shown as outside ends when a poll misses none",
    code: "if (jobs !== known)",
    instead: "if (jobs > known)",
    tests: [OUTSIDE],
  },
  {
    guard: "a lease says of its last attempt that no other comes",
    code: 'rule.onLost === "requeue" && rule.begun + 1 < rule.maxAttempts',
    instead: 'rule.onLost === "requeue"',
    tests: [LEASES],
    named: "a lease says",
  },
];
