import type { Mutant } from "../mutants/mutant.ts";

const PRUNING = "test/jobs/pruning.long.test.ts";
const TAKEN_BACK = "test/jobs/taken-back.test.ts";
const DOUBTS = "test/jobs/doubts.test.ts";
const NOTES = "test/jobs/notes.test.ts";
const LOST_RUNS = "test/jobs/lost-runs.test.ts";
const RUN_HOLDER = "test/jobs/run-holder.test.ts";
const REPEATS = "test/http/repeats.test.ts";
const IDLE = "test/schedules/idle.test.ts";

/** The guards of runs: their reports, their doubts, what is planned again of them, and what is shown of them. */
export const mutants: Mutant[] = [
  {
    guard: "a run that is planned again has its whole time to expire",
    code: '...(to === "PLANNED" ? { expiresAt: renewedExpiry(now) } : {}),',
    instead: "",
    tests: [LOST_RUNS],
    named: "may wait as long as its schedule says",
  },
  {
    guard: "RUNNING under a lease that overlaps is refused as an overlap, not as a lost lease",
    code: "job.holder !== holder && !overlaps)",
    instead: "job.holder !== holder)",
    tests: [TAKEN_BACK],
    named: "is refused as that",
  },
  {
    guard: "a job of the list says that its run needs attention",
    file: "src/jobs/list-store.ts",
    code: 'needsAttention: needsAttention.as("needs_attention"),',
    instead: 'needsAttention: sql<number>`0`.as("needs_attention"),',
    tests: [DOUBTS],
    named: "once the host",
  },
  {
    guard: "a RUNNING that another process won is told how a repeat is known",
    code: "a report of its own is known by its Lease-Owner header:",
    instead: "a report of its own is known:",
    tests: [RUN_HOLDER],
    named: "gets a 409",
  },
  {
    guard: "a report keeps its reason and its log as a note",
    code: "note: noteOf(input, call.now),",
    instead: "note: null,",
    tests: [NOTES],
    named: "is the note of its history",
  },
  {
    guard: "the repeat of a schedule's cancel counts what the first cancelled",
    code: "WHERE request_id = ${madeKey(creation)} AND object_kind",
    instead: "WHERE request_id = ${creation.creationKey} AND object_kind",
    tests: [REPEATS],
    named: "the repeat of a schedule's cancel",
  },
  {
    guard:
      "a job of a retired host is rerun after its host is registered again, which is said before its schedule's pause",
    code: "if (isPaused && idle.retiredAt === null) {",
    instead: "if (isPaused) {",
    tests: [IDLE],
    named: "whose host was retired",
  },
  {
    guard: "one tick prunes what one database ends in half an hour",
    file: "src/jobs/prune-ended.ts",
    code: "const MAX_BATCHES = 30;",
    instead: "const MAX_BATCHES = 12;",
    tests: [PRUNING],
    named: "one tick prunes more jobs",
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
];
