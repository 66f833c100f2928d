import * as z from "zod";
import { NO_LOWER_BOUND, type Span } from "../host-object/quiet-rules.ts";
import { id, text, time } from "../wire/fields.ts";
import { parseWireTime, TIME_FORM } from "../wire/times.ts";

/** The query of a poll: epoch milliseconds once read, start inclusive, end exclusive. */
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

/** The window of a poll that leases, where its query says it plainly; the others are for `pollInput` to read or refuse. */
export const plainWindow = ({
  start_date: from,
  end_date: until = "",
  lease = "true",
}: Record<string, string>): Partial<Span> | undefined =>
  lease === "true"
    ? { from: from ? parseWireTime(from) : NO_LOWER_BOUND, until: parseWireTime(until) }
    : undefined;

const between = (least: number, most: number, what: string) => {
  const form = `must be a whole number of ${what} from ${least} to ${most}`;
  return z.int(form).min(least, { error: form }).max(most, { error: form });
};

/** What a host that knows of leases asks for: whose process it is, how many jobs, how long until it accepts and renews. */
export const leaseInput = z.object({
  owner: text(),
  max_jobs: between(1, 100, "jobs").default(10),
  agent_server_ids: z.array(id()).max(1000, { error: "must hold at most 1000 ids" }).optional(),
  accept_seconds: between(1, 900, "seconds").default(60),
  lease_seconds: between(30, 900, "seconds").default(120),
});
