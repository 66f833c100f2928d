import * as z from "zod";
import { described } from "../wire/described.ts";
import { text } from "../wire/fields.ts";
import { REPORTED } from "./status.ts";

const STATUS_FORM = `must be one of ${REPORTED.join(", ")}`;

/** A host's report on a job, with the lease of the run, if it has one. */
export const reportInput = described(
  z.object({
    status: z.enum(REPORTED, { error: STATUS_FORM }),
    lease_id: text().nullish(),
    begun_after_ms: z.unknown().optional(),
    reason: z.unknown().optional(),
    cause: z.unknown().optional(),
    judged_tests: z.unknown().optional(),
    exit_code: z.unknown().optional(),
    url: z.unknown().optional(),
    log: z.unknown().optional(),
    ended_at: z.unknown().optional(),
  }),
  {
    fields: {
      status: "The status that the job now has.",
      lease_id: "The lease of the run, if it has one.",
      begun_after_ms: "With the end of a run: the milliseconds from its RUNNING to its first test.",
      reason: "The reason, in words; kept with the history.",
      cause:
        "With FAILED: disk_full or time_limit, if the host itself ended the run for that; its failures then count against no test. Or tests_failed, if nothing else is wrong: the run is COMPLETED if all of them are under quarantine.",
      judged_tests:
        "true: the host judged each of the job's tests by the run's reports, so that a COMPLETED stands whatever the service finds in them.",
      exit_code: "The run's exit code; kept with the job.",
      url: "An address (http or https) of a page about the run; kept with the job.",
      log: "The run's output; its end is kept with the history.",
      ended_at: "When the run ended, a time; kept with the history where the report comes later.",
    },
    example: { status: "COMPLETED" },
  },
);
