import { closeSync, openSync, writeSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { Masker } from "./masking.ts";

const STREAMS = ["stdout", "stderr"] as const;
export type OutputStream = (typeof STREAMS)[number];

/** Of a line without an end more is cut off. */
const MAX_LINE = 4000;
/** So much of the end of what a run says goes with its report. */
const TAIL_CHARACTERS = 8000;

interface Reading {
  decoder: StringDecoder;
  masker: Masker;
  /** A line that is not whole yet. */
  rest: string;
}

/** What a run says: each line with its time in a file, secrets starred, the last line and the end of all at hand. */
export class Output {
  lastLine = "";
  readonly #readings: Record<OutputStream, Reading>;
  readonly #onLine: (stream: OutputStream, line: string) => string | null;
  readonly #file: number;
  #raw: number | undefined;
  #tail = "";
  #full = false;

  /** `onLine` gives the line as it is shown, or null where it is hidden. */
  constructor(
    path: string,
    {
      secrets,
      onLine,
    }: {
      secrets: readonly string[];
      onLine: (stream: OutputStream, line: string) => string | null;
    },
  ) {
    const reading = (): Reading => ({
      decoder: new StringDecoder("utf8"),
      masker: new Masker(secrets),
      rest: "",
    });
    this.#readings = { stdout: reading(), stderr: reading() };
    this.#onLine = onLine;
    this.#file = openSync(path, "a", 0o600);
  }

  /** From here on the standard output is kept as it comes, for the report that it is. */
  keepRaw(path: string): void {
    this.#raw = openSync(path, "w", 0o600);
  }

  push(stream: OutputStream, data: Buffer): void {
    if (stream === "stdout" && this.#raw !== undefined) this.#write(this.#raw, data);
    const { decoder, masker } = this.#readings[stream];
    this.#take(stream, masker.push(decoder.write(data)));
  }

  /** The end of what was said, both streams together. */
  get tail(): string {
    return this.#tail;
  }

  /** No more comes: what was held back is taken, and the files are closed. */
  end(): void {
    for (const stream of STREAMS) {
      const reading = this.#readings[stream];
      this.#take(stream, reading.masker.push(reading.decoder.end()) + reading.masker.end());
      if (reading.rest !== "") this.#line(stream, reading.rest);
      reading.rest = "";
    }
    closeSync(this.#file);
    if (this.#raw !== undefined) closeSync(this.#raw);
    this.#raw = undefined;
  }

  #take(stream: OutputStream, text: string): void {
    const reading = this.#readings[stream];
    const lines = (reading.rest + text).split(/\r?\n/);
    reading.rest = lines.pop() ?? "";
    for (const line of lines) this.#line(stream, line);
    if (reading.rest.length <= MAX_LINE) return;
    this.#line(stream, reading.rest);
    reading.rest = "";
  }

  #line(stream: OutputStream, line: string): void {
    const shown = line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}...` : line;
    this.#tail = `${this.#tail}${shown}\n`.slice(-TAIL_CHARACTERS);
    this.#write(this.#file, `${new Date().toISOString()} ${stream} ${shown}\n`);
    const seen = this.#onLine(stream, shown);
    if (seen !== null && seen.trim() !== "") this.lastLine = seen.trim();
  }

  /** A full disk ends what is kept, and no run. */
  #write(file: number, data: Buffer | string): void {
    if (this.#full) return;
    try {
      if (typeof data === "string") writeSync(file, data);
      else writeSync(file, data);
    } catch {
      this.#full = true;
    }
  }
}
