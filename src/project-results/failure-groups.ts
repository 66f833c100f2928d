const GROUP_CHARACTERS = 300;

/** Patterns of variable parts, longest forms first. */
const VARYING: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?/g, "<time>"],
  [/\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b/g, "<time>"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<id>"],
  [/\bhttps?:\/\/[^\s"')>\]]+/g, "<address>"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, "<address>"],
  [/\b0x[0-9a-f]+\b/gi, "<address>"],
  [/@[0-9a-f]{6,16}\b/gi, "@<id>"],
  [/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,64}\b/gi, "<id>"],
  [/\d+(?:[.,]\d+)*/g, "<n>"],
];

/** The group of a failure: its message without numbers, ids, addresses and times. Null without one. */
export const failureGroup = (message: string | null): string | null => {
  if (message === null) return null;
  const short = message.slice(0, 4 * GROUP_CHARACTERS);
  const plain = VARYING.reduce((text, [pattern, instead]) => text.replace(pattern, instead), short);
  return plain.replace(/\s+/g, " ").trim().slice(0, GROUP_CHARACTERS).toWellFormed() || null;
};
