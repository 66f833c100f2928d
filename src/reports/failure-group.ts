import { plainText } from "./colours.ts";

/** What differs between two failures of one kind, and what stands for it; tried in this order. */
const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/gi, "<id>"],
  [/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)?(?: ?(?:Z|[+-]\d\d:?\d\d))?\b/g, "<time>"],
  [/\b\d\d?:\d\d:\d\d(?:[.,]\d{1,9})?\b/g, "<time>"],
  [/\b0x[\da-f]{1,40}\b/gi, "<address>"],
  // Java's objects without a text of their own.
  [/(?<=[\w$\]])@[\da-f]{5,16}\b/g, "@<address>"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b/g, "<address>"],
  [/(?<=\w):\d{4,5}\b/g, ":<port>"],
  // Ids in letters and digits: both must be there, so that no word is one.
  [/\b(?=[\da-f]{0,40}\d)(?=[\da-f]{0,40}[a-f])[\da-f]{8,64}\b/gi, "<id>"],
  [/\b(?=[A-Za-z_-]{0,40}\d)(?=[\d_-]{0,40}[A-Za-z])[\w-]{20,64}\b/g, "<id>"],
  [
    /(?<![\w<])[+-]?\d[\d_]*(?:[.,]\d+)*(?:e[+-]?\d+)?(?= ?(?:ms|s|sec|seconds|milliseconds|minutes|min|m|h)\b)/gi,
    "<n>",
  ],
  [/[+-]?\d+(?:[.,]\d+)*(?:e[+-]?\d+)?/gi, "<n>"],
];

const MAX_CHARACTERS = 300;

/**
 * What failures of one kind have in common: the first line of the message, with its numbers, ids, addresses and times
 * taken out. "" where there is no message.
 */
export const failureGroup = (message: string | null): string => {
  const line = (plainText(message?.slice(0, 4000) ?? null) ?? "").trim().split(/\r?\n/, 1)[0] ?? "";
  const short = line.slice(0, 2 * MAX_CHARACTERS);
  const common = VARIABLE.reduce((text, [pattern, instead]) => text.replace(pattern, instead), short);
  return common.replace(/\s+/g, " ").trim().slice(0, MAX_CHARACTERS);
};
