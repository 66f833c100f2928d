import * as z from "zod";
import { described } from "../wire/described.ts";

export const IDEMPOTENCY_KEY = "Idempotency-Key";
export const NONCE = "x-qtest-nonce";
export const LEASE_OWNER = "Lease-Owner";
export const JOBS_RUNNING = "Jobs-Running";

/** The two names of a request's key. */
export const KEY_HEADERS = [IDEMPOTENCY_KEY, NONCE] as const;

export const MAX_CHARACTERS = 255;
const MAX_RUNNING = 1000;
const NO_JOB_IDS = `must be the ids of the jobs that run now, like 648,649, at most ${MAX_RUNNING}, or empty`;

const shortText = () =>
  z.string().max(MAX_CHARACTERS, `must be at most ${MAX_CHARACTERS} characters`).optional();

const jobIds = () =>
  z
    .string()
    .regex(/^(\s*[1-9]\d{0,14}\s*(,|$))*$/, NO_JOB_IDS)
    .transform((text) => text.split(",").filter((id) => id.trim() !== ""))
    .refine((ids) => ids.length <= MAX_RUNNING, NO_JOB_IDS)
    .transform((ids) => ids.map(Number))
    .optional();

/** The headers of requests (the wire contract's "Requests", "Headers of ours"). */
export const requestHeaders = described(
  z.object({
    [IDEMPOTENCY_KEY]: shortText(),
    [NONCE]: shortText(),
    [LEASE_OWNER]: shortText(),
    [JOBS_RUNNING]: jobIds(),
  }),
  {
    fields: {
      [IDEMPOTENCY_KEY]: "The same in each retry of one request, so that nothing is made twice.",
      [NONCE]: `Another name for ${IDEMPOTENCY_KEY}, which wins where both are sent.`,
      [LEASE_OWNER]:
        "An id of the caller's process, the same in each of its requests. It tells a repeat from a rival: a repeated poll gets its jobs again, and a repeated RUNNING is not refused.",
      [JOBS_RUNNING]:
        "The ids of the jobs that the caller's process runs now, separated by commas; empty where it runs none. A run that is not among them is shown as in doubt.",
    },
  },
);
export type RequestHeader = keyof typeof requestHeaders.shape;

/** A header in the OpenAPI document. */
interface Header {
  description: string;
  schema: { type: "string" | "integer"; pattern?: string };
  example?: string | number;
}

const JOBS = "^\\d+(,\\d+)*$";

const counting = (description: string): Header => ({ description, schema: { type: "integer" } });

/** The headers of answers. Each is only present if it has a value. The document adds the last two by itself. */
export const ANSWER_HEADERS = {
  "Lease-Expires": {
    description:
      "When the due jobs of this poll are handed out to others, if none of them has begun: a UTC time.",
    schema: { type: "string" },
    example: "2015-04-08T03:03:48+00:00",
  },
  "Jobs-Held": counting(
    "How many open jobs of the window were not told of: another was told of them just now, or an earlier job of their schedule comes first or runs.",
  ),
  "Jobs-Left": counting("How many jobs there was no room for: they come once the earlier ones are reported."),
  "Jobs-Outside": counting(
    "How many due jobs of the host's agents lie outside of the window that was asked for: a clock may be off.",
  ),
  "Cancel-Requested": {
    description: "The ids of the host's running jobs that it is asked to cancel, separated by commas.",
    schema: { type: "string", pattern: JOBS },
  },
  "Host-Token": {
    description:
      "A token limited to the new host, shown only once, to a caller whose token may only register.",
    schema: { type: "string" },
  },
  "Log-End": counting("How many bytes the log has so far: from there it is asked for what comes next."),
  "Import-Summary": {
    description:
      "What was read of a file of test runs: its format, its tool, the counts of cases and test runs, and what was merged or left out. JSON in ASCII.",
    schema: { type: "string" },
  },
  "Export-Cut": {
    description: "true: the exported file ends before the last result, as it would be too large.",
    schema: { type: "string" },
  },
  "File-Bytes": counting("How many bytes the whole file has."),
  "File-Etag": {
    description: "It differs if the file was replaced.",
    schema: { type: "string" },
  },
  Link: {
    description: "The address of the next page; left out on the last one.",
    schema: { type: "string" },
    example: '<https://muster.example/api/v3/projects?limit=100&after=100>; rel="next"',
  },
  "Retry-After": counting("After how many seconds to send the request again."),
} as const satisfies Record<string, Header>;
export type AnswerHeader = keyof typeof ANSWER_HEADERS;

/** Every answer's, under both of its names. */
export const REQUEST_ID: Header = {
  description: "The request's id, which the service's log has too.",
  schema: { type: "string" },
  example: "50ad33b9-ca39-4668-943b-349901636bca",
};
