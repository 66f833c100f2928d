import { MINUTE_MS } from "../wire/durations.ts";

/** A value that is not known in advance, checked by a predicate. */
export class Any {
  readonly what: string;
  readonly holds: (value: unknown) => boolean;

  constructor(what: string, holds: (value: unknown) => boolean) {
    this.what = what;
    this.holds = holds;
  }
}

/** An object with at least these fields. */
export class ObjectWith {
  readonly fields: Record<string, unknown>;

  constructor(fields: Record<string, unknown>) {
    this.fields = fields;
  }
}

export const anyId = new Any(
  "a whole number from 1 up",
  (value) => Number.isInteger(value) && Number(value) >= 1,
);

export const anyText = new Any("a text", (value) => typeof value === "string" && value !== "");

const WIRE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/;

/** A wire time within `minutes` of now. */
export const timeNear = (minutes: number): Any =>
  new Any(
    `a time like 2015-04-08T03:01:48+00:00, within ${minutes} minutes of now`,
    (value) =>
      typeof value === "string" &&
      WIRE_TIME.test(value) &&
      Math.abs(Date.parse(value) - Date.now()) <= minutes * MINUTE_MS,
  );

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const printed = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));

/**
 * The differences between `came` and `expected`, one per line: values, the order and names of fields, and the lengths
 * of lists. Empty if there are none.
 */
export const differences = (expected: unknown, came: unknown, at = "the answer"): string[] => {
  if (expected instanceof Any) {
    return expected.holds(came) ? [] : [`${at}: expected ${expected.what}, came ${printed(came)}`];
  }
  if (expected instanceof ObjectWith && isObject(came)) {
    return Object.entries(expected.fields).flatMap(([name, value]) => differences(value, came[name], name));
  }
  if (Array.isArray(expected) && Array.isArray(came) && expected.length === came.length) {
    return expected.flatMap((item, index) => differences(item, came[index], `${at}[${index}]`));
  }
  if (isObject(expected) && isObject(came)) {
    const fields = Object.keys(expected).join(", ");
    const fieldsCame = Object.keys(came).join(", ");
    if (fields !== fieldsCame) return [`${at}: expected the fields ${fields}; came ${fieldsCame || "none"}`];
    return Object.entries(expected).flatMap(([name, value]) => differences(value, came[name], name));
  }
  return expected === came ? [] : [`${at}: expected ${printed(expected)}, came ${printed(came)}`];
};
