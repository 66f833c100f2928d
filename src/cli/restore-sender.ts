import { accepted } from "../client/client.ts";
import { headIn, isHead } from "./export-digests.ts";
import { InFlight } from "./in-flight.ts";
import { RestoredFile, type RestoreTarget } from "./restore-files.ts";

/**
 * About how many bytes of lines, and at most how many tables, go into one request; and how many requests at once. A request
 * is one transaction: the more rows it has, the fewer times the pages of indexes are written.
 */
const BATCH_BYTES = 3 * 1024 * 1024;
const BATCH_TABLES = 90;
const AT_ONCE = 4;
/** A file of up to so many bytes is one line, and goes with the other lines. */
const SMALL_BYTES = 48 * 1024;

const QUOTE = 34;

/** The line that says of what the rows behind it are. */
interface Head {
  line: Buffer;
  /** The table of D1; undefined for one of an object. */
  database: string | undefined;
}

interface Batch {
  lines: Buffer[];
  bytes: number;
  tables: number;
  firstLine: number;
  head: Head | undefined;
}

const emptyBatch = (): Batch => ({ lines: [], bytes: 0, tables: 0, firstLine: 0, head: undefined });

/**
 * Sends the lines of an export, some requests at once. A table of D1 waits for the one before, which it may name; rows of
 * objects name none. What was stored before is left out.
 */
export class RestoreSender {
  readonly #target: RestoreTarget;
  readonly #linesDone: number;
  readonly #inFlight = new InFlight(AT_ONCE);
  #line = -1;
  #head: Head | undefined;
  #file: RestoredFile | undefined;
  #batch = emptyBatch();

  /** `linesDone`: so many lines were stored before. */
  constructor(target: RestoreTarget, linesDone: number) {
    this.#target = target;
    this.#linesDone = linesDone;
  }

  get lines(): number {
    return this.#line + 1;
  }

  /** The next line. What it returns is waited for before the next one. Throws `Refused`, `Unanswered`. */
  take(line: Buffer): Promise<void> | undefined {
    this.#line += 1;
    if (isHead(line)) return this.#takeHead(line);
    if (line[0] === QUOTE && this.#file) return this.#takePiece(line, this.#file);
    if (this.#line < this.#linesDone || !this.#head) return undefined;
    this.#addRow(line, this.#head);
    return this.#batch.bytes >= BATCH_BYTES || this.#batch.tables >= BATCH_TABLES ? this.#flush() : undefined;
  }

  /** Waits until all is stored. Throws `Refused`, `Unanswered`. */
  async end(): Promise<void> {
    await this.#flush();
    await this.#inFlight.drain();
  }

  async #takeHead(line: Buffer): Promise<void> {
    const head = headIn(line);
    // A file that was replaced while it was exported comes again from its start.
    this.#file = undefined;
    if (typeof head.file === "string" && Number(head.bytes) <= SMALL_BYTES) {
      this.#head = { line: Buffer.from(line), database: undefined };
      if (head.bytes === 0 && this.#line >= this.#linesDone) this.#addHead(this.#head);
      if (this.#batch.tables >= BATCH_TABLES) await this.#flush();
      return;
    }
    if (typeof head.file === "string") {
      this.#head = undefined;
      if (this.#line < this.#linesDone) return;
      await this.#flush();
      this.#file = new RestoredFile(this.#target, head, this.#line);
      if (this.#file.isWhole) await this.#finishFile(this.#file);
      return;
    }
    if (typeof head.table !== "string") return;
    const database = head.table.includes(".") ? undefined : head.table;
    const isOther = database !== undefined && database !== this.#head?.database;
    // A copy: the line is a part of a whole block.
    this.#head = { line: Buffer.from(line), database };
    if (!isOther) return;
    await this.#flush();
    await this.#inFlight.drain();
  }

  #addHead(head: Head): void {
    if (this.#batch.lines.length === 0) this.#batch.firstLine = this.#line;
    this.#batch.lines.push(head.line);
    this.#batch.tables += 1;
    this.#batch.head = head;
  }

  #addRow(line: Buffer, head: Head): void {
    if (this.#batch.head !== head) this.#addHead(head);
    this.#batch.lines.push(line);
    this.#batch.bytes += line.length;
  }

  async #flush(): Promise<void> {
    const { lines, firstLine } = this.#batch;
    if (lines.length === 0) return;
    this.#batch = emptyBatch();
    const newline = Buffer.from("\n");
    const body = Buffer.concat(lines.flatMap((line) => [line, newline]));
    const { asked, restore } = this.#target;
    await this.#inFlight.add(firstLine, async () => {
      const done = String(this.#inFlight.firstOf(firstLine));
      const query = new URLSearchParams({ restore, lines_done: done });
      await accepted(asked.send(`/automation/restore/lines?${query}`, { method: "POST", body }));
    });
  }

  #takePiece(line: Buffer, file: RestoredFile): Promise<void> | undefined {
    const { isFull } = file.take(line);
    if (file.isWhole) return this.#finishFile(file);
    return isFull ? file.sendPart() : undefined;
  }

  async #finishFile(file: RestoredFile): Promise<void> {
    this.#file = undefined;
    await this.#inFlight.add(file.firstLine, () => file.finish(this.#inFlight.firstOf(file.firstLine)));
  }
}
