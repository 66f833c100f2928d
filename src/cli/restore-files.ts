import { accepted, answered } from "../client/client.ts";
import type { Connection } from "./connection.ts";

/** A file of up to so many bytes is sent at once; a larger one in parts of this size. */
const PART_BYTES = 8 * 1024 * 1024;

/** What a restore is sent with. */
export interface RestoreTarget {
  asked: Connection;
  /** The digest of the export. */
  restore: string;
}

/** A file of an export, from its pieces. */
export class RestoredFile {
  /** The line at which it begins. */
  readonly firstLine: number;
  readonly #target: RestoreTarget;
  readonly #key: string;
  readonly #type: string;
  readonly #bytes: number;
  readonly #etags: string[] = [];
  #pieces: Buffer[] = [];
  #held = 0;
  #got = 0;
  #upload: string | undefined;

  constructor(target: RestoreTarget, head: Record<string, unknown>, firstLine: number) {
    this.#target = target;
    this.firstLine = firstLine;
    this.#key = String(head.file);
    this.#type = String(head.content_type);
    this.#bytes = Number(head.bytes);
  }

  get isWhole(): boolean {
    return this.#got >= this.#bytes;
  }

  /** A line with a piece. `isFull`: so much is held that a part is to be sent. */
  take(line: Buffer): { isFull: boolean } {
    const piece = Buffer.from(line.toString("latin1", 1, line.length - 1), "base64");
    this.#pieces.push(piece);
    this.#held += piece.length;
    this.#got += piece.length;
    return { isFull: this.#bytes > PART_BYTES && this.#held >= PART_BYTES };
  }

  /** Sends a part of what is held. Throws `Refused`, `Unanswered`. */
  async sendPart(): Promise<void> {
    const { asked, restore } = this.#target;
    const uploads = asked.service.automation.restore.uploads;
    this.#upload ??= (
      await answered(uploads.$post({ json: { restore, key: this.#key, content_type: this.#type } }))
    ).upload;
    const part = String(this.#etags.length + 1);
    const query = new URLSearchParams({ restore, key: this.#key, upload: this.#upload, part });
    const sent = await accepted(
      asked.send(`/automation/restore/uploads?${query}`, { method: "PUT", body: this.#takeHeld(PART_BYTES) }),
    );
    const { etag }: { etag: string } = JSON.parse(await sent.text());
    this.#etags.push(etag);
  }

  /** Sends the file, or the rest of it. `linesDone`: so many lines are surely stored. Throws `Refused`, `Unanswered`. */
  async finish(linesDone: number): Promise<void> {
    const { asked, restore } = this.#target;
    if (this.#upload === undefined && this.#bytes <= PART_BYTES) {
      const query = new URLSearchParams({
        restore,
        key: this.#key,
        content_type: this.#type,
        lines_done: String(linesDone),
      });
      const body = this.#takeHeld(this.#held);
      await accepted(asked.send(`/automation/restore/file?${query}`, { method: "PUT", body }));
      return;
    }
    while (this.#held > 0) await this.sendPart();
    const json = { restore, key: this.#key, upload: this.#upload ?? "", etags: this.#etags };
    await answered(asked.service.automation.restore.uploads.complete.$post({ json }));
  }

  #takeHeld(bytes: number): Buffer<ArrayBuffer> {
    const held = Buffer.concat(this.#pieces);
    const rest = held.subarray(bytes);
    this.#pieces = rest.length > 0 ? [rest] : [];
    this.#held = rest.length;
    return held.subarray(0, bytes);
  }
}
