/** Reads the JSON of other tools: a missing or mistyped value is null or empty. */

export type Json = Readonly<Record<string, unknown>>;

/** The object, or an empty one. */
export function objectOf(value: unknown): Json {
  const isObject = (given: unknown): given is Json => typeof given === "object" && given !== null;
  return isObject(value) && !Array.isArray(value) ? value : {};
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const objectsOf = (value: unknown): readonly Json[] => listOf(value).map(objectOf);

export const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);

export const textsOf = (value: unknown): string[] =>
  listOf(value).filter((each): each is string => typeof each === "string");

export const numberOf = (value: unknown): number | null => (typeof value === "number" ? value : null);

/** The object, or null if the text is not JSON: a killed tool leaves half of it. */
export function parseJson(text: string): Json | null {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return null;
  }
}

/** One object per line; other lines are skipped. */
export function parseLines(text: string): Json[] {
  const lines = text.split("\n").filter((line) => line.startsWith("{"));
  return lines.map(parseJson).filter((line) => line !== null);
}
