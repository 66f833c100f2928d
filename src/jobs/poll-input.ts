import * as z from "zod";
import { NO_LOWER_BOUND, type Span } from "../host-object/quiet-rules.ts";
import { described } from "../wire/described.ts";
import { id, text, time, whole } from "../wire/fields.ts";
import { parseWireTime, TIME_FORM } from "../wire/times.ts";

/** The query of a poll, parsed to epoch milliseconds: start inclusive, end exclusive. */
export const pollInput = described(
  z.object({
    start_date: z
      .union([z.literal("").transform(() => NO_LOWER_BOUND), time()], `must be ${TIME_FORM}, or empty`)
      .default(NO_LOWER_BOUND),
    end_date: time(),
    lease: z
      .enum(["true", "false"], { error: "must be true or false" })
      .default("true")
      .transform((value) => value === "true"),
  }),
  {
    fields: {
      start_date: "Only jobs that are due at this time or later; empty or left out: however early.",
      end_date: "Only jobs that are due before this time.",
      lease: "false: the jobs are looked at, and none is leased to the caller.",
    },
  },
);

/** The window of a leasing poll in its plain form. `pollInput` reads or refuses every other form. */
export const plainWindow = ({
  start_date: from,
  end_date: until = "",
  lease = "true",
}: Record<string, string>): Partial<Span> | undefined =>
  lease === "true"
    ? { from: from ? parseWireTime(from) : NO_LOWER_BOUND, until: parseWireTime(until) }
    : undefined;

/** The request of a host that uses leases: its process, how many jobs, and the times to accept and renew. */
export const leaseInput = described(
  z.object({
    owner: text(),
    max_jobs: whole({ from: 1, to: 100, of: "jobs" }).default(10),
    agent_server_ids: z.array(id()).max(1000, { error: "must hold at most 1000 ids" }).optional(),
    accept_seconds: whole({ from: 1, to: 900, of: "seconds" }).default(60),
    lease_seconds: whole({ from: 30, to: 900, of: "seconds" }).default(120),
  }),
  {
    fields: {
      owner: "An id of the caller's process, the same in each of its requests.",
      max_jobs: "How many jobs to lease at most.",
      agent_server_ids: "Only jobs of the agents with these ids; left out: of all active agents of the host.",
      accept_seconds: "Within how many seconds each job will be reported RUNNING.",
      lease_seconds: "After how many seconds without a renewal a run is lost.",
    },
    example: { owner: "lab-7 process 4711", max_jobs: 4 },
  },
);
