import type { Mutant } from "../mutants/mutant.ts";

const TAKEN_BACK = "test/jobs/taken-back.test.ts";
const LOST_RUNS = "test/jobs/lost-runs.test.ts";
const DOUBTS = "test/jobs/doubts.test.ts";
const RUN_HOLDER = "test/jobs/run-holder.test.ts";
const NOTES = "test/jobs/notes.test.ts";
const PRUNING = "test/jobs/pruning.test.ts";
const REPEATS = "test/http/repeats.test.ts";
const IDLE = "test/schedules/idle.test.ts";

/** The guards of runs: their reports, what is planned again of them, and what is shown of them. */
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
];
