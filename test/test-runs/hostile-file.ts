/** The most bytes that a file of test runs may have. */
export const LIMIT = 8 * 1024 * 1024;

/** `before`, then `part` as often as it fits into `limit` characters, then `after`. */
export const fill = (limit: number, before: string, { part, after = "" }: { part: string; after?: string }) =>
  before + part.repeat(Math.floor((limit - before.length - after.length) / part.length)) + after;

/** A hostile file of about this length, and a part of its refusal's message. */
export type Hostile = [file: (limit: number) => string | Uint8Array, message: string];
