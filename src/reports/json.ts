/** Lenient reading of a tool's JSON: a missing value or one of another type is null or empty. */

export type Json = Readonly<Record<string, unknown>>;

/** The value if it is an object, or else an empty object. */
export function objectOf(value: unknown): Json {
  const isObject = (given: unknown): given is Json => typeof given === "object" && given !== null;
  return isObject(value) && !Array.isArray(value) ? value : {};
}

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const objectsOf = (value: unknown): readonly Json[] => listOf(value).map(objectOf);

export const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);

export const textsOf = (value: unknown): string[] =>
  listOf(value).filter((each): each is string => typeof each === "string");

export const numberOf = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;
