import { createHash, type Hash } from "node:crypto";

/** Of the lines of one table, or of all files. */
interface TableDigest {
  rows: number;
  sha256: string;
}

/** The last line of an export. */
export interface ExportEnd {
  lines: number;
  /** Of all lines before. */
  sha256: string;
  tables: Record<string, TableDigest>;
}

const NEWLINE = 10;
const BRACE = 123;

/** Calls `each` with every line of a block of whole lines, without its end. */
export const eachLine = (block: Buffer, each: (line: Buffer) => void): void => {
  for (let at = 0; at < block.length; ) {
    const end = block.indexOf(NEWLINE, at);
    each(block.subarray(at, end));
    at = end + 1;
  }
};

/** Whether a line says of what the lines behind it are. */
export const isHead = (line: Buffer): boolean => line[0] === BRACE;

/** What such a line says. Throws for what is not JSON. */
export const headIn = (line: Buffer): Record<string, unknown> => {
  const head: unknown = JSON.parse(line.toString("utf8"));
  return { ...Object(head) };
};

/** Counts and digests of the lines of an export. */
export class ExportDigests {
  lines = 0;
  readonly #whole = createHash("sha256");
  readonly #tables = new Map<string, { rows: number; hash: Hash }>();
  #table: { rows: number; hash: Hash } | undefined;

  /** A block of whole lines. Throws if a line is not what it should be. */
  take(block: Buffer): void {
    this.#whole.update(block);
    eachLine(block, (line) => {
      this.lines += 1;
      if (isHead(line)) this.#begin(headIn(line));
      else if (this.#table) {
        this.#table.rows += 1;
        this.#table.hash.update(line).update("\n");
      } else throw new Error(`line ${this.lines} is of no table`);
    });
  }

  end(): ExportEnd {
    const tables = [...this.#tables].map(([name, { rows, hash }]): [string, TableDigest] => [
      name,
      { rows, sha256: hash.copy().digest("hex") },
    ]);
    return {
      lines: this.lines,
      sha256: this.#whole.copy().digest("hex"),
      tables: Object.fromEntries(tables),
    };
  }

  #begin({ table, file }: Record<string, unknown>): void {
    const name = typeof table === "string" ? table : typeof file === "string" ? "files" : undefined;
    if (name === undefined) return;
    const known = this.#tables.get(name) ?? { rows: 0, hash: createHash("sha256") };
    this.#tables.set(name, known);
    this.#table = known;
  }
}
