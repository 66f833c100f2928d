import * as z from "zod";
import { text } from "../wire/fields.ts";
import { REPORTED } from "./status.ts";

const STATUS_FORM = `must be one of ${REPORTED.join(", ")}`;

/** A host's report on a job, with the lease of the run, if it has one. */
export const reportInput = z.object({
  status: z.enum(REPORTED, { error: STATUS_FORM }),
  lease_id: text().nullish(),
  begun_after_ms: z.unknown().optional().meta({
    description: "With the end of a run: the milliseconds from its RUNNING to its first test",
  }),
  reason: z.unknown().optional().meta({ description: "The reason, in words; kept with the history" }),
  cause: z.unknown().optional().meta({
    description:
      "With FAILED: disk_full or time_limit, if the host itself ended the run for that; its failures then count against no test",
  }),
  exit_code: z.unknown().optional().meta({ description: "The run's exit code; kept with the job" }),
  url: z
    .unknown()
    .optional()
    .meta({ description: "An address (http or https) of a page about the run; kept with the job" }),
  log: z.unknown().optional().meta({ description: "The run's output; its end is kept with the history" }),
  ended_at: z
    .unknown()
    .optional()
    .meta({ description: "When the run ended; kept with the history where the report comes later" }),
});
