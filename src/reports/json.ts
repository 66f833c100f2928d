/** Reading of JSON that some tool wrote: what is missing or of another type is null or empty. */

export type Json = Readonly<Record<string, unknown>>;

/** The object, or an empty one. */
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
