import { DomainError } from "./errors.ts";

/** The most that a request's body may hold, in bytes (the wire contract's 413). */
export const BODY_BYTES = 1024 * 1024;

const tooLarge = (limit: number): DomainError =>
  new DomainError("too_large", `the body is larger than ${limit} bytes; send it in smaller parts`);

/** Refuses a body that says by its own header that it is too large. */
export const refuseLargeBody = (headers: Headers, limit = BODY_BYTES): void => {
  if (Number(headers.get("content-length") ?? 0) > limit) throw tooLarge(limit);
};

const readBytes = async (body: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
};

/**
 * Reads a body as JSON whatever its Content-Type says, as old clients send it (the wire contract's "Requests").
 * An empty body is undefined. Throws `too_large`, or `malformed_json` for what is not UTF-8 or not JSON.
 */
export const readJson = async (request: Request, limit = BODY_BYTES): Promise<unknown> => {
  if (!request.body) return undefined;
  const bytes = await readBytes(request.body, limit);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new DomainError("malformed_json", "the body is not UTF-8 text; send JSON in UTF-8");
  }
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message.replace(/[^\x20-\x7e]/g, "?") : "";
    throw new DomainError("malformed_json", `the body is not JSON: ${detail}`);
  }
};
