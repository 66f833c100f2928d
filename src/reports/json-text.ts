import type { Bounds } from "./bounds.ts";
import { ReportError } from "./report-case.ts";
import { lineAt } from "./text.ts";

type JsonBounds = Pick<Bounds, "nested" | "containers" | "values">;

/** The index after the string that begins before `at`; the text's end if it is unterminated. */
const endOfString = (text: string, at: number): number => {
  for (let from = at; ; ) {
    const end = text.indexOf('"', from);
    if (end === -1) return text.length;
    let slashes = 0;
    while (end - slashes > at && text[end - slashes - 1] === "\\") slashes++;
    if (slashes % 2 === 0) return end + 1;
    from = end + 1;
  }
};

interface Size {
  containers: number;
  values: number;
}

/** The size summed over all lines of a file. */
export const emptySize = (): Size => ({ containers: 0, values: 0 });

const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Checks the size before parsing, because JSON.parse builds the whole value in memory. `firstLine` is the text's line
 * in the file.
 */
const checkSize = (text: string, { bounds, size, firstLine }: JsonInput): void => {
  const refuse = (max: number, what: string, at: number): never => {
    throw new ReportError(`must have at most ${max} ${what} (line ${lineAt(text, at) + firstLine - 1})`);
  };
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (letter === QUOTE) at = endOfString(text, at + 1) - 1;
    else if (letter === CLOSE_LIST || letter === CLOSE_OBJECT) depth--;
    else if (letter === COMMA) {
      if (++size.values > bounds.values) refuse(bounds.values, "values: send the report in parts", at);
    } else if (letter === OPEN_LIST || letter === OPEN_OBJECT) {
      if (++depth > bounds.nested) refuse(bounds.nested, "objects and lists within each other", at);
      if (++size.containers > bounds.containers)
        refuse(bounds.containers, "objects and lists: send the report in parts", at);
    }
  }
};

const TOKEN =
  /\s*(?:([{}[\],:"])|(?:-?(?:0|[1-9]\d{0,400})(?:\.\d{1,400})?(?:[eE][+-]?\d{1,9})?|true|false|null)(?![\w.+-]))/y;

/** What may follow the previous token. */
type Expected = "value" | "value or ]" | "name" | "name or }" | ":" | ", or the end";

const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/** The first index from `at` to `end` of a string where JSON allows no such character; -1 if there is none. */
const faultOfString = (text: string, at: number, end: number): number => {
  for (let place = at; place < end; place++) {
    const letter = text.charCodeAt(place);
    if (letter < 0x20) return place;
    if (letter !== BACKSLASH) continue;
    ESCAPE.lastIndex = place;
    if (!ESCAPE.test(text)) return place;
    place = ESCAPE.lastIndex - 1;
  }
  return -1;
};

/** The index at which text stops being JSON. */
const faultAt = (text: string): number => {
  const open: string[] = [];
  let expected: Expected = "value";
  let at = 0;
  for (;;) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    const start = at + (/^\s*/.exec(text.slice(at, at + 100))?.[0].length ?? 0);
    if (!found) return start;
    const mark = found[1];
    at = TOKEN.lastIndex;
    const isName: boolean = expected.startsWith("name");
    const isValue: boolean = expected.startsWith("value");
    if (mark === '"' && (isName || isValue)) {
      const begin = at;
      at = endOfString(text, begin);
      const fault = faultOfString(text, begin, at);
      if (fault !== -1) return fault;
      if (at === text.length && (at === begin || text.at(-1) !== '"')) return at;
      expected = isName ? ":" : ", or the end";
    } else if (isValue && (mark === "{" || mark === "[")) {
      open.push(mark);
      expected = mark === "{" ? "name or }" : "value or ]";
    } else if (isValue && mark === undefined) expected = ", or the end";
    else if (expected === ":" && mark === ":") expected = "value";
    else if (expected === ", or the end" && mark === "," && open.length > 0)
      expected = open.at(-1) === "{" ? "name" : "value";
    else if (
      (mark === "}" && open.at(-1) === "{" && (expected === "name or }" || expected === ", or the end")) ||
      (mark === "]" && open.at(-1) === "[" && (expected === "value or ]" || expected === ", or the end"))
    ) {
      open.pop();
      expected = ", or the end";
    } else return start;
  }
};

export interface JsonInput {
  /** The required format, for a refusal. */
  format: string;
  bounds: JsonBounds;
  size: Size;
  firstLine: number;
}

/** Parses JSON of bounded size. Throws `ReportError` with the line of the fault. */
export const parseJson = (text: string, input: JsonInput): unknown => {
  checkSize(text, input);
  try {
    return JSON.parse(text);
  } catch {
    const at = faultAt(text);
    const line = lineAt(text, at) + input.firstLine - 1;
    const what =
      at >= text.length ? "it is cut off" : `unexpected ${JSON.stringify(text.slice(at, at + 20))}`;
    throw new ReportError(`must be ${input.format} in well-formed JSON: ${what} (line ${line})`);
  }
};

/** The line, from 1, on which any list of a text of JSON has its element of this number; undefined if none has so many. */
export const lineOfElement = (text: string, number: number): number | undefined => {
  const elements: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (letter === QUOTE) at = endOfString(text, at + 1) - 1;
    else if (letter === CLOSE_LIST || letter === CLOSE_OBJECT) elements.pop();
    else if (letter === OPEN_LIST) elements.push(1);
    else if (letter === OPEN_OBJECT) elements.push(Number.NEGATIVE_INFINITY);
    else if (letter === COMMA) {
      const count = (elements.pop() ?? 0) + 1;
      elements.push(count);
      if (count === number) {
        const rest = text.slice(at + 1, at + 1000);
        return lineAt(text, at + 1 + rest.length - rest.trimStart().length);
      }
    }
  }
  return undefined;
};

/** The lines that are not blank, with their numbers. Generated one by one: a file may consist of line ends. */
export function* linesOf(text: string): Generator<{ line: string; number: number }> {
  let number = 1;
  for (let at = 0; at < text.length; number++) {
    const next = text.indexOf("\n", at);
    const end = next === -1 ? text.length : next;
    const line = text.slice(at, end).replace(/\r$/, "");
    if (line.trim() !== "") yield { line, number };
    at = end + 1;
  }
}
