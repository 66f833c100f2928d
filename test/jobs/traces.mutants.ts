import type { Mutant } from "../mutants/mutant.ts";

const PURE = ["test/http/trace-context.test.ts"];
const JOBS = ["test/jobs/traces.test.ts"];
const WIRE = "src/wire/trace-context.ts";

/** The guards of traces that tests must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "a trace or a parent of zeros is none",
    code: "if (/^0+$/.test(trace) || /^0+$/.test(parent)) return undefined;",
    instead: "",
    tests: PURE,
  },
  {
    guard: "the version ff is forbidden",
    code: 'if (version === undefined || version === "ff") return undefined;',
    instead: "if (version === undefined) return undefined;",
    tests: PURE,
  },
  {
    guard: "version 00 ends with its flags",
    code: "return more === undefined ? given : undefined;",
    instead: "return given;",
    tests: PURE,
  },
  {
    guard: "a traceparent of any length is not looked at",
    code: "if (given.length > LONGEST_PARENT) return undefined;",
    instead: "",
    tests: PURE,
  },
  {
    guard: "a tracestate has each key once",
    code: " && new Set(keys).size === keys.length",
    file: WIRE,
    instead: "",
    tests: PURE,
  },
  {
    guard: "a tracestate has 32 members at most",
    code: "members.length <= MOST_MEMBERS && ",
    instead: "",
    tests: PURE,
  },
  {
    guard: "a tracestate that is passed on has 512 characters at most",
    code: "(isValid && shortened(members).join(",
    instead: "(isValid && members.join(",
    tests: PURE,
  },
  {
    guard: "a cron's runs have no trace",
    code: "CASE WHEN s.cron IS NULL THEN s.trace_context END",
    instead: "s.trace_context",
    tests: JOBS,
  },
  {
    guard: "a poll has no trace where a job has none",
    code: "...traceIn(job.traceContext),",
    file: "src/jobs/wire.ts",
    instead: "traceparent: traceIn(job.traceContext)?.traceparent ?? '',",
    tests: JOBS,
  },
  {
    guard: "a run does not belong to the trace that its host was started in",
    code: '["MUSTER_TOKEN", "TRACEPARENT", "TRACESTATE"]',
    instead: '["MUSTER_TOKEN"]',
    tests: ["test/host-program/environment.test.ts"],
  },
  {
    guard: "muster run passes on no trace that is none",
    code: "traceContextOf(env.TRACEPARENT, env.TRACESTATE) ?? {}",
    instead: "{ traceparent: env.TRACEPARENT, tracestate: env.TRACESTATE }",
    tests: ["test/cli/asking.test.ts"],
    named: "trace",
  },
];
