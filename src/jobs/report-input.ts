import * as z from "zod";
import { text } from "../wire/fields.ts";
import { REPORTED } from "./status.ts";

const STATUS_FORM = `must be one of ${REPORTED.join(", ")}`;

/** A host's report on a job, with the lease of the run, if it has one. */
export const reportInput = z.object({
  status: z.enum(REPORTED, { error: STATUS_FORM }),
  lease_id: text().nullish(),
  begun_after_ms: z.unknown().optional().meta({
    description: "With the end of a run: how long after its RUNNING its tests began, in milliseconds",
  }),
  reason: z.unknown().optional().meta({ description: "Why, in words: kept with the history" }),
  exit_code: z.unknown().optional().meta({ description: "The exit code of what ran: kept with the job" }),
  url: z
    .unknown()
    .optional()
    .meta({ description: "An address of the run's own, http or https: kept with the job" }),
  log: z.unknown().optional().meta({ description: "What the run wrote: its end is kept with the history" }),
  ended_at: z
    .unknown()
    .optional()
    .meta({ description: "When the run ended: kept with the history of a report that comes later" }),
});
