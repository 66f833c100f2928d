import * as z from "zod";
import type { ResultOutcome } from "../project-results/outcomes.ts";
import { described } from "../wire/described.ts";
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

const step = described(
  z.looseObject({
    description: z.unknown().optional(),
    expected_result: z.unknown().optional(),
    actual_result: z.unknown().optional(),
    status: z.unknown().optional(),
    order: z.unknown().optional(),
  }),
  {
    fields: {
      description: "What the step does.",
      expected_result: "What was to come of it.",
      actual_result: "What came of it.",
      status: "How it went, by name or id.",
      order: "Its place among the steps; they are kept as they are sent.",
    },
  },
);

const CONTENT_CHARACTERS = 4000;
const MAX_STEPS = 1000;

/** One test's result in the vendor's form. */
export const autoTestLog = described(
  z.object({
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
  }),
  {
    name: "AutoTestLog",
    fields: {
      name: "The name of the test.",
      status: `How it went: ${STATUSES.flatMap(({ names }) => names).join(", ")} in any case, or an id from 601 to 606.`,
      system_name: "The name of the tool; accepted and not kept.",
      automation_content: "What was run.",
      exe_start_date: "When the test began: a time.",
      exe_end_date: "When it ended: a time.",
      note: "What is to be said of it: the detail of the result; the first line is the message of a failure.",
      attachments: "Files; accepted and not kept.",
      test_step_logs: "The steps of the test.",
    },
    example: {
      name: "groovy.GebLogin",
      status: "PASSED",
      exe_start_date: "2015-04-08T03:01:48+0000",
      exe_end_date: "2015-04-08T03:01:52+0000",
    },
  },
);
export type AutoTestLog = z.output<typeof autoTestLog>;

const MAX_LOGS = 1000;

export const batchInput = described(
  z.object({
    test_cycle: z.unknown().optional(),
    test_suite: z.unknown().optional(),
    parent_module: z.unknown().optional(),
    test_logs: z
      .array(autoTestLog, "must be a list of test logs")
      .min(1, { error: "must hold at least one test log" })
      .max(MAX_LOGS, { error: `must hold at most ${MAX_LOGS} test logs` }),
  }),
  {
    fields: {
      test_cycle: "Where the vendor files them; accepted and not kept.",
      test_suite: "Where the vendor files them; accepted and not kept.",
      parent_module: "Where the vendor files them; accepted and not kept.",
      test_logs: "The results, one for each test.",
    },
    example: {
      test_cycle: 1,
      test_logs: [
        {
          name: "groovy.GebLogin",
          status: "PASSED",
          automation_content: "groovy.GebLogin",
          exe_start_date: "2015-04-08T03:01:48+0000",
          exe_end_date: "2015-04-08T03:01:52+0000",
        },
      ],
    },
  },
);

export const batchQuery = described(
  z.object({
    type: z.enum(["automation"], { error: "must be automation" }).default("automation"),
  }),
  { fields: { type: "The kind of results: there is this one." } },
);

const plainText = (value: unknown): string =>
  typeof value === "string" ? value.replaceAll("\0", "").toWellFormed().trim() : "";

/** What is to be said of a test that passed; null if nothing is. */
export const noteOf = ({ note }: AutoTestLog): string | null => plainText(note) || null;

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
