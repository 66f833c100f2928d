import { type Json, numberOf, objectOf, objectsOf, parseJson, textOf, textsOf } from "./json.ts";
import type { RunReport } from "./recipe.ts";
import { caseOf, type FoundCase } from "./report-case.ts";

function readCase(example: Json): FoundCase {
  const error = objectOf(example.exception);
  const seconds = numberOf(example.run_time);
  const status = textOf(example.status);
  return caseOf({
    // The id, `./spec/a_spec.rb[1:2]`, identifies an example without a description.
    classname: textOf(example.id) ?? "",
    name: textOf(example.full_description) ?? "",
    file: textOf(example.file_path),
    line: numberOf(example.line_number),
    outcome: status === "passed" ? "passed" : status === "pending" ? "skipped" : "failed",
    durationMs: seconds === null ? null : seconds * 1000,
    message: textOf(error.message)?.trim() ?? textOf(example.pending_message),
    detail: error.backtrace ? textsOf(error.backtrace).join("\n") : null,
  });
}

/** Reads RSpec's JSON report. Errors outside of examples are counted in the summary, and described in `messages`. */
export function readRspec(text: string): RunReport {
  const report = parseJson(text);
  if (!report) return { cases: [], errors: ["The report is not whole."] };
  const outside = numberOf(objectOf(report.summary).errors_outside_of_examples_count) ?? 0;
  const described = textsOf(report.messages).filter((message) => /error|occurred/i.test(message));
  const errors =
    outside === 0 ? [] : described.length > 0 ? described : [`${outside} errors outside of examples`];
  return { cases: objectsOf(report.examples).map(readCase), errors };
}
