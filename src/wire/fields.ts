import * as z from "zod";
import type { FieldError } from "./refusals.ts";
import { parseWireTime, TIME_FORM, wholeSecond } from "./times.ts";

const NUL = "\0";

/** A string of 1 to `max` characters after trimming; the value is kept untrimmed (the wire contract's "Requests"). */
export const text = (max = 255) =>
  z
    .string(`must be a string of 1 to ${max} characters`)
    .refine((value) => value.trim().length >= 1 && value.trim().length <= max, {
      error: `must be a string of 1 to ${max} characters`,
    })
    .refine((value) => !value.includes(NUL) && value.isWellFormed(), {
      error: "must be text without NUL characters or broken surrogate pairs",
    })
    .meta({ minLength: 1, maxLength: max });

/** The highest id in a path or body: it is an exact number, and ids assigned here stay below it. */
const MAX_ID = 999_999_999_999_999;
/** The highest id that a client may choose. Ids assigned after it are still below `MAX_ID`. */
export const MAX_GIVEN_ID = 1e12;

/** The bounds of a whole number, both inclusive, and its unit for the message. */
interface Range {
  from: number;
  to?: number;
  of?: string;
}

const formOf = ({ from, to, of }: Range): string =>
  `must be a whole number ${of ? `of ${of} ` : ""}from ${from} ${to === undefined ? "up" : `to ${to}`}`;

export const whole = (range: Range) => {
  const error = formOf(range);
  const least = z.int(error).min(range.from, { error });
  return range.to === undefined ? least : least.max(range.to, { error });
};

/** A whole number in a query string. */
export const wholeInQuery = (range: Range) => {
  const error = formOf(range);
  const least = z.coerce.number<number | string>(error).int(error).min(range.from, { error });
  return range.to === undefined ? least : least.max(range.to, { error });
};

/** An id assigned here or by another system. */
export const id = () => whole({ from: 1, to: MAX_ID });

/** An id that the client chooses for what it creates. */
export const givenId = () => whole({ from: 1, to: MAX_GIVEN_ID });

export const oneOf = <Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, { error: `must be one of ${values.join(", ")}` });

export const flag = () => z.boolean("must be true or false");

/** A time in the wire's format, as epoch milliseconds. */
export const time = () =>
  z
    .string(`must be ${TIME_FORM}`)
    .transform((value, context) => {
      const at = parseWireTime(value);
      if (at !== undefined) return at;
      context.addIssue({ code: "custom", message: `must be ${TIME_FORM}` });
      return z.NEVER;
    })
    .meta({ example: "2015-04-28T17:00:00+0700" });

/** A time rounded down to the second, as responses write it. */
export const timeToSecond = () => time().transform(wholeSecond);

const MISSING = "is required";

/** Zod's issues as the wire's `errors`. A path is written `materials[2].name`; the body itself is `body`. */
export const fieldErrors = (error: Pick<z.core.$ZodError, "issues">, input: unknown): FieldError[] =>
  error.issues.map((issue) => {
    const field = issue.path.reduce<string>(
      (path, key) =>
        typeof key === "number" ? `${path}[${key}]` : path === "" ? String(key) : `${path}.${String(key)}`,
      "",
    );
    const missing = valueAt(input, issue.path) === undefined;
    const message = messageOf(issue, field === "");
    return {
      field: field === "" ? "body" : field,
      message: missing && message.startsWith("must") ? `${MISSING}: it ${message}` : message,
    };
  });

const KINDS: Partial<Record<string, string>> = {
  object: "an object",
  array: "an array",
  string: "a string",
  number: "a number",
  boolean: "true or false",
};

/** The schema's own message, or, for a default one, the expected type. */
const messageOf = (issue: z.core.$ZodIssue, isBody: boolean): string => {
  const kind = issue.code === "invalid_type" ? KINDS[issue.expected] : undefined;
  if (kind === undefined || !issue.message.startsWith("Invalid input")) return issue.message;
  return `must be ${kind}${isBody ? " in JSON" : ""}`;
};

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? Reflect.get(value, key)
        : undefined,
    input,
  );
