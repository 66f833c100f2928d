/** What a body's text may be sent as. */
export const ENCODINGS = [
  "utf-8",
  "utf-8 after a BOM",
  "utf-16",
  "latin-1",
  "utf-8 with a broken byte",
] as const;
export type Encoding = (typeof ENCODINGS)[number];

const utf8 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(new TextEncoder().encode(text));

/** The numbers of a text's UTF-16 units. */
const unitsOf = (text: string): number[] =>
  Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));

export const bytesOf = (text: string, encoding: Encoding): Uint8Array<ArrayBuffer> => {
  switch (encoding) {
    case "utf-8":
      return utf8(text);
    case "utf-8 after a BOM":
      return utf8(`\ufeff${text}`);
    case "utf-16":
      return new Uint8Array(Uint16Array.from(unitsOf(`\ufeff${text}`)).buffer);
    case "latin-1":
      return Uint8Array.from(unitsOf(text));
    case "utf-8 with a broken byte": {
      const bytes = utf8(text);
      bytes[Math.floor(bytes.length / 2)] = 0xc3;
      return bytes;
    }
  }
};
