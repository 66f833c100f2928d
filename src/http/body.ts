import { DomainError } from "../wire/refusals.ts";
import { gunzip, isGzipped } from "./encoding.ts";

/** The largest body of a request in bytes, both compressed and not (the wire contract's 413). */
const BODY_BYTES = 1024 * 1024;

const tooLarge = (limit: number): DomainError =>
  new DomainError("too_large", `the body is larger than ${limit} bytes; send it in smaller parts`);

/** The body's Content-Length; undefined if there is none. */
const contentLength = (headers: Headers): number | undefined => {
  const sent = headers.get("content-length");
  return sent === null ? undefined : Number(sent);
};

const isLargeBody = (headers: Headers, limit = BODY_BYTES): boolean => (contentLength(headers) ?? 0) > limit;

/** Throws `too_large` if the Content-Length is over the limit. */
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

/** The body's bytes, decompressed; empty if there is no body. Can be called once. Throws `too_large`, `unsupported_coding`, `invalid`. */
export const readBody = async (request: Request, limit = BODY_BYTES): Promise<Uint8Array> => {
  const isPacked = isGzipped(request.headers);
  const bytes = await readAsSent(request, limit);
  if (!isPacked || bytes.byteLength === 0) return bytes;
  const unpacked = gunzip(bytes, limit);
  if (!unpacked) throw tooLarge(limit);
  return unpacked;
};

const readAsSent = async (request: Request, limit: number): Promise<Uint8Array> => {
  const length = contentLength(request.headers);
  if (length !== undefined && length > limit) throw tooLarge(limit);
  // A body with a Content-Length within the limit is read in one go: it cannot be longer.
  const isBounded = length !== undefined || request.body === null;
  const bytes = isBounded
    ? new Uint8Array(await request.arrayBuffer())
    : await readBytes(request.body, limit);
  if (bytes.byteLength > limit) throw tooLarge(limit);
  return bytes;
};

/** The body as text, "" if there is none; undefined if it is not UTF-8. Can be called once. Throws as `readBody` does. */
export const readText = async (request: Request, limit = BODY_BYTES): Promise<string | undefined> => {
  const bytes = await readBody(request, limit);
  try {
    return UTF_8.decode(bytes);
  } catch {
    return undefined;
  }
};

/** How a body was sent, and what its call takes; used in a refusal's message. */
export interface Sent {
  contentType: string | undefined;
  /** The media types besides JSON; undefined if the call takes no body. */
  otherTypes: readonly string[] | undefined;
}

/**
 * Parses a body as JSON whatever its Content-Type, because old clients send it so (the wire contract's
 * "Requests"). An empty body is undefined. Throws `malformed_json` if the text was not UTF-8 or is not JSON.
 */
export const parseJson = (text: string | undefined, sent?: Sent): unknown => {
  if (text?.trim() === "") return undefined;
  try {
    return JSON.parse(text ?? "");
  } catch (error) {
    const detail = error instanceof Error ? error.message.replace(/[^\x20-\x7e]/g, "?") : "";
    throw new DomainError("malformed_json", notJson(text, detail, sent));
  }
};

const MULTIPART = "multipart/form-data";
const MULTIPART_TEXT = /^--[^\r\n]+\r?\nContent-Disposition:/i;
const FORM = "application/x-www-form-urlencoded";
const JSON_TYPE = /^application\/([\w.-]+\+)?json$/;
const JSON_TEXT = /^\s*[[{"]/;

/** Why a body is not JSON: its type, if that says so, else the place of the error. */
const notJson = (text: string | undefined, detail: string, sent?: Sent): string => {
  const isMultipart = text !== undefined && MULTIPART_TEXT.test(text);
  const type = isMultipart ? MULTIPART : mediaTypeIn(sent?.contentType);
  const other = sent?.otherTypes ?? [];
  const isMeantAsJson = type === "" || JSON_TYPE.test(type) || (text !== undefined && JSON_TEXT.test(text));
  if (isMeantAsJson) {
    const wrong = text === undefined ? "is not UTF-8 text; send JSON in UTF-8" : `is not JSON: ${detail}`;
    return `the body ${wrong}${other.length > 0 ? `; what is no JSON is sent with a Content-Type of ${other.join(" or ")}` : ""}`;
  }
  const shown = JSON.stringify(type.slice(0, 80));
  const why = type === FORM ? ", as curl says by itself" : "";
  const takes = sent?.otherTypes
    ? `this call takes Content-Type: ${["application/json", ...other].join(" or ")}`
    : "this call takes no body";
  return `the body is not JSON, and its Content-Type is ${shown}${why}; ${takes}`;
};

/** The media type in a Content-Type, in lower case; "" if there is none. Of a header sent twice, the first counts. */
const mediaTypeIn = (contentType = ""): string => {
  const [type = ""] = contentType.split(/[;,]/);
  return type.trim().toLowerCase();
};

/** A form of a call's body other than JSON, chosen by the Content-Type. */
export interface BodyForm<Query, Body> {
  /** The media types that choose it. The OpenAPI document names the first. */
  types: readonly [string, ...string[]];
  description: string;
  /** The largest body, in bytes. */
  limit: number;
  /** Detects the encoding from the bytes. Throws `invalid` if they are not of this form. */
  read: (bytes: Uint8Array, query: Query) => Body;
}

/** The form that a Content-Type chooses; undefined: JSON. */
export const formIn = <Query, Body>(
  forms: readonly BodyForm<Query, Body>[],
  contentType?: string,
): BodyForm<Query, Body> | undefined => forms.find(({ types }) => types.includes(mediaTypeIn(contentType)));
