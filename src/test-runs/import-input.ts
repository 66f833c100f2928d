import * as z from "zod";
import type { BodyForm } from "../http/body.ts";
import { CONTENTS, isTemplate, TEMPLATE_FIELDS, templateFault } from "../reports/content.ts";
import { described } from "../wire/described.ts";
import { oneOf } from "../wire/fields.ts";
import { testRunsOfTable } from "./files.ts";
import { testRunsOfReport } from "./report.ts";
import { FILE_MATCHES, type Incoming } from "./store.ts";

const FILE_BYTES = 8 * 1024 * 1024;

const TEMPLATE_CHARACTERS = 200;
const TEMPLATE_FORM = `a template of ${TEMPLATE_FIELDS.map((field) => `{${field}}`).join(" ")}`;
const CONTENT_FORM = `must be one of ${CONTENTS.join(", ")}, or ${TEMPLATE_FORM}`;

/** What is wrong with a `content`; undefined if it is valid. */
const contentFault = (content: string): string | undefined => {
  if (!isTemplate(content)) return CONTENTS.includes(content) ? undefined : CONTENT_FORM;
  if (content.length > TEMPLATE_CHARACTERS) return `must have at most ${TEMPLATE_CHARACTERS} characters`;
  return templateFault(content);
};

export const importQuery = described(
  z.object({
    content: z
      .string()
      .default("classname.name")
      .superRefine((content, context) => {
        const message = contentFault(content);
        if (message !== undefined) context.addIssue({ code: "custom", message });
      }),
    allow_empty: z
      .enum(["true", "false"], { error: "must be true or false" })
      .default("false")
      .transform((flag) => flag === "true"),
    match: oneOf(FILE_MATCHES).default("content"),
  }),
  {
    fields: {
      content: `What of a report's case becomes the automation_content, only for reports: ${CONTENTS.slice(0, 4).join(", ")}; what the tool itself takes back, by the tool's name or "tool" for the one that the report shows; or ${TEMPLATE_FORM}.`,
      allow_empty: "Whether a report without tests is a 200 with an empty list; only for reports.",
      match:
        "By what those of a file without an id are known: content (name and content), or name (name alone, where one here and one in the file has it), which gives a known one another content.",
    },
  },
);

/** The forms of files that bring test runs in. */
export const IMPORT_FORMS = [
  {
    types: ["application/xml", "text/xml"],
    description: `A test report in XML (JUnit, TestNG, TRX or NUnit 3) in UTF-8 or UTF-16, at most ${FILE_BYTES} bytes: a test run for each test, those of the same name and content being one`,
    limit: FILE_BYTES,
    read: testRunsOfReport,
  },
  {
    types: ["application/octet-stream", "application/x-ndjson"],
    description: `The same of a report in any known format, at most ${FILE_BYTES} bytes: CTRF, Cucumber's JSON or messages, TAP, the JSON of Jest, Vitest, Mocha, RSpec or go test, or XML`,
    limit: FILE_BYTES,
    read: testRunsOfReport,
  },
  {
    types: ["text/csv"],
    description: `A table in UTF-8, UTF-16 or windows-1252, at most ${FILE_BYTES} bytes, whose first line names the columns as the JSON's fields`,
    limit: FILE_BYTES,
    read: testRunsOfTable,
  },
] satisfies readonly BodyForm<z.output<typeof importQuery>, Incoming>[];
