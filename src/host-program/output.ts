import { closeSync, openSync, writeSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { Masker } from "./masking.ts";

const STREAMS = ["stdout", "stderr"] as const;
export type OutputStream = (typeof STREAMS)[number];

/** Longer lines are cut. */
const MAX_LINE = 4000;
/** How much of the end of the output is kept for the report. */
const TAIL_CHARACTERS = 8000;

interface Reading {
  decoder: StringDecoder;
  masker: Masker;
  /** An incomplete line. */
  rest: string;
}

/** A run's output: each line with its time in a file, secrets masked. The last line and the tail are kept in memory. */
export class Output {
  lastLine = "";
  readonly #readings: Record<OutputStream, Reading>;
  readonly #onLine: (stream: OutputStream, line: string) => string | null;
  readonly #file: number;
  #raw: number | undefined;
  #tail = "";
  #full = false;

  /** `onLine` returns the line to show, or null to hide it. */
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

  /** Standard output is the report: from now on it is also stored unchanged. */
  keepRaw(path: string): void {
    this.#raw = openSync(path, "w", 0o600);
  }

  push(stream: OutputStream, data: Buffer): void {
    if (stream === "stdout" && this.#raw !== undefined) this.#write(this.#raw, data);
    const { decoder, masker } = this.#readings[stream];
    this.#take(stream, masker.push(decoder.write(data)));
  }

  /** The end of the output, both streams together. */
  get tail(): string {
    return this.#tail;
  }

  /** The output ended: flushes what was held back and closes the files. */
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

  /** A full disk ends the log, not the run. */
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
