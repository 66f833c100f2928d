/** A header as the OpenAPI document has it. */
interface Header {
  description: string;
  schema: { type: "string" | "integer"; maxLength?: number; pattern?: string };
}

/** What requests may say in headers of ours, beside the key of their repeats (the wire contract's "Headers of ours"). */
export const REQUEST_HEADERS = {
  "Lease-Owner": {
    description:
      "The caller's process, by an id of its own, the same with each of its requests: what tells a repeat from a rival. Who polls again under it gets its jobs again, and who says RUNNING again is not refused.",
    schema: { type: "string", maxLength: 255 },
  },
  "Jobs-Running": {
    description:
      "The ids of the jobs that the caller's process runs now, separated by commas; empty where it runs none. A run that is not among them is shown to people as one in doubt.",
    schema: { type: "string" },
  },
} as const satisfies Record<string, Header>;
export type RequestHeader = keyof typeof REQUEST_HEADERS;

const JOBS = "^\\d+(,\\d+)*$";

/** What answers say in headers of ours. Each is there only where it has something to say. */
export const ANSWER_HEADERS = {
  "Lease-Expires": {
    description: "When the due jobs of this poll are handed out to others again, if none of them began.",
    schema: { type: "string" },
  },
  "Jobs-Held": {
    description:
      "How many open jobs of the window were not told of: another was told of them just now, or an earlier job of their schedule comes first or runs.",
    schema: { type: "integer" },
  },
  "Jobs-Left": {
    description: "How many jobs there was no room for: they come once the earlier ones are reported.",
    schema: { type: "integer" },
  },
  "Jobs-Outside": {
    description:
      "How many due jobs of the host's agents lie outside of the window that was asked for: a clock may be off.",
    schema: { type: "integer" },
  },
  "Cancel-Requested": {
    description: "The ids of the host's running jobs that it is asked to cancel, separated by commas.",
    schema: { type: "string", pattern: JOBS },
  },
  "Host-Token": {
    description:
      "A token limited to the new host, shown this once: to who registered it with a token that only registers.",
    schema: { type: "string" },
  },
} as const satisfies Record<string, Header>;
export type AnswerHeader = keyof typeof ANSWER_HEADERS;
