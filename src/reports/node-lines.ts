import type { Bounds } from "./bounds.ts";
import { CaseList } from "./case-list.ts";
import { millisecondsOfNumber } from "./duration.ts";
import { type Json, numberOf, textOf, textsOf } from "./json.ts";
import type { Kind, Report } from "./report-case.ts";
import { NOTHING_REPLACED } from "./text.ts";

const slashed = (path: string): string => path.replaceAll("\\", "/");

/** Since Node 22 a file without a selected test is a passed test with the file's name. */
const kindOf = (line: Json, name: string): Kind => {
  if (line.type === "suite") return "suite";
  if (name.trim() === "") return "nameless";
  const file = slashed(textOf(line.file) ?? "");
  return file !== "" && (file === name || file.endsWith(`/${slashed(name)}`)) ? "file" : "test";
};

/** Whether a JSON line is one of the host program's reporter for `node --test`. */
export const isNodeLine = (json: Json): boolean =>
  Array.isArray(json.titles) && typeof json.passed === "boolean";

/**
 * Reads the lines of the host program's reporter for `node --test`, one for each test, describe and file. A describe or
 * a file that failed only because one of its tests did is left out.
 */
export const readNodeLines = (lines: Iterable<{ event: Json; number: number }>, bounds: Bounds): Report => {
  const list = new CaseList(bounds);
  for (const { event: line, number } of lines) {
    const titles = textsOf(line.titles);
    const name = titles.at(-1) ?? "";
    const kind = kindOf(line, name);
    if (kind !== "test" && line.failure === "subtestsFailed") continue;
    // A todo that fails is skipped: the run stays green.
    const isSkipped = line.skipped === true;
    list.add({
      suites: titles.slice(0, -1),
      name,
      file: textOf(line.file),
      line: numberOf(line.line),
      outcome: isSkipped ? "skipped" : line.passed === true ? "passed" : "failed",
      durationMs: millisecondsOfNumber(line.ms),
      message: isSkipped ? null : textOf(line.message),
      detail: isSkipped ? null : textOf(line.detail),
      kind,
      place: { number: 0, line: number },
    });
  }
  const { cases, problems } = list;
  return { tool: "node", cases, problems, replaced: NOTHING_REPLACED };
};
