import { millisecondsOf } from "./duration.ts";

/** A test point: `not ok 3 - name # TODO reason`. */
export interface TapPoint {
  type: "point";
  ok: boolean;
  name: string;
  directive: "skip" | "todo" | null;
  reason: string | null;
  durationMs: number | null;
  /** A ` {` at the end: subtests follow, up to `}`. */
  opens: boolean;
  /** Whether a dash precedes the name. */
  hasDash: boolean;
}

export type TapLine =
  | TapPoint
  | { type: "plan"; count: number; reason: string | null }
  | { type: "comment" | "bail" | "yaml"; text: string }
  | { type: "version" | "close" | "other" };

const POINT = /^(not )?ok\b(?:[ \t]+(\d{1,9})(?=\s|$))?([ \t]+-(?=\s|$))?[ \t]*(.*)$/s;
const PLAN = /^1\.\.(\d{1,9})[ \t]*(?:#[ \t]*(.*))?$/s;
const DIRECTIVE = /^(skip|todo)\S{0,10}(?:[ \t:]+(.*))?$/is;
/** Brittle writes spaces around the sign. */
const TIME = /^time ?= ?([\d.]{1,20})(m?s)$/;
const DIRECTIVES = /(?:^|[ \t]+)#[ \t]*(?=skip|todo|time=|time = [\d.]{1,20}m?s\s*(?:#|$))/i;

/** Splits the description from the directives after its first unescaped `#`. */
const splitDescription = (text: string): { name: string; directives: string[] } => {
  const parts = text.split(DIRECTIVES);
  const name = (parts[0] ?? "")
    .replace(/\\([#\\])/g, "$1")
    // Criterion appends the duration, which is not part of the name.
    .replace(/ +\(\d{1,9}\.\d\ds\)\s*$/, "")
    .trim();
  return { name, directives: parts.slice(1, 4).map((part) => part.trim()) };
};

const pointOf = ([, not, , dash, rest = ""]: RegExpExecArray): TapPoint => {
  const opens = /(^|[ \t])\{$/.test(rest);
  const { name, directives } = splitDescription(opens ? rest.slice(0, -1) : rest);
  const point: TapPoint = {
    type: "point",
    ok: not === undefined,
    name,
    directive: null,
    reason: null,
    durationMs: null,
    opens,
    hasDash: dash !== undefined,
  };
  for (const text of directives) {
    const [, word, reason] = DIRECTIVE.exec(text) ?? [];
    const [, time, unit] = TIME.exec(text) ?? [];
    if (time !== undefined) point.durationMs = millisecondsOf(time, unit === "s" ? 1000 : 1);
    if (word === undefined || point.directive) continue;
    point.directive = word.toLowerCase() === "skip" ? "skip" : "todo";
    point.reason = reason?.trim().replace(/^-$/, "") || null;
  }
  return point;
};

/** Parses a line of TAP 13 or 14 without its indentation. */
export const tapLine = (text: string): TapLine => {
  const point = POINT.exec(text);
  if (point) return pointOf(point);
  const plan = PLAN.exec(text);
  if (plan) return { type: "plan", count: Number(plan[1]), reason: plan[2]?.trim() || null };
  if (text.startsWith("#")) return { type: "comment", text: text.slice(1).trim() };
  if (text.startsWith("Bail out!")) return { type: "bail", text: text.slice("Bail out!".length).trim() };
  if (/^---\s*$/.test(text)) return { type: "yaml", text };
  if (/^\}\s*$/.test(text)) return { type: "close" };
  return { type: /^TAP version \d+\s*$/.test(text) ? "version" : "other" };
};
