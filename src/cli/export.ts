import { accepted, Refused } from "../client/client.ts";
import { Plain, reasonOf } from "../programs/plain-error.ts";
import type { Connection } from "./connection.ts";
import { ExportDigests, eachLine, headIn, isHead } from "./export-digests.ts";
import { ExportFile } from "./export-file.ts";
import { freeMemory } from "./free-memory.ts";
import { connection, type Session, wantsJson } from "./session.ts";

/** For how long a page is asked for again, and a file that breaks off. */
const PATIENCE = { tryMs: 120_000, patienceMs: 15 * 60_000 };
/** A file of which nothing comes for so long has broken off. */
const STALL_MS = 60_000;
/** How often in turn a file may break off without a byte more. */
const MAX_STALLS = 10;
/** A multiple of 3, so that the pieces in base64 have no padding within. */
const PIECE_BYTES = 48 * 1024;

/** The lines of an export, counted as they are written. */
class ExportWriter {
  readonly digests = new ExportDigests();
  readonly #file: ExportFile;

  constructor(file: ExportFile) {
    this.#file = file;
  }

  async write(block: Buffer): Promise<void> {
    this.digests.take(block);
    await this.#file.write(block);
  }

  async end(): Promise<void> {
    await this.#file.write(Buffer.from(`${JSON.stringify({ end: this.digests.end() })}\n`));
    await this.#file.keep();
  }
}

interface FileRow {
  key: string;
  type: string;
}

/** The files that the rows of a page name and that are not in it: the large ones. */
const filesIn = (page: Buffer): FileRow[] => {
  const found = new Map<string, FileRow>();
  let columns: unknown[] | undefined;
  eachLine(page, (line) => {
    if (isHead(line)) {
      const head = headIn(line);
      if (typeof head.file === "string") found.delete(head.file);
      columns = head.table === "project.files" && Array.isArray(head.columns) ? head.columns : undefined;
    } else if (columns) {
      const row: unknown[] = JSON.parse(line.toString("utf8"));
      const key = String(row[columns.indexOf("key")]);
      found.set(key, { key, type: String(row[columns.indexOf("content_type")]) });
    }
  });
  return [...found.values()];
};

/** The path of the next page; undefined after the last. */
const nextIn = (link: string | null): string | undefined => {
  const [, address] = /<([^>]+)>; rel="next"/.exec(link ?? "") ?? [];
  return address === undefined ? undefined : `/automation/export${new URL(address).search}`;
};

/** The next bytes of a stream; undefined at its end. Throws if none come. */
const nextOf = async (reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("it stalled")), STALL_MS);
  });
  try {
    return (await Promise.race([reader.read(), stalled])).value;
  } finally {
    clearTimeout(timer);
  }
};

/** A page of an export, of one piece: one that breaks off is asked for again. Throws `Plain`, `Refused`, `Unanswered`. */
const readPage = async (
  asked: Connection,
  path: string,
): Promise<{ page: Buffer; next: string | undefined }> => {
  for (let stalls = 1; ; stalls++) {
    const { body, headers } = await accepted(asked.send(path));
    const reader = body?.getReader();
    const parts: Uint8Array[] = [];
    try {
      for (let part = reader && (await nextOf(reader)); part; part = reader && (await nextOf(reader)))
        parts.push(part);
      return { page: Buffer.concat(parts), next: nextIn(headers.get("Link")) };
    } catch (error) {
      await reader?.cancel().catch(() => undefined);
      if (stalls === MAX_STALLS) throw new Plain(`the export breaks off again and again: ${reasonOf(error)}`);
    }
  }
};

/** A file that is written piece by piece. It goes on where it broke off, and begins again if it was replaced. */
class FileCopy {
  readonly #asked: Connection;
  readonly #writer: ExportWriter;
  readonly #row: FileRow;
  #etag: string | null | undefined;
  #bytes = 0;
  #got = 0;
  #rest: Buffer = Buffer.alloc(0);

  constructor(asked: Connection, writer: ExportWriter, row: FileRow) {
    this.#asked = asked;
    this.#writer = writer;
    this.#row = row;
  }

