import { DomainError } from "../wire/refusals.ts";

/** The most that a request's body may hold, in bytes (the wire contract's 413). */
export const BODY_BYTES = 1024 * 1024;

const tooLarge = (limit: number): DomainError =>
  new DomainError("too_large", `the body is larger than ${limit} bytes; send it in smaller parts`);

/** How long a body says that it is, in bytes; undefined where it says nothing. */
const toldBytes = (headers: Headers): number | undefined => {
  const told = headers.get("content-length");
  return told === null ? undefined : Number(told);
};

/** Whether a body says by its own header that it is too large. */
export const isLargeBody = (headers: Headers, limit = BODY_BYTES): boolean =>
  (toldBytes(headers) ?? 0) > limit;

/** Refuses such a body. */
export const refuseLargeBody = (headers: Headers, limit = BODY_BYTES): void => {
  if (isLargeBody(headers, limit)) throw tooLarge(limit);
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

const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/** A body's bytes, none where there is no body. It can be read once. Throws `too_large`. */
export const readBody = async (request: Request, limit = BODY_BYTES): Promise<Uint8Array> => {
  const told = toldBytes(request.headers);
  if (told !== undefined && told > limit) throw tooLarge(limit);
  // A body whose length was told, and is in bounds, is read in one go: it holds no more than that.
  const isBounded = told !== undefined || request.body === null;
  const bytes = isBounded
    ? new Uint8Array(await request.arrayBuffer())
    : await readBytes(request.body, limit);
  if (bytes.byteLength > limit) throw tooLarge(limit);
  return bytes;
};

/** A body as text, "" where there is none; undefined where it is not UTF-8. It can be read once. Throws `too_large`. */
export const readText = async (request: Request, limit = BODY_BYTES): Promise<string | undefined> => {
  const bytes = await readBody(request, limit);
  try {
    return UTF_8.decode(bytes);
  } catch {
    return undefined;
  }
};

/**
 * Reads a body's text as JSON whatever its Content-Type says, as old clients send it (the wire contract's
 * "Requests"). Nothing is undefined. Throws `malformed_json` for what was not UTF-8 or is not JSON.
 */
export const parseJson = (text: string | undefined): unknown => {
  if (text === undefined) {
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

/** Another form than JSON that a call's body may come in, picked by the Content-Type. */
export interface BodyForm<Query, Body> {
  /** The media types that pick it; the first is the one that the document names. */
  types: readonly [string, ...string[]];
  description: string;
  /** The most that it may hold, in bytes. */
  limit: number;
  /** Judges the encoding by the bytes. Throws `invalid` for what is not of this form. */
  read: (bytes: Uint8Array, query: Query) => Body;
}

/** The form that a Content-Type picks; undefined is JSON. A header sent twice counts by its first. */
export const formIn = <Query, Body>(
  forms: readonly BodyForm<Query, Body>[],
  contentType = "",
): BodyForm<Query, Body> | undefined => {
  const [type = ""] = contentType.split(/[;,]/);
  return forms.find(({ types }) => types.includes(type.trim().toLowerCase()));
};
