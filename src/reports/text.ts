/** Replaced characters: those that XML forbids or requires to be escaped. */
export interface Replaced {
  count: number;
  /** The line of the first one, from 1; null without one. */
  line: number | null;
}

export interface DecodedText {
  text: string;
  encoding: "UTF-8" | "UTF-16LE" | "UTF-16BE" | "windows-1252";
  /** Invalid bytes of this encoding; each run of them became one or more U+FFFD. */
  replaced: Replaced;
}

const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
const LENIENT = new TextDecoder("utf-8");
const UTF_16 = new TextDecoder("utf-16le");
const WINDOWS_1252 = new TextDecoder("windows-1252");

export const NOTHING_REPLACED: Replaced = { count: 0, line: null };
const REPLACEMENT = "\ufffd";

/** Sums two counts over one file, with the earlier line. */
export const sumOfReplaced = (one: Replaced, other: Replaced): Replaced => ({
  count: one.count + other.count,
  line: one.line === null || other.line === null ? (one.line ?? other.line) : Math.min(one.line, other.line),
});

/** The line of an index, from 1. */
export const lineAt = (text: string, at: number): number => {
  let line = 1;
  for (let end = text.indexOf("\n"); end !== -1 && end < at; end = text.indexOf("\n", end + 1)) line++;
  return line;
};

const countOf = (text: string, part: string): number => {
  let count = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) count++;
  return count;
};

const swapped = (bytes: Uint8Array): Uint8Array => {
  const pairs = new Uint8Array(bytes.length - (bytes.length % 2));
  for (let at = 0; at < pairs.length; at += 2) {
    pairs[at] = bytes[at + 1] ?? 0;
    pairs[at + 1] = bytes[at] ?? 0;
  }
  return pairs;
};

/** UTF-16 has a byte order mark, or a zero in one half of its first character if the file is markup or a table. */
const isUtf16 = (bytes: Uint8Array): "UTF-16LE" | "UTF-16BE" | undefined => {
  const [first, second, third, fourth] = bytes;
  if (first === 0xff && second === 0xfe) return "UTF-16LE";
  if (first === 0xfe && second === 0xff) return "UTF-16BE";
  if (bytes.length < 4 || bytes.length % 2 === 1) return undefined;
  if (first && second === 0 && third && fourth === 0) return "UTF-16LE";
  if (first === 0 && second && third === 0 && fourth) return "UTF-16BE";
  return undefined;
};

/**
 * Decodes a file by its bytes: UTF-16 with a byte order mark (or recognizable without), or else UTF-8. Bytes that are
 * not valid UTF-8 are read as windows-1252 if `orElse` says so, or else replaced by U+FFFD. The byte order mark is
 * removed.
 */
export const decodeBytes = (bytes: Uint8Array, orElse: "windows-1252" | "replace"): DecodedText => {
  const encoding = isUtf16(bytes);
  if (encoding) {
    return {
      text: UTF_16.decode(encoding === "UTF-16BE" ? swapped(bytes) : bytes),
      encoding,
      replaced: NOTHING_REPLACED,
    };
  }
  try {
    return { text: STRICT.decode(bytes), encoding: "UTF-8", replaced: NOTHING_REPLACED };
  } catch {
    if (orElse === "windows-1252") {
      return { text: WINDOWS_1252.decode(bytes), encoding: orElse, replaced: NOTHING_REPLACED };
    }
    const text = LENIENT.decode(bytes);
    const replaced = { count: countOf(text, REPLACEMENT), line: lineAt(text, text.indexOf(REPLACEMENT)) };
    return { text, encoding: "UTF-8", replaced };
  }
};

const SINGLE_BYTE = /^(iso-?8859-?(1|15)|latin-?[19]|windows-?1252|cp-?1252)$/i;
const DECLARED = /^\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})/;

/**
 * Decodes an XML file. The declared encoding matters only if the bytes are neither UTF-8 nor UTF-16, and then only
 * Western single-byte encodings are supported.
 */
export const decodeXml = (bytes: Uint8Array): DecodedText => {
  const start = WINDOWS_1252.decode(bytes.subarray(0, 300));
  const declared = DECLARED.exec(start)?.[1] ?? "";
  return decodeBytes(bytes, SINGLE_BYTE.test(declared) ? "windows-1252" : "replace");
};
