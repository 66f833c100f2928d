import { lineAt, type Replaced } from "./text.ts";

/** Forbidden everywhere in XML 1.0: most control characters, lone surrogates, U+FFFE and U+FFFF. */
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const FORBIDDEN_TEXT = new RegExp(`${FORBIDDEN.source}|&#|\\]\\]>|<`, "g");
const FORBIDDEN_IN_TAG = new RegExp(`${FORBIDDEN.source}|["'>]`, "g");
const IN_QUOTES = {
  '"': new RegExp(`${FORBIDDEN.source}|&#|["<]`, "g"),
  "'": new RegExp(`${FORBIDDEN.source}|&#|['<]`, "g"),
};
/** Up to 40 digits: tools pad with a few zeros at most. */
const REFERENCE = /&#(?:x([\da-f]{1,40})|(\d{1,40}));/iy;

const REPLACEMENT = "\ufffd";
const MAX_PIECES = 10_000;

const isAllowed = (code: number): boolean =>
  code === 0x9 ||
  code === 0xa ||
  code === 0xd ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff);

const inRange = (code: number, from: number): boolean => code >= from && code < from + 0x400;

/** Replaces forbidden characters piece by piece; the text between them is copied once. */
class Repair {
  readonly text: string;
  count = 0;
  #first: number | undefined;
  #done = "";
  #pieces: string[] = [];
  #copied = 0;

  constructor(text: string) {
    this.text = text;
  }

  put(at: number, length: number, instead: string): void {
    this.#first ??= at;
    this.count++;
    this.#pieces.push(this.text.slice(this.#copied, at), instead);
    this.#copied = at + length;
    if (this.#pieces.length > MAX_PIECES) this.#join();
  }

  /** Joins the pieces: millions of them would take far more memory than their text. */
  #join(): void {
    this.#done += this.#pieces.join("");
    this.#pieces = [];
  }

  /** Replaces a character reference to a forbidden character; returns the index after it. */
  reference(at: number): number {
    const code = this.#referenced(at);
    if (code === undefined) return at + 2;
    const end = REFERENCE.lastIndex;
    if (isAllowed(code)) return end;
    const low = inRange(code, 0xd800) ? this.#referenced(end) : undefined;
    if (low === undefined || !inRange(low, 0xdc00)) {
      this.put(at, end - at, REPLACEMENT);
      return end;
    }
    // Some writers refer to each half of a surrogate pair; together they are a valid character.
    this.put(at, REFERENCE.lastIndex - at, String.fromCharCode(code, low));
    return REFERENCE.lastIndex;
  }

  #referenced(at: number): number | undefined {
    REFERENCE.lastIndex = at;
    const found = REFERENCE.exec(this.text);
    if (!found) return undefined;
    return found[1] === undefined ? Number(found[2]) : Number.parseInt(found[1], 16);
  }

  /** Replaces forbidden characters in a range, without looking for markup. */
  characters(from: number, to: number): void {
    for (const { index } of this.text.slice(from, to).matchAll(FORBIDDEN))
      this.put(from + index, 1, REPLACEMENT);
  }

  done(): { text: string; replaced: Replaced } {
    if (this.#first === undefined) return { text: this.text, replaced: { count: 0, line: null } };
    this.#pieces.push(this.text.slice(this.#copied));
    this.#join();
    return {
      text: this.#done,
      replaced: { count: this.count, line: lineAt(this.text, this.#first) },
    };
  }
}

/** The starts of parts that are skipped whole, with their ends. */
const WHOLE = [
  ["<![CDATA[", "]]>"],
  ["<!--", "-->"],
  ["<?", "?>"],
] as const;

/**
 * XML text in which each character that XML forbids, raw or by reference, is U+FFFD, a raw `]]>` in text is `]]&gt;`,
 * and a raw `<` in an attribute is `&lt;`. Real tools write all of these when a failure message has colours or markup.
 * Everything else is unchanged, well-formed or not. One pass, linear in the length.
 */
export const repairXml = (text: string): { text: string; replaced: Replaced } => {
  const repair = new Repair(text);
  let at = 0;
  let quote: keyof typeof IN_QUOTES | undefined;
  let inTag = false;
  while (at < text.length) {
    const next = quote ? IN_QUOTES[quote] : inTag ? FORBIDDEN_IN_TAG : FORBIDDEN_TEXT;
    next.lastIndex = at;
    const found = next.exec(text);
    if (!found) break;
    const { index, 0: what } = found;
    at = index + what.length;
    if (what === "&#") at = repair.reference(index);
    else if (what === '"' || what === "'") quote = quote ? undefined : what;
    else if (what === ">") inTag = false;
    else if (what === "]]>") repair.put(index, what.length, "]]&gt;");
    else if (what !== "<") repair.put(index, what.length, REPLACEMENT);
    else if (quote) repair.put(index, 1, "&lt;");
    else {
      const [start, end] = WHOLE.find(([opening]) => text.startsWith(opening, index)) ?? [];
      if (start === undefined) inTag = true;
      else {
        const stop = text.indexOf(end, index + start.length);
        const to = stop === -1 ? text.length : stop + end.length;
        repair.characters(index, to);
        at = to;
      }
    }
  }
  return repair.done();
};