  /** A file that is gone is left out. Throws `Plain`, `Refused`, `Unanswered`. */
  async run(): Promise<void> {
    for (let stalls = 0; !this.#isWhole; ) {
      const before = this.#at;
      const response = await this.#ask();
      if (!response) return;
      const why = await this.#take(response);
      stalls = this.#at > before ? 0 : stalls + 1;
      if (stalls === MAX_STALLS) throw new Plain(`${this.#row.key} breaks off again and again: ${why}`);
    }
    await this.#put(Buffer.alloc(0), true);
  }

  /** How many bytes have come. */
  get #at(): number {
    return this.#got + this.#rest.length;
  }

  get #isWhole(): boolean {
    return this.#etag !== undefined && this.#at >= this.#bytes;
  }

  async #ask(): Promise<Response | undefined> {
    const { key } = this.#row;
    const at = this.#at;
    try {
      const query = new URLSearchParams({ key, offset: String(at) });
      const response = await accepted(this.#asked.send(`/automation/export/file?${query}`));
      const etag = response.headers.get("File-Etag");
      if (etag === this.#etag) return response;
      if (at === 0) {
        await this.#begin(etag, Number(response.headers.get("File-Bytes")));
        return response;
      }
      await response.body?.cancel();
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return undefined;
      // The one that took its place is shorter.
      if (!(error instanceof Refused && error.status === 400 && at > 0)) throw error;
    }
    [this.#got, this.#rest, this.#etag] = [0, Buffer.alloc(0), undefined];
    return this.#ask();
  }

  async #begin(etag: string | null, bytes: number): Promise<void> {
    [this.#etag, this.#bytes] = [etag, bytes];
    const head = { file: this.#row.key, content_type: this.#row.type, bytes };
    await this.#writer.write(Buffer.from(`${JSON.stringify(head)}\n`));
  }

  /** Takes what comes. Gives why it ended. */
  async #take({ body }: Response): Promise<string> {
    const reader = body?.getReader();
    try {
      for (let bytes = reader && (await nextOf(reader)); bytes; bytes = reader && (await nextOf(reader)))
        await this.#put(bytes);
      return "it ends too early";
    } catch (error) {
      if (error instanceof Plain) throw error;
      return reasonOf(error);
    } finally {
      await reader?.cancel().catch(() => undefined);
    }
  }

  async #put(bytes: Uint8Array, isLast = false): Promise<void> {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const lines: string[] = [];
    while (this.#rest.length >= (isLast ? 1 : PIECE_BYTES)) {
      const piece = this.#rest.subarray(0, PIECE_BYTES);
      lines.push(`"${piece.toString("base64")}"\n`);
      this.#rest = this.#rest.subarray(piece.length);
      this.#got += piece.length;
    }
    if (lines.length > 0) await this.#writer.write(Buffer.from(lines.join("")));
  }
}

const rowsOf = (tables: Record<string, { rows: number }>): number =>
  Object.entries(tables).reduce((sum, [name, { rows }]) => (name === "files" ? sum : sum + rows), 0);

/** `muster export FILE`. Throws `Plain`, `Refused`, `Unanswered`. */
export const exportInstallation = async (session: Session): Promise<number> => {
  const { line, terminal } = session;
  const [path] = line.words;
  if (path === undefined) throw new Plain("into which file? muster export FILE");
  // Pages and files are read as they come: a copy of each would be memory.
  const asked = connection(session, { ...PATIENCE, isStream: true });
  const file = new ExportFile(path);
  const writer = new ExportWriter(file);
  try {
    let next: string | undefined = "/automation/export";
    while (next !== undefined) {
      const read = await readPage(asked, next);
      await writer.write(read.page);
      for (const row of filesIn(read.page)) await new FileCopy(asked, writer, row).run();
      next = read.next;
      freeMemory();
      terminal.progress(`${writer.digests.lines} lines`);
    }
    await writer.end();
  } catch (error) {
    await file.drop();
    throw error;
  }
  const { sha256, tables } = writer.digests.end();
  const [rows, files] = [rowsOf(tables), tables["project.files"]?.rows ?? 0];
  if (wantsJson(session)) terminal.print(JSON.stringify({ file: path, rows, files, sha256 }));
  else terminal.print(`${rows} rows and ${files} files are in ${path}; keep it as secret as the database`);
  return 0;
};
