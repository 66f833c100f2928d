import { DomainError, invalid } from "../wire/refusals.ts";

/**
 * The part of Node's zlib that is used (nodejs_compat). It stops at a length; a DecompressionStream
 * decompresses its whole input before anything is read. Loaded with the first compressed body.
 */
interface Zlib {
  gunzipSync: (packed: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;
}
declare const process: { getBuiltinModule: (name: "node:zlib") => Zlib };

/** Whether a body is compressed by gzip. Throws `unsupported_coding` for any other coding. */
export const isGzipped = (headers: Headers): boolean => {
  const sent = headers.get("content-encoding") ?? "";
  const codings = sent
    .split(",")
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity");
  if (codings.length === 0) return false;
  if (codings.length === 1 && (codings[0] === "gzip" || codings[0] === "x-gzip")) return true;
  throw new DomainError(
    "unsupported_coding",
    `Content-Encoding is ${JSON.stringify(sent.slice(0, 80))}: the body may be packed by gzip, once, or not at all`,
  );
};

/** Decompresses a body of at most `limit` bytes; undefined if it is larger. Throws `invalid` if it is not gzip. */
export const gunzip = (packed: Uint8Array, limit: number): Uint8Array | undefined => {
  try {
    return process.getBuiltinModule("node:zlib").gunzipSync(packed, { maxOutputLength: limit });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw invalid([
      { field: "body", message: "must be gzip, as its Content-Encoding says; it is not, or is cut short" },
    ]);
  }
};
