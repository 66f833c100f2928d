import { type Json, numberOf, parseLines, textOf, textsOf } from "./json.ts";
import type { RunReport } from "./recipe.ts";
import { caseOf, type FoundCase } from "./report-case.ts";

function kindOf(line: Json, name: string): FoundCase["kind"] {
  if (line.type === "suite") return "suite";
  // Since Node 22 a file without a selected test is a passed test with the file's name.
  const file = textOf(line.file)?.replaceAll("\\", "/") ?? "";
  return file !== "" && (file === name || file.endsWith(`/${name.replaceAll("\\", "/")}`)) ? "file" : "test";
}

function readCase(line: Json): FoundCase {
  const titles = textsOf(line.titles);
  const name = titles.at(-1) ?? "";
  return caseOf({
    suites: titles.slice(0, -1),
    name,
    file: textOf(line.file),
    line: numberOf(line.line),
    outcome: line.passed !== true ? "failed" : line.skipped === true ? "skipped" : "passed",
    durationMs: numberOf(line.ms),
    message: textOf(line.message),
    detail: textOf(line.detail),
    kind: kindOf(line, name),
  });
}

/** Reads the lines of our own reporter for `node --test`. */
export function readNode(text: string): RunReport {
  const lines = parseLines(text);
  const cases = lines.map(readCase);
  const errors = cases.flatMap((found, index) => {
    const failure = textOf(lines[index]?.failure);
    const own = failure !== "subtestsFailed" && found.kind !== "test" && found.outcome === "failed";
    return own ? [`${[...found.suites, found.name].join(" > ")}: ${found.message ?? "failed"}`] : [];
  });
  return { cases, errors };
}
