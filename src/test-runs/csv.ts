import { invalid } from "../http/errors.ts";

/** One line of a table with its cells by column; a quoted cell may make it several lines of text. */
export interface CsvRow {
  /** Where it starts, from 1. */
  line: number;
  cells: ReadonlyMap<string, string>;
}

const MOST_COLUMNS = 100;
const MOST_IN_CELL = 65_536;

const refuse = (line: number, message: string): never => {
  throw invalid([{ field: `line ${line}`, message }]);
};

const SEPARATORS = [",", ";", "\t"] as const;
type Separator = (typeof SEPARATORS)[number];

/** Excel's own first line, which names the separator. */
const SEPARATOR_LINE = /^\ufeff?"?sep=(.)"?[^\S\r\n]*(?:\r\n|\r|\n|$)/i;
const FIRST_LINE = /[^\s,;][^\r\n]{0,10000}/;

/** What stands between cells, and where the table starts: told by Excel's line, else by the names of the columns. */
const separatorOf = (text: string, needed: readonly string[]): { separator: Separator; from: number } => {
  const told = SEPARATOR_LINE.exec(text);
  if (told) {
    const separator = SEPARATORS.find((each) => each === told[1]);
    return separator
      ? { separator, from: told[0].length }
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

/**
 * Lines of cells (RFC 4180), lazily; lines whose cells are all empty are passed over. Throws `invalid`, naming line
 * and column.
 */
function* lines(
  text: string,
  { separator, from: start }: { separator: Separator; from: number },
): Generator<{ line: number; cells: string[] }> {
  const cellEnd = CELL_END[separator];
  let at = start;
  let line = start === 0 ? 1 : 2;
  const short = (place: string, characters: number) => {
    if (characters > MOST_IN_CELL) refuse(line, `${place} must have at most ${MOST_IN_CELL} characters`);
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
      if (cells.push(cell) > MOST_COLUMNS) refuse(startLine, `must have at most ${MOST_COLUMNS} columns`);
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
 * The rows of a table whose first line names its columns, as many as are asked for. Columns come in any order;
 * names that nobody asks for are ignored. Cells are separated by commas, semicolons or tabs. A row may lack cells at
 * its end. Throws `invalid`.
 */
export function* readCsv(text: string, needed: readonly string[]): Generator<CsvRow> {
  let columns: string[] | undefined;
  for (const { line, cells: all } of lines(text, separatorOf(text, needed))) {
    // Cells past the last column may be empty: some writers end each line with a separator.
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
