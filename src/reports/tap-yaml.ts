import { millisecondsOf } from "./duration.ts";

/** The diagnostics below a failed test point. */
export interface TapDiagnostic {
  message: string | null;
  durationMs: number | null;
  type: string | null;
  detail: string | null;
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

const unquoted = (value: string): string => {
  if (/^"(.*)"$/s.test(value))
    return value
      .slice(1, -1)
      .replace(/\\(["\\])/g, "$1")
      .replaceAll("\\n", "\n");
  return /^'(.*)'$/s.test(value) ? value.slice(1, -1).replaceAll("''", "'") : value;
};

/** The value of a key at any depth; a block (`|-`) or a quoted continuation is taken whole. */
const valueAt = (lines: readonly string[], key: string): string | null => {
  const at = lines.findIndex((line) => line.trimStart().startsWith(`${key}:`));
  const line = lines[at];
  if (line === undefined) return null;
  const value = line
    .trim()
    .slice(key.length + 1)
    .trim();
  const isBlock = /^[|>][+-]?\d?$/.test(value);
  const isOpen = /^"/.test(value) && !/^"(?:[^"\\]|\\.){0,10000}"$/.test(value);
  if (!isBlock && !isOpen) return value === "" ? null : unquoted(value);
  const rest = lines.slice(at + 1);
  const stop = isBlock
    ? rest.findIndex((each) => each.trim() !== "" && indentOf(each) <= indentOf(line))
    : rest.findIndex((each) => each.trimEnd().endsWith('"')) + 1;
  const block = rest.slice(0, stop < 0 || (!isBlock && stop === 0) ? rest.length : stop);
  return (
    unquoted([...(isBlock ? [] : [value]), ...block.map((each) => each.trim())].join("\n")).trim() || null
  );
};

/** Reads the few keys that matter here. It is not a YAML parser: other keys stay in `detail`. */
export const tapDiagnostic = (lines: readonly string[]): TapDiagnostic => {
  const least = lines.reduce(
    (indent, line) => (line.trim() === "" ? indent : Math.min(indent, indentOf(line))),
    1000,
  );
  const detail = lines.map((line) => line.slice(Math.min(least, indentOf(line)))).join("\n");
  const short = lines.slice(0, 200);
  return {
    message: valueAt(short, "message") ?? valueAt(short, "error"),
    durationMs: millisecondsOf(valueAt(short, "duration_ms") ?? undefined, 1),
    type: valueAt(short, "type"),
    detail: detail.trim() || null,
  };
};
