import type { Bounds } from "./bounds.ts";
import { CaseList } from "./case-list.ts";
import { millisecondsOfNumber } from "./duration.ts";
import { type Json, numberOf, objectOf, objectsOf, textOf, textsOf } from "./json.ts";
import type { Report } from "./report-case.ts";
import { NOTHING_REPLACED } from "./text.ts";

/** Whether JSON is an RSpec report. */
export const isRspecJson = (json: Json): boolean =>
  Array.isArray(json.examples) && typeof json.summary === "object";

/** Reads RSpec's JSON report. Errors outside of examples are counted in the summary and described in `messages`. */
export const readRspecJson = (json: Json, bounds: Bounds): Report => {
  const list = new CaseList(bounds);
  for (const example of objectsOf(json.examples)) {
    const error = objectOf(example.exception);
    const status = textOf(example.status);
    list.add({
      // The id, `./spec/a_spec.rb[1:2]`, names an example without a description.
      classname: textOf(example.id) ?? "",
      name: textOf(example.full_description) ?? "",
      file: textOf(example.file_path),
      line: numberOf(example.line_number),
      outcome: status === "passed" ? "passed" : status === "pending" ? "skipped" : "failed",
      durationMs: millisecondsOfNumber(example.run_time, 1000),
      message: textOf(error.message)?.trim() ?? textOf(example.pending_message),
      detail: error.backtrace ? textsOf(error.backtrace).join("\n") : null,
    });
  }
  const outside = numberOf(objectOf(json.summary).errors_outside_of_examples_count) ?? 0;
  const messages = textsOf(json.messages).filter((message) => /error|occurred/i.test(message));
  const errors =
    outside === 0 ? [] : messages.length > 0 ? messages : [`${outside} errors outside of examples`];
  for (const detail of errors) list.addProblem({ suites: [], message: null, detail, line: null });
  const { cases, problems } = list;
  return { tool: "rspec", cases, problems, replaced: NOTHING_REPLACED };
};
