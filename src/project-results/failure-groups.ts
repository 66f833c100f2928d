const GROUP_CHARACTERS = 300;

const V6 = "[0-9a-f]{1,4}(?::[0-9a-f]{1,4})";
/** An address of IPv6, in brackets or not, with a zone or a port; a shortened one has a digit, as a C++ name need not. */
const IPV6 = new RegExp(
  `(?<![\\w:])\\[?(?:${V6}{7}|(?=[0-9a-f:]{0,40}\\d)(?:${V6}{0,6})?::(?:${V6}{0,6})?)(?:(?<=:[0-9a-f]{1,3})(?:\\.\\d{1,3}){3})?` +
    "(?:%[\\w.-]{1,20})?\\]?(?::\\d{1,5})?(?![\\w:])",
  "gi",
);

/** Patterns of variable parts, longest forms first. */
const VARYING: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [IPV6, "<address>"],
  [/\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b/gi, "<address>"],
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
