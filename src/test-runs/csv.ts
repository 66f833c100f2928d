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

const LINE_END = /\r\n|\r|\n/g;
const CELL_END = /[,\r\n]|$/g;

const ends = (text: string): number => text.match(LINE_END)?.length ?? 0;

/** Lines of cells (RFC 4180), lazily; empty lines are passed over. Throws `invalid`, naming line and column. */
function* lines(text: string): Generator<{ line: number; cells: string[] }> {
  let at = 0;
  let line = 1;
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
    CELL_END.lastIndex = at;
    const end = CELL_END.exec(text)?.index ?? text.length;
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
    const start = line;
    do {
      if (cells.length > 0) at++;
      const place = `column ${cells.length + 1}`;
      const isQuoted = text[at] === '"';
      const cell = isQuoted ? quoted(place) : plain(place);
      if (isQuoted) line += ends(cell);
      if (cells.push(cell) > MOST_COLUMNS) refuse(start, `must have at most ${MOST_COLUMNS} columns`);
    } while (text[at] === ",");
    if (at < text.length && !atLineEnd()) {
      refuse(
        line,
        `column ${cells.length} has text after its closing quote: put a comma or a new line there`,
      );
    }
    pass();
    if (cells.length > 1 || cells[0]?.trim()) yield { line: start, cells };
  }
}

/**
 * The rows of a table whose first line names its columns, as many as are asked for. Columns come in any order;
 * names that nobody asks for are ignored. A row may lack cells at its end. Throws `invalid`.
 */
export function* readCsv(text: string, needed: readonly string[]): Generator<CsvRow> {
  let columns: string[] | undefined;
  for (const { line, cells } of lines(text)) {
    if (!columns) {
      columns = cells.map((name) => name.trim());
      const missing = needed.filter((name) => !columns?.includes(name));
      if (missing.length > 0) {
        refuse(line, `must name the columns, with commas between: there is no column ${missing.join(", ")}`);
      }
      const twice = columns.find((name, at) => name !== "" && columns?.indexOf(name) !== at);
      if (twice) refuse(line, `must name each column once: column ${twice.slice(0, 40)} is there twice`);
      continue;
    }
    if (cells.length > columns.length) {
      refuse(
        line,
        `column ${columns.length + 1} is one more than the first line names: quote a cell that holds commas`,
      );
    }
    yield { line, cells: new Map(columns.map((name, at) => [name, cells[at] ?? ""])) };
  }
  if (!columns) refuse(1, `must name the columns: ${needed.join(",")}`);
}
