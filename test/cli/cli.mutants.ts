import type { Mutant } from "../mutants/mutant.ts";

const ASKING = "test/cli/asking.test.ts";
const BAD_DAY = "test/cli/bad-day.test.ts";
const LISTS = "test/cli/lists.test.ts";

/** The guards of the command line. */
export const mutants: Mutant[] = [
  {
    guard: "a kept token is sent to its own address alone",
    code: "token ?? (kept?.url === url ? kept.token : undefined)",
    instead: "token ?? kept?.token",
    tests: [LISTS],
    named: "login keeps the token",
  },
  {
    guard: "a request that is sent again has the same key",
    code: 'if (init.method !== "GET") headers.set("Idempotency-Key", crypto.randomUUID());',
    instead: "",
    tests: [BAD_DAY],
    named: "starts one job",
  },
  {
    guard: "an answer that breaks off is none",
    code: "response: isStream ? response : await whole(response)",
    instead: "response",
    tests: [BAD_DAY],
    named: "starts one job",
  },
  {
    guard: "a run whose number is not known is waited for at the first Ctrl-C",
    code: "const run = await startRun(session, options, { until, stop: interrupts.second });",
    instead: "const run = await startRun(session, options, { until, stop: interrupts.first });",
    tests: [BAD_DAY],
    named: "before it has the job's number",
  },
  {
    guard: "a service that answers a wait at once is not asked in a hurry",
    code: "if (isEarly) await sleep(Math.min(LEAST_MS, until - now));",
    instead: "",
    tests: [ASKING],
    named: "in a hurry",
  },
];
