import * as z from "zod";
import type { Call } from "../call.ts";
import { copiedTables, type DatabaseTable } from "../database/copied-tables.ts";
import type { CopiedRows } from "../database/object-copy.ts";
import { SCHEMA_VERSION } from "../database/schema-version.ts";
import { described } from "../wire/described.ts";
import { formatWireTime } from "../wire/times.ts";
import { type Cursor, cursorIn, cursorText, notACursor } from "./export-cursor.ts";
import { type Extent, readObjectIds, readTablePage, readTop } from "./export-store.ts";
import { smallFileLines } from "./small-files.ts";

/** The number of the format of exports. */
export const EXPORT_FORMAT = 1;

const PAGE_BYTES = 512 * 1024;
/** How many objects are asked at once, and about how many bytes of each. */
const OBJECTS = 16;
const OBJECT_BYTES = 64 * 1024;
/** The maximum of stages, and of pages of objects, in one answer: each is a few calls. */
const MAX_STEPS = 40;
/** Counted for each file, which is a call: an answer has some hundred at most. */
const FILE_COST = 4096;
/** How often the counts are read again because a tick came between. */
const MAX_COUNTED = 4;

export const exportQuery = described(
  z.object({
    after: z.string().max(16_000, "must be as the Link header of the last answer has it").optional(),
  }),
  { fields: { after: "Where to go on, as the Link header of the last answer has it." } },
);

/** The kinds of objects, with the tables of their ids. */
const OBJECT_TABLES = { project: "projects", host: "hosts" } as const;
export type ObjectKind = keyof typeof OBJECT_TABLES;

type Stage = { table: DatabaseTable } | { objects: ObjectKind };

const stagesOf = (): Stage[] => {
  const { first, counts, last } = copiedTables();
  const asStage = (table: DatabaseTable) => ({ table });
  return [
    ...first.map(asStage),
    { objects: "project" },
    { objects: "host" },
    ...[...counts, ...last].map(asStage),
  ];
};

const stageOf = (stages: readonly Stage[], name: string): number =>
  stages.findIndex((stage) => "table" in stage && stage.table.name === name);

/** The lines of a table's rows: what they are of, then each row. */
const linesOf = (
  { table, columns, rows }: CopiedRows,
  object?: { kind: ObjectKind; id: number },
): string[] => {
  if (rows.length === 0) return [];
  const of = object
    ? { table: `${object.kind}.${table}`, [object.kind]: object.id, columns }
    : { table, columns };
  return [JSON.stringify(of), ...rows];
};

/** Lines for an answer, and where the export goes on; null: it is over. */
interface Step {
  lines: string[];
  next: Cursor | null;
}

const following = (cursor: Cursor, stages: readonly Stage[]): Cursor | null =>
  cursor.stage + 1 < stages.length ? { ...cursor, stage: cursor.stage + 1, key: null, object: null } : null;

/** The row of the site, which says what the tick has counted; "" without one. */
const readSite = async ({ db }: Call, extent: Extent): Promise<string> => {
  const table = copiedTables().counts.find(({ name }) => name === "site");
  if (!table) return "";
  const { sections } = await readTablePage(db, table, { after: null, extent, budget: PAGE_BYTES });
  return sections.flatMap(({ rows }) => rows).join();
};

const tableStep = async (
  call: Call,
  cursor: Cursor,
  { table, stages, budget }: { table: DatabaseTable; stages: readonly Stage[]; budget: number },
): Promise<Step> => {
  const counts = stageOf(stages, copiedTables().counts[0]?.name ?? "");
  const isFirstCount = cursor.stage === counts && cursor.key === null;
  const at = isFirstCount
    ? { ...cursor, site: await readSite(call, cursor), counted: cursor.counted + 1 }
    : cursor;
  if (at.key && at.key.length !== table.key.length) throw notACursor();
  const { sections, next } = await readTablePage(call.db, table, { after: at.key, extent: at, budget });
  const lines = sections.flatMap((section) => linesOf(section));
  if (next) return { lines, next: { ...at, key: next } };
  const isMoved = table.name === "site" && sections.flatMap(({ rows }) => rows).join() !== at.site;
  if (isMoved && at.counted < MAX_COUNTED) return { lines, next: { ...at, stage: counts, key: null } };
  return { lines, next: following(at, stages) };
};

const objectStep = async (
  call: Call,
  cursor: Cursor,
  { kind, stages }: { kind: ObjectKind; stages: readonly Stage[] },
): Promise<Step> => {
  const [after = 0] = cursor.key ?? [];
  const upTo = cursor.top[OBJECT_TABLES[kind]] ?? 0;
  const ids = await readObjectIds(call.db, kind, { after: Number(after), upTo, limit: OBJECTS });
  const pages = await Promise.all(
    ids.map((id) => {
      const place = cursor.object?.id === id ? cursor.object : null;
      const from = place && { table: place.table, key: place.key };
      return kind === "project"
        ? call.results(id, (object) => object.exportRows(from, OBJECT_BYTES))
        : call.host(id, (object) => object.exportRows(from, OBJECT_BYTES));
    }),
  );
  const lines: string[] = [];
  let done = Number(after);
  for (const [place, { sections, next }] of pages.entries()) {
    const id = ids[place] ?? 0;
    for (const section of sections) {
      lines.push(...linesOf(section, { kind, id }));
      if (kind === "project" && section.table === "files")
        lines.push(...(await smallFileLines(call, section)));
    }
    if (next) return { lines, next: { ...cursor, key: [done], object: { id, ...next } } };
    done = id;
  }
  if (ids.length < OBJECTS) return { lines, next: following(cursor, stages) };
  return { lines, next: { ...cursor, key: [done], object: null } };
};

const begin = async ({ db, now }: Call): Promise<Cursor> => ({
  at: now,
  top: await readTop(db),
  stage: 0,
  key: null,
  object: null,
  site: "",
  counted: 0,
});

/** The first line of an export. */
const headOf = ({ now }: Call): string =>
  JSON.stringify({ muster_export: EXPORT_FORMAT, schema: SCHEMA_VERSION, at: formatWireTime(now) });

/**
 * A page of the export of the whole installation: JSON lines of about half a megabyte, and where it goes on; undefined after
 * the last page. Asked for again, a page is read again. Throws `invalid`.
 */
export const exportPage = async (
  call: Call,
  after: string | undefined,
): Promise<{ lines: string[]; next: string | undefined }> => {
  const stages = stagesOf();
  const lines = after === undefined ? [headOf(call)] : [];
  let cursor: Cursor | null = after === undefined ? await begin(call) : cursorIn(after);
  let budget = PAGE_BYTES;
  for (let steps = 0; cursor && budget > 0 && steps < MAX_STEPS; steps++) {
    const stage: Stage | undefined = stages[cursor.stage];
    if (!stage) return { lines, next: undefined };
    const step: Step =
      "table" in stage
        ? await tableStep(call, cursor, { table: stage.table, stages, budget })
        : await objectStep(call, cursor, { kind: stage.objects, stages });
    for (const line of step.lines) {
      lines.push(line);
      budget -= Math.max(line.length, line.startsWith('{"file"') ? FILE_COST : 0);
    }
    cursor = step.next;
  }
  return { lines, next: cursor ? cursorText(cursor) : undefined };
};
