import * as z from "zod";
import { copiedTables, type DatabaseTable } from "../database/copied-tables.ts";
import { SEQUENCES } from "../database/copy-sql.ts";
import { COPIED_HOST } from "../host-object/copied-host.ts";
import { COPIED_RESULTS } from "../project-results/copied-results.ts";
import { type FieldError, invalid } from "../wire/refusals.ts";
import type { ObjectKind } from "./export-pages.ts";
import { isFileKey } from "./file-keys.ts";
import { bytesIn, SMALL_BYTES, type SmallFile } from "./small-files.ts";

/** The maximum of tables in one request: each is a call or a few. */
const MAX_SECTIONS = 100;
const MAX_COLUMNS = 90;
const MAX_TYPE = 255;
const MAX_ID = 999_999_999_999_999;

const objectId = z.int().min(1).max(MAX_ID).optional();
const headShape = z.strictObject({
  table: z.string(),
  project: objectId,
  host: objectId,
  columns: z.array(z.string()).min(1).max(MAX_COLUMNS),
});

/** Rows of a table of D1, or of one object. */
export interface Section {
  target: DatabaseTable | { kind: ObjectKind; id: number; table: string };
  columns: string[];
  rows: string[];
}

/** What the lines of one request have. */
export interface Restored {
  sections: Section[];
  files: SmallFile[];
}

const fileShape = z.strictObject({
  file: z.string().refine(isFileKey),
  content_type: z.string().min(1).max(MAX_TYPE),
  bytes: z.int().min(0).max(SMALL_BYTES),
});

const wrong = (place: number, message: string): Error => {
  const error: FieldError = { field: `line ${place + 1}`, message };
  return invalid([error]);
};

const parsed = (line: string, place: number): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    throw wrong(place, "must be JSON");
  }
};

const OBJECT_TABLES = { project: COPIED_RESULTS, host: COPIED_HOST } as const;

/** What a line of a file's key says of the bytes behind it. */
const fileOf = (head: unknown, place: number): SmallFile & { expected: number } => {
  const { data } = fileShape.safeParse(head);
  if (!data)
    throw wrong(
      place,
      `must be the key of a run's file, its content_type and its bytes, at most ${SMALL_BYTES}`,
    );
  return { key: data.file, contentType: data.content_type, bytes: new Uint8Array(), expected: data.bytes };
};

/** What a line of a table's name and columns says of the rows behind it. */
const sectionOf = (head: unknown, place: number): Section => {
  const { data } = headShape.safeParse(head);
  if (!data)
    throw wrong(place, "must be an object of table and columns, and of project or host if it is of one");
  const { table: name, columns } = data;
  if (new Set(columns).size < columns.length) throw wrong(place, "must name each column once");
  const [kind, of] = name.startsWith("project.")
    ? (["project", name.slice("project.".length)] as const)
    : (["host", name.slice("host.".length)] as const);
  const isObject = name.startsWith(`${kind}.`);
  const table = isObject
    ? OBJECT_TABLES[kind].find((each) => each.name === of)
    : copiedTables().all.find((each) => each.name === name);
  if (!table)
    throw wrong(place, `names the table ${JSON.stringify(name.slice(0, 80))}, which is not restored`);
  const missing = table.key.find((column) => !columns.includes(column));
  if (missing !== undefined) throw wrong(place, `must name the column ${missing}`);
  if ("hasOwnIds" in table) return { target: table, columns, rows: [] };
  const id = data[kind];
  if (id === undefined) throw wrong(place, `must name the ${kind}`);
  return { target: { kind, id, table: table.name }, columns, rows: [] };
};

const isScalar = (value: unknown): boolean =>
  value === null || typeof value === "string" || typeof value === "number";

const checkRow = ({ target, columns }: Section, line: string, place: number): void => {
  const row = parsed(line, place);
  if (!Array.isArray(row) || row.length !== columns.length || !row.every(isScalar))
    throw wrong(place, `must be an array of ${columns.length} numbers, strings and nulls`);
  if (!("hasOwnIds" in target) || target.name !== SEQUENCES.name) return;
  const isKnown = columns.join() === SEQUENCES.columns.join() && copiedTables().numbered.includes(row[0]);
  if (!isKnown || !Number.isSafeInteger(row[1])) throw wrong(place, "must be a table's name and its last id");
};

/**
 * The rows and small files in lines of an export. Rows stay text, so that no value changes; that they are what they should
 * be is checked. Throws `invalid`.
 */
export const restoredIn = (text: string): Restored => {
  const sections: Section[] = [];
  const files: (SmallFile & { expected: number })[] = [];
  let isFile = false;
  const lines = text.endsWith("\n") ? text.slice(0, -1).split("\n") : text.split("\n");
  for (const [place, line] of lines.entries()) {
    if (line.startsWith("{")) {
      const head = parsed(line, place);
      isFile = "file" in Object(head);
      if (isFile) files.push(fileOf(head, place));
      else sections.push(sectionOf(head, place));
      if (sections.length + files.length > MAX_SECTIONS)
        throw wrong(place, `is one table or file more than the ${MAX_SECTIONS} of a request`);
      continue;
    }
    const [section, file] = [sections.at(-1), files.at(-1)];
    if (isFile && file) {
      const bytes = bytesIn(parsed(line, place));
      if (bytes?.byteLength !== file.expected) throw wrong(place, `must be ${file.expected} bytes in base64`);
      file.bytes = bytes;
    } else if (section) {
      checkRow(section, line, place);
      section.rows.push(line);
    } else throw wrong(place, "must say of which table the rows are");
  }
  const short = files.find(({ bytes, expected }) => bytes.byteLength !== expected);
  if (short)
    throw invalid([{ field: "body", message: `has no bytes of ${JSON.stringify(short.key.slice(0, 200))}` }]);
  return { sections, files };
};
