import { z } from "zod";
import { parseWireTime } from "../src/wire/times.ts";

/** A job as the API reads it out, with its history. */
export const jobRead = z.looseObject({
  job_id: z.int(),
  status: z.string(),
  start_date: z.string().transform((text) => parseWireTime(text)),
  attempt: z.int(),
  history: z.array(
    z.object({
      at: z.string(),
      from: z.string(),
      to: z.string(),
      by: z.string(),
      reason: z.string().nullable(),
    }),
  ),
});
export type JobRead = z.output<typeof jobRead>;
