import type { Mutant } from "../mutants/mutant.ts";

const LEASES = "test/host-object/leases.test.ts";
const QUIET = "test/host-object/quiet.test.ts";
const QUIET_RULES = "test/host-object/quiet-rules.test.ts";
const SILENCE = "test/jobs/silence.test.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "a hold of an older attempt counts for nothing",
    code: "lease.attempt === offer.attempt && isLive",
    instead: "isLive",
    tests: [LEASES],
  },
  {
    guard: "an offer older than a lease is hidden",
    code: "lease.attempt > offer.attempt ||",
    instead: "",
    tests: [LEASES],
  },
  {
    guard: "what a later report relies on is not taken back",
    code: "lease?.attempt !== attempt || lease.heardAt !== mark",
    instead: "lease?.attempt !== attempt",
    tests: [LEASES],
  },
  {
    guard: "a repeat under way keeps the lease that the first report accepted",
    code: "lease: { ...run, heardAt }, taken: null };",
    instead: "lease: null, taken: null };",
    tests: [LEASES],
  },
  {
    guard: "a refused report leaves what hid its job before",
    code: "before ? { ...before, heardAt: mark }",
    instead: 'before?.kind === "run" ? { ...before, heardAt: mark }',
    tests: [LEASES],
  },
  {
    guard: "a run that is being ended or cancelled is not taken back",
    code: "  if (lease.ending || lease.cancelAt !== null) return null;\n",
    instead: "",
    tests: [LEASES],
  },
  {
    guard: "what is known is good for ten minutes",
    code: "&& now < known.learnedAt + KNOWN_MS;",
    instead: "&& now > 0;",
    tests: [QUIET],
  },
  {
    guard: "what is known ends where it ends",
    code: "&& span.until <= known.until &&",
    instead: "&&",
    tests: [QUIET],
  },
  {
    guard: "what is known reaches no further than a day",
    code: "until: Math.min(until, now + AHEAD_MS)",
    instead: "until",
    tests: [QUIET_RULES],
  },
  {
    guard: "an object that knows nothing starts as if a change had begun",
    code: '[{ id: "start", until: now + CHANGE_MS }]',
    instead: '[{ id: "start", until: now }]',
    tests: [QUIET_RULES],
  },
  {
    guard: "what is learned ends at the next open job",
    code: "ORDER BY job.scheduled_at LIMIT 1), ${most})",
    instead: "AND false ORDER BY job.scheduled_at LIMIT 1), ${most})",
    tests: [QUIET],
  },
  {
    guard: "what is learned ends where the schedules are planned to",
    code: "AND s.plan_due_at IS NOT NULL\n",
    instead: "AND s.plan_due_at IS NOT NULL AND false\n",
    tests: [QUIET],
  },
  {
    guard: "a registration that ends a silence notes it",
    code: "introduce(guid: string, timing: Timing): void {\n    this.noteContact(this.leases.host(), timing);",
    instead: "introduce(guid: string, timing: Timing): void {",
    tests: [SILENCE],
    named: "pings or registers before it polls",
  },
];
