import { Plain, reasonOf } from "../programs/plain-error.ts";
import { ExportDigests, type ExportEnd, headIn, isHead } from "./export-digests.ts";
import { blocksOf } from "./export-file.ts";

/** A file that is a whole export, of which no byte is damaged. */
export interface CheckedExport {
  /** From its first line. */
  format: number;
  schema: number;
  end: ExportEnd;
}

const NEWLINE = 10;
const END = Buffer.from('{"end":');

/** Where the last line begins, if the block ends with that of an export; else undefined. */
const endOf = (block: Buffer): number | undefined => {
  const start = block.lastIndexOf(NEWLINE, block.length - 2) + 1;
  return block.subarray(start, start + END.length).equals(END) ? start : undefined;
};

const isEnd = (value: unknown): value is ExportEnd =>
  typeof value === "object" &&
  value !== null &&
  typeof Reflect.get(value, "sha256") === "string" &&
  typeof Reflect.get(value, "tables") === "object";

const isNumber = (value: unknown): value is number => typeof value === "number";

/** The first table that is not as the last line has it. */
const damagedIn = (found: ExportEnd, stated: ExportEnd): string | undefined =>
  [...new Set([...Object.keys(stated.tables), ...Object.keys(found.tables)])].find(
    (name) =>
      found.tables[name]?.rows !== stated.tables[name]?.rows ||
      found.tables[name]?.sha256 !== stated.tables[name]?.sha256,
  );

/**
 * Reads a whole export and judges it by its digests, before anything is written. `onProgress` is given how many lines
 * were read. Throws `Plain`.
 */
export const verifyExport = async (
  path: string,
  onProgress: (lines: number) => void,
): Promise<CheckedExport> => {
  const damaged = (why: string): Plain => new Plain(`${path} is damaged: ${why}; nothing was restored`);
  const digests = new ExportDigests();
  let first: Record<string, unknown> | undefined;
  let stated: unknown;
  for await (const block of blocksOf(path)) {
    if (stated !== undefined) throw damaged("more follows after its end");
    try {
      if (first === undefined) {
        const line = block.subarray(0, block.indexOf(NEWLINE));
        first = isHead(line) ? headIn(line) : {};
        if (!isNumber(first.muster_export)) throw new Plain(`${path} is no export of muster`);
      }
      const end = endOf(block);
      digests.take(block.subarray(0, end));
      if (end !== undefined) stated = headIn(block.subarray(end, -1)).end;
    } catch (error) {
      if (error instanceof Plain) throw error;
      throw damaged(reasonOf(error));
    }
    onProgress(digests.lines);
  }
  if (first === undefined) throw new Plain(`${path} is empty`);
  if (stated === undefined) throw damaged("its end is missing");
  if (!isEnd(stated)) throw damaged("its last line does not say what it has");
  const end = digests.end();
  if (end.sha256 !== stated.sha256) {
    const table = damagedIn(end, stated);
    throw damaged(
      table === undefined
        ? "its lines are not those that were written"
        : `the rows of ${table} are not those that were written`,
    );
  }
  const { muster_export: format, schema } = first;
  if (!isNumber(format) || !isNumber(schema)) throw damaged("its first line does not say what it is");
  return { format, schema, end };
};
