import { invalid } from "../wire/refusals.ts";

/** One row of a table; quoted cells may span several lines. */
export interface CsvRow {
  /** The line on which it starts, from 1. */
  line: number;
  cells: ReadonlyMap<string, string>;
}

const MAX_COLUMNS = 100;
const MAX_CELL_CHARACTERS = 65_536;

const refuse = (line: number, message: string): never => {
  throw invalid([{ field: `line ${line}`, message }]);
};

const SEPARATORS = [",", ";", "\t"] as const;
type Separator = (typeof SEPARATORS)[number];

/** Excel's optional first line, which names the separator. */
const SEPARATOR_LINE = /^\ufeff?"?sep=(.)"?[^\S\r\n]*(?:\r\n|\r|\n|$)/i;
const FIRST_LINE = /[^\s,;][^\r\n]{0,10000}/;

/** The separator and the start of the table, from Excel's line or else from the column names. */
const separatorOf = (text: string, needed: readonly string[]): { separator: Separator; from: number } => {
  const named = SEPARATOR_LINE.exec(text);
  if (named) {
    const separator = SEPARATORS.find((each) => each === named[1]);
    return separator
      ? { separator, from: named[0].length }
      : refuse(1, "names a separator that is none of comma, semicolon and tab");
  }
  const first = FIRST_LINE.exec(text.slice(0, 100_000))?.[0] ?? "";
  const names = (separator: Separator) =>
    first.split(separator).map((name) =>
      name
        .trim()
        .replace(/^"(.*)"$/, "$1")
        .trim(),
    );
  const separator = SEPARATORS.find((each) => needed.every((name) => names(each).includes(name)));
  return { separator: separator ?? ",", from: 0 };
};

const LINE_END = /\r\n|\r|\n/g;
const CELL_END: Record<Separator, RegExp> = {
  ",": /[,\r\n]|$/g,
  ";": /[;\r\n]|$/g,
  "\t": /[\t\r\n]|$/g,
};

const ends = (text: string): number => text.match(LINE_END)?.length ?? 0;

/** Rows of cells (RFC 4180), lazily; rows with only empty cells are skipped. Throws `invalid` with line and column. */
function* lines(
  text: string,
  { separator, from: start }: { separator: Separator; from: number },
): Generator<{ line: number; cells: string[] }> {
  const cellEnd = CELL_END[separator];
  let at = start;
  let line = start === 0 ? 1 : 2;
  const short = (place: string, characters: number) => {
    if (characters > MAX_CELL_CHARACTERS)
      refuse(line, `${place} must have at most ${MAX_CELL_CHARACTERS} characters`);
  };
  const quoted = (place: string): string => {
    const from = at + 1;
    at = from;
    for (;;) {
      at = text.indexOf('"', at) + 1;
      if (at === 0) refuse(line, `${place} has a quote that is never closed`);
      short(place, at - from);
      if (text[at] !== '"') return text.slice(from, at - 1).replaceAll('""', '"');
      at++;
    }
  };
  const plain = (place: string): string => {
    cellEnd.lastIndex = at;
    const end = cellEnd.exec(text)?.index ?? text.length;
    short(place, end - at);
    const cell = text.slice(at, end);
    if (cell.includes('"')) refuse(line, `${place} has a quote inside: quote the cell, and write "" for it`);
    at = end;
    return cell;
  };
  const atLineEnd = () => text[at] === "\n" || text[at] === "\r";
  const pass = () => {
    at += text.startsWith("\r\n", at) ? 2 : 1;
    line++;
  };
  while (at < text.length) {
    if (atLineEnd()) {
      pass();
      continue;
    }
    const cells: string[] = [];
    const startLine = line;
    do {
      if (cells.length > 0) at++;
      const place = `column ${cells.length + 1}`;
      const isQuoted = text[at] === '"';
      const cell = isQuoted ? quoted(place) : plain(place);
      if (isQuoted) line += ends(cell);
      if (cells.push(cell) > MAX_COLUMNS) refuse(startLine, `must have at most ${MAX_COLUMNS} columns`);
    } while (text[at] === separator);
    if (at < text.length && !atLineEnd()) {
      refuse(
        line,
        `column ${cells.length} has text after its closing quote: put a separator or a new line there`,
      );
    }
    pass();
    if (cells.some((cell) => cell.trim() !== "")) yield { line: startLine, cells };
  }
}

/**
 * The rows of a table with a header, lazily. Columns come in any order; other columns are ignored. Cells are separated
 * by commas, semicolons or tabs. A row may omit trailing cells. Throws `invalid`.
 */
export function* readCsv(text: string, needed: readonly string[]): Generator<CsvRow> {
  let columns: string[] | undefined;
  for (const { line, cells: all } of lines(text, separatorOf(text, needed))) {
    // Trailing empty cells are allowed: some writers end each row with a separator.
    const filled = all.findLastIndex((cell) => cell.trim() !== "") + 1;
    const cells = all.slice(0, Math.max(filled, columns?.length ?? 0));
    if (!columns) {
      columns = cells.map((name) => name.trim());
      const missing = needed.filter((name) => !columns?.includes(name));
      if (missing.length > 0) {
        refuse(
          line,
          `must name the columns, with commas, semicolons or tabs between: there is no column ${missing.join(", ")}`,
        );
      }
      const twice = columns.find((name, at) => name !== "" && columns?.indexOf(name) !== at);
      if (twice) refuse(line, `must name each column once: column ${twice.slice(0, 40)} is there twice`);
      continue;
    }
    if (cells.length > columns.length) {
      refuse(
        line,
        `column ${columns.length + 1} is one more than the first line names: quote a cell that holds separators`,
      );
    }
    yield { line, cells: new Map(columns.map((name, at) => [name, cells[at] ?? ""])) };
  }
  if (!columns) refuse(1, `must name the columns: ${needed.join(",")}`);
}
