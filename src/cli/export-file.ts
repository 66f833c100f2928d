import { once } from "node:events";
import { createReadStream, createWriteStream, renameSync, rmSync } from "node:fs";
import { type Duplex, PassThrough, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { Plain, reasonOf } from "../programs/plain-error.ts";

/** A longer line is none of an export. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const BLOCK_BYTES = 512 * 1024;
const NEWLINE = 10;

/** A file that is written beside its place, packed if its name ends with .gz, and put there once it is whole. */
export class ExportFile {
  readonly #path: string;
  readonly #first: Duplex;
  readonly #written: Promise<void>;
  #failure: unknown;

  constructor(path: string) {
    this.#path = path;
    // It is as secret as the database. What an earlier export left, or a link that somebody else put there, is not used.
    rmSync(this.#part, { force: true });
    const file = createWriteStream(this.#part, { flags: "wx", mode: 0o600, flush: true });
    this.#first = path.endsWith(".gz") ? createGzip() : new PassThrough();
    this.#written = pipeline(this.#first, file);
    this.#written.catch((error: unknown) => {
      this.#failure = error;
    });
  }

  get #part(): string {
    return `${this.#path}.part`;
  }

  /** Throws `Plain`. */
  async write(bytes: Buffer): Promise<void> {
    if (this.#failure) throw this.#unwritten(this.#failure);
    if (this.#first.write(bytes)) return;
    await Promise.race([once(this.#first, "drain"), this.#written]).catch((error: unknown) => {
      throw this.#unwritten(error);
    });
  }

  /** Throws `Plain`. */
  async keep(): Promise<void> {
    try {
      this.#first.end();
      await this.#written;
      renameSync(this.#part, this.#path);
    } catch (error) {
      throw this.#unwritten(error);
    }
  }

  /** Removes what was written. */
  async drop(): Promise<void> {
    this.#first.destroy();
    await this.#written.catch(() => undefined);
    rmSync(this.#part, { force: true });
  }

  #unwritten(error: unknown): Plain {
    return new Plain(`${this.#path} can't be written: ${reasonOf(error)}`);
  }
}

const GZIP_MAGIC = [0x1f, 0x8b];

/** The bytes of a file, unpacked if it is packed. */
const bytesOf = async (path: string): Promise<Readable> => {
  const file = createReadStream(path, { highWaterMark: BLOCK_BYTES });
  await once(file, "readable");
  const start: Buffer | null = file.read(GZIP_MAGIC.length);
  if (start === null) return file;
  file.unshift(start);
  if (!GZIP_MAGIC.every((byte, place) => start[place] === byte)) return file;
  const unpacked = createGunzip();
  // A failure of either is thrown where the bytes are read.
  pipeline(file, unpacked).catch(() => undefined);
  return unpacked;
};

const cutShort = (path: string): Plain =>
  new Plain(`${path} is no whole export: its end is missing; nothing was restored`);

/** A file in blocks of whole lines, each with its end. Throws `Plain`. */
export async function* blocksOf(path: string): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of await bytesOf(path)) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      rest = bytes.subarray(end);
      if (rest.length > MAX_LINE_BYTES) throw cutShort(path);
      if (end > 0) yield bytes.subarray(0, end);
    }
  } catch (error) {
    throw error instanceof Plain ? error : new Plain(`${path} can't be read: ${reasonOf(error)}`);
  }
  if (rest.length > 0) throw cutShort(path);
}
