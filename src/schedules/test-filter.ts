import * as z from "zod";
import { text } from "../wire/fields.ts";

/** How a test run is found by its name or content, in lower case. */
export type TestPattern =
  | { form: "part"; text: string }
  /** A word that begins with @, as test tools write tags in names. */
  | { form: "tag"; text: string }
  | { form: "ends"; from: string; to: string };

const MAX_PATTERNS = 20;
const STARS = "must have one * at most, or one at each end";

/** The pattern that a text means; undefined if it has too many stars. */
const patternOf = (given: string): TestPattern | undefined => {
  const wanted = given.trim().toLowerCase();
  const inner = wanted.replace(/^\*(.*)\*$/s, "$1");
  if (!inner.includes("*")) {
    if (wanted.includes("*")) return { form: "part", text: inner };
    return { form: wanted.startsWith("@") ? "tag" : "part", text: wanted };
  }
  const [from = "", to = "", ...more] = wanted.split("*");
  return more.length === 0 ? { form: "ends", from, to } : undefined;
};

/** The tests of a run by their names, contents or tags: those that any of these patterns finds. */
export const testFilter = z
  .array(
    text()
      .refine((given) => patternOf(given) !== undefined, { error: STARS })
      .refine((given) => given.trim().replace(/[*@]/g, "") !== "", { error: "must name more than * or @" }),
    "must be a list of names, parts of names or @tags",
  )
  .min(1, { error: "must name a test; left out, all are run" })
  .max(MAX_PATTERNS, { error: `must hold at most ${MAX_PATTERNS} names` });

export const patternsOf = (given: readonly string[]): TestPattern[] =>
  given.flatMap((each) => patternOf(each) ?? []);
