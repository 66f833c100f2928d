import * as z from "zod";
import type { Call } from "../call.ts";
import { fromBase64, toBase64 } from "../database/base64.ts";
import type { CopiedRows } from "../database/object-copy.ts";

/** A file of up to so many bytes is among the lines of an export and of a restore; a larger one is asked for and sent by itself. */
export const SMALL_BYTES = 48 * 1024;
/** How many are read or written at once. */
const AT_ONCE = 6;

const rowShape = z.looseObject({ key: z.string(), content_type: z.string(), bytes: z.number() });
type FileRow = z.output<typeof rowShape>;

const rowsIn = ({ columns, rows }: CopiedRows): FileRow[] =>
  rows.flatMap((line) => {
    const values: unknown[] = JSON.parse(line);
    return (
      rowShape.safeParse(Object.fromEntries(columns.map((name, place) => [name, values[place]]))).data ?? []
    );
  });

const linesOf = async ({ files }: Call, { key, content_type }: FileRow): Promise<string[]> => {
  const found = await files.get(key);
  if (!found) return [];
  if (found.size > SMALL_BYTES) {
    await found.body.cancel();
    return [];
  }
  const bytes = new Uint8Array(await found.arrayBuffer());
  const head = JSON.stringify({ file: key, content_type, bytes: bytes.byteLength });
  return bytes.byteLength === 0 ? [head] : [head, JSON.stringify(toBase64(bytes))];
};

/** The lines of the small files that rows of a project's files name. One that is gone is left out. */
export const smallFileLines = async (call: Call, section: CopiedRows): Promise<string[]> => {
  const small = rowsIn(section).filter(({ bytes }) => bytes <= SMALL_BYTES);
  const lines: string[] = [];
  for (let at = 0; at < small.length; at += AT_ONCE)
    lines.push(...(await Promise.all(small.slice(at, at + AT_ONCE).map((row) => linesOf(call, row)))).flat());
  return lines;
};

/** A small file as it is restored. */
export interface SmallFile {
  key: string;
  contentType: string;
  bytes: Uint8Array;
}

/** The bytes in a line; undefined if it has none, or too many. */
export const bytesIn = (text: unknown): Uint8Array | undefined => {
  try {
    const bytes = typeof text === "string" ? fromBase64(text) : undefined;
    return bytes && bytes.byteLength <= SMALL_BYTES ? bytes : undefined;
  } catch {
    return undefined;
  }
};

export const putSmallFiles = async ({ files }: Call, small: readonly SmallFile[]): Promise<void> => {
  for (let at = 0; at < small.length; at += AT_ONCE)
    await Promise.all(
      small
        .slice(at, at + AT_ONCE)
        .map(({ key, bytes, contentType }) => files.put(key, bytes, { contentType })),
    );
};
