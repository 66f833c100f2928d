import type { Mutant } from "../mutants/mutant.ts";

const GUARDS = "test/model/guards.test.ts";
const CLOCKS_OF_JOBS = "test/jobs/clocks.test.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "the alarm ends only the run that the lease began",
    code: "eq(jobs.holder, run.holder), also",
    instead: "also",
    tests: [GUARDS, CLOCKS_OF_JOBS],
  },
  {
    guard: "a late end corrects only a guess about a silent host",
    code: "late ? eq(jobs.statusReason, HOST_LOST) : undefined",
    instead: "late && HOST_LOST === null ? eq(jobs.statusReason, HOST_LOST) : undefined",
    tests: [GUARDS],
  },
  {
    guard: "nothing is learned while a change is open",
    code: "quiet.open.length === 0 && quiet.epoch === epoch",
    instead: "quiet.epoch === epoch",
    tests: [GUARDS],
  },
  {
    guard: "nothing is learned that was read under an older epoch",
    code: "quiet.open.length === 0 && quiet.epoch === epoch",
    instead: "quiet.open.length === 0 && epoch !== ''",
    tests: [GUARDS],
  },
  {
    guard: "a change makes forgotten what was known",
    code: "epoch,\n  known: null,\n  open: [...without(quiet, change.id), change],",
    instead: "epoch,\n  known: quiet.known,\n  open: [...without(quiet, change.id), change],",
    tests: [GUARDS],
  },
  {
    guard: "the end of a change begins another epoch",
    code: "epoch,\n  known: null,\n  open: without(quiet, id),",
    instead: "epoch: quiet.epoch === '' ? epoch : quiet.epoch,\n  known: null,\n  open: without(quiet, id),",
    tests: [GUARDS],
  },
  {
    guard: "the running out of a change begins another epoch",
    code: "? { epoch, known: null, open: quiet.open.filter",
    instead: "? { epoch: epoch && quiet.epoch, known: null, open: quiet.open.filter",
    tests: [GUARDS],
  },
  {
    guard: "an object forgets its tokens",
    code: 'this.#sql.exec("DELETE FROM tokens");',
    instead: "",
    tests: [GUARDS],
  },
];
