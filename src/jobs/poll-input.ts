import * as z from "zod";
import { NO_LOWER_BOUND, type Span } from "../host-object/quiet-rules.ts";
import { id, text, time, whole } from "../wire/fields.ts";
import { parseWireTime, TIME_FORM } from "../wire/times.ts";

/** The query of a poll, parsed to epoch milliseconds: start inclusive, end exclusive. */
export const pollInput = z.object({
  start_date: z
    .union([z.literal("").transform(() => NO_LOWER_BOUND), time()], `must be ${TIME_FORM}, or empty`)
    .default(NO_LOWER_BOUND),
  end_date: time(),
  lease: z
    .enum(["true", "false"], { error: "must be true or false" })
    .default("true")
    .transform((value) => value === "true"),
});

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
export const leaseInput = z.object({
  owner: text(),
  max_jobs: whole({ from: 1, to: 100, of: "jobs" }).default(10),
  agent_server_ids: z.array(id()).max(1000, { error: "must hold at most 1000 ids" }).optional(),
  accept_seconds: whole({ from: 1, to: 900, of: "seconds" }).default(60),
  lease_seconds: whole({ from: 30, to: 900, of: "seconds" }).default(120),
});
