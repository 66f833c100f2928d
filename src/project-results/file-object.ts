import { DurableObject } from "cloudflare:workers";
import {
  FILE_TABLES,
  type FileFacts,
  type FilePage,
  type FilePlace,
  FileTable,
  type Oldest,
  type StoredFile,
} from "./file-table.ts";
import type { RunPlace } from "./protocol.ts";
import {
  type OldUpload,
  type R2Upload,
  sizeOfPart,
  UPLOAD_TABLES,
  type Upload,
  type UploadFacts,
  UploadTable,
} from "./upload-table.ts";

/** The part of a project's object that knows its files in R2. */
export abstract class FileObject extends DurableObject<Env> {
  protected readonly fileTable: FileTable;
  readonly #uploads: UploadTable;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.makeFileTables();
    this.fileTable = new FileTable(state.storage.sql);
    this.#uploads = new UploadTable(state.storage.sql);
  }

  protected makeFileTables(): void {
    this.ctx.storage.sql.exec(FILE_TABLES + UPLOAD_TABLES);
  }

  /** Records a file before it is written to R2. */
  noteFile(place: FilePlace, facts: FileFacts): void {
    this.fileTable.put(place, facts);
  }

  /** Records that an artifact is on its way, unless its attempt has `limit` others. It is listed once R2 has it. */
  noteArtifact(place: FilePlace, facts: FileFacts, limit: number): { noted: boolean } {
    const noted = this.fileTable.countOthers(place, facts.key) < limit;
    if (noted) this.fileTable.expect(place, facts);
    return { noted };
  }

  artifact(run: RunPlace, name: string): StoredFile | null {
    return this.fileTable.one({ ...run, kind: "artifact", name });
  }

  /** The file of a report as it was sent; null without one. */
  reportFile(run: RunPlace, name: string): StoredFile | null {
    return this.fileTable.one({ ...run, kind: "report", name });
  }

  /** A page of an attempt's artifacts by name, and how many there are in all. */
  artifactPage(page: FilePage): { files: StoredFile[]; total: number } {
    return this.fileTable.artifactPage(page);
  }

  files(job: number, attempt: number, kind: FilePlace["kind"]): StoredFile[] {
    return this.fileTable.of(job, attempt, kind);
  }

  /** The keys of files older than their kind's time, oldest first. */
  oldFiles(before: Record<FilePlace["kind"], number>, limit: number): string[] {
    const kinds = ["report", "log", "artifact"] as const;
    return kinds.flatMap((kind) => this.fileTable.old(kind, before[kind], limit)).slice(0, limit);
  }

  /** When the oldest of each kind came; epoch milliseconds, null for none. `isDropped`: an upload is to be removed. */
  oldest(): Oldest {
    return {
      ...{ report: this.fileTable.oldest("report"), log: this.fileTable.oldest("log") },
      ...{ artifact: this.fileTable.oldest("artifact"), upload: this.#uploads.oldest() },
      ...{ isDropped: this.#uploads.hasDropped(), result: this.oldestRun() },
    };
  }

  /** When the oldest run came that has results; epoch milliseconds, null for none. */
  protected abstract oldestRun(): number | null;

  /** Forgets files that R2 no longer has. */
  forgetFiles(keys: string[]): void {
    this.fileTable.forget(keys);
  }

  /**
   * The open upload of a file, so that one that was begun goes on. `isFull`: there is none, and its attempt has `limit`
   * other files.
   */
  findUpload(facts: UploadFacts, limit: number): { upload: Upload | null; isFull: boolean } {
    const upload = this.#uploads.same(facts) ?? null;
    return { upload, isFull: upload === null && this.#filesBeside(facts) >= limit };
  }

  /** Records an upload that R2 knows, unless the same was recorded meanwhile. Returns the recorded one. */
  addUpload(facts: UploadFacts, known: R2Upload): Upload {
    return this.ctx.storage.transactionSync(
      () => this.#uploads.same(facts) ?? this.#uploads.add(facts, known),
    );
  }

  upload(run: RunPlace, id: number): Upload | null {
    return this.#uploads.of(run, id) ?? null;
  }

  /** A part of this size is about to be sent to R2. `turn` is null if the upload takes no such part. */
  beginPart(
    run: RunPlace,
    { id, part, bytes }: { id: number; part: number; bytes: number },
  ): { upload: Upload | null; turn: number | null } {
    const upload = this.upload(run, id);
    const isTaken = upload?.state === "open" && sizeOfPart(upload, part) === bytes;
    return { upload, turn: isTaken ? this.#uploads.beginPart(id, part) : null };
  }

  /** R2 has a part. Returns the upload, in which the part is missing if it was sent again meanwhile. */
  endPart(
    run: RunPlace,
    { id, part, ...stored }: { id: number; part: number; turn: number; etag: string },
  ): Upload | null {
    this.#uploads.endPart(id, part, stored);
    return this.upload(run, id);
  }

  /** R2 has other parts than the recorded ones: all are to be sent again. */
  forgetParts(id: number): void {
    this.#uploads.forgetParts(id);
  }

  /** R2 has the whole file. `isKept` is false if the upload was dropped meanwhile. */
  finishUpload({ id, ...upload }: Upload, at: number): { isKept: boolean } {
    return this.ctx.storage.transactionSync(() => {
      const isKept = this.#uploads.end(id, "done") === "done";
      const { job, attempt, name, key, bytes, contentType } = upload;
      if (isKept)
        this.fileTable.put({ kind: "artifact", job, attempt, name }, { key, bytes, contentType, at });
      return { isKept };
    });
  }

  /** Gives an upload up; its parts are still to be removed. */
  dropUpload(id: number): void {
    this.#uploads.end(id, "dropped");
  }

  /** Up to `limit` uploads that were dropped, or were begun before `before`. */
  oldUploads(before: number, limit: number): OldUpload[] {
    return this.#uploads.old(before, limit);
  }

  /** Forgets uploads of which R2 has nothing, or the file alone. */
  forgetUploads(ids: number[]): void {
    this.#uploads.forget(ids);
  }

  #filesBeside(facts: UploadFacts): number {
    return this.fileTable.countOthers(facts, facts.key) + this.#uploads.countOthers(facts);
  }
}
