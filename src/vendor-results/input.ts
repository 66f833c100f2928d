import * as z from "zod";
import type { ResultOutcome } from "../project-results/protocol.ts";
import { text, time } from "../wire/fields.ts";

/** The vendor's test statuses, with their outcome here and the names that clients use. */
const STATUSES: readonly { id: number; name: string; names: readonly string[]; outcome: ResultOutcome }[] = [
  { id: 601, name: "Passed", names: ["PASS", "PASSED"], outcome: "passed" },
  { id: 602, name: "Failed", names: ["FAIL", "FAILED"], outcome: "failed" },
  { id: 603, name: "Incomplete", names: ["INCOMPLETE"], outcome: "error" },
  { id: 604, name: "Blocked", names: ["BLOCKED"], outcome: "skipped" },
  { id: 605, name: "Unexecuted", names: ["UNEXECUTED"], outcome: "skipped" },
  { id: 606, name: "Skipped", names: ["SKIP", "SKIPPED"], outcome: "skipped" },
];
type VendorStatus = (typeof STATUSES)[number];

const STATUS_FORM = `must be one of ${STATUSES.flatMap(({ names }) => names).join(", ")}, or an id from 601 to 606`;

const statusOf = (given: string | number): VendorStatus | undefined => {
  const name = String(given).trim().toUpperCase();
  return STATUSES.find(({ id, names }) => String(id) === name || names.includes(name));
};

const status = z
  .union([z.string(), z.number()], STATUS_FORM)
  .transform((given, context) => {
    const found = statusOf(given);
    if (found) return found;
    context.addIssue({ code: "custom", message: STATUS_FORM });
    return z.NEVER;
  })
  .meta({ example: "PASSED" });

const step = z.looseObject({
  description: z.unknown().optional(),
  expected_result: z.unknown().optional(),
  actual_result: z.unknown().optional(),
  status: z.unknown().optional(),
  order: z.unknown().optional(),
});

const CONTENT_CHARACTERS = 4000;
const MAX_STEPS = 1000;

/** One test's result in the vendor's form. */
export const autoTestLog = z.object({
  name: text(),
  status,
  system_name: z.unknown().optional(),
  automation_content: text(CONTENT_CHARACTERS).nullish(),
  exe_start_date: time(),
  exe_end_date: time(),
  note: z.unknown().optional(),
  attachments: z.unknown().optional(),
  test_step_logs: z
    .array(step, "must be a list of steps")
    .max(MAX_STEPS, { error: `must hold at most ${MAX_STEPS} steps` })
    .nullish(),
});
export type AutoTestLog = z.output<typeof autoTestLog>;

const MAX_LOGS = 1000;

export const batchInput = z.object({
  test_cycle: z.unknown().optional(),
  test_suite: z.unknown().optional(),
  parent_module: z.unknown().optional(),
  test_logs: z
    .array(autoTestLog, "must be a list of test logs")
    .min(1, { error: "must hold at least one test log" })
    .max(MAX_LOGS, { error: `must hold at most ${MAX_LOGS} test logs` }),
});

export const batchQuery = z.object({
  type: z.enum(["automation"], { error: "must be automation" }).default("automation"),
});

const plainText = (value: unknown): string =>
  typeof value === "string" ? value.replaceAll("\0", "").toWellFormed().trim() : "";

/**
 * The message of a test that did not pass: its note, or the first step whose actual result differs from the expected
 * one.
 */
export const messageOf = ({
  note,
  test_step_logs,
}: AutoTestLog): { message: string | null; detail: string | null } => {
  const steps = (test_step_logs ?? []).map((each, place) => {
    const [description, expected, actual] = [each.description, each.expected_result, each.actual_result].map(
      plainText,
    );
    const status = typeof each.status === "number" ? String(each.status) : plainText(each.status);
    const failed = statusOf(status)?.outcome === "failed";
    return { text: `${place + 1}. ${description} | ${expected} | ${actual} | ${status}`, failed, actual };
  });
  const wrong = steps.find(({ failed }) => failed);
  const message = plainText(note).split(/\r?\n/, 1)[0] || wrong?.actual || "";
  const detail = [plainText(note), ...steps.map(({ text: line }) => line)]
    .filter((line) => line !== "")
    .join("\n");
  return { message: message.slice(0, 4000) || null, detail: detail || null };
};
