import { and, asc, desc, eq, getTableColumns, gt, lt, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Database } from "../database/database.ts";
import type { ObjectKind } from "../database/enums.ts";
import { agents, audit, hosts, jobs, projects, schedules, testRuns, tokens } from "../database/schema.ts";
import { DAY_MS, HOUR_MS } from "../wire/durations.ts";
import type { Page } from "../wire/list-pages.ts";
import type { Author } from "./author.ts";

export type AuditRow = typeof audit.$inferSelect;

/** A table whose changes are audited: what its rows are called, and the project that they belong to. */
interface Subject {
  table: SQLiteTable;
  kind: ObjectKind;
  id: SQLiteColumn;
  project: SQLiteColumn | undefined;
}

const subject = (
  kind: ObjectKind,
  table: SQLiteTable & { id: SQLiteColumn },
  project: SQLiteColumn | undefined,
): Subject => ({ table, kind, id: table.id, project });

const SUBJECTS = {
  project: subject("project", projects, projects.id),
  host: subject("host", hosts, undefined),
  agent: subject("agent", agents, agents.projectId),
  testRun: subject("test_run", testRuns, testRuns.projectId),
  schedule: subject("schedule", schedules, schedules.projectId),
  job: subject("job", jobs, jobs.projectId),
  token: subject("token", tokens, undefined),
};
type SubjectName = keyof typeof SUBJECTS;

/** What no audit row shows: secrets' traces, what a lease is known by, our own marks, and what moves by itself. */
const HIDDEN = new Set([
  "digest",
  "holder",
  "creation_key",
  "rotation_key",
  "place",
  "id",
  "last_ping_at",
  "previous_ping_at",
  "contact_at",
  "registered_at",
  "last_used_at",
  "presence",
  "presence_changed_at",
  "plan_due_at",
  "deleted_test_run_id",
]);

/** What a write sets, by the table's own column names. */
export type Changes = Readonly<Record<string, unknown>>;

const asJson = (column: SQLiteColumn, value: unknown): SQL => {
  const given =
    value === undefined
      ? sql`${column}`
      : value instanceof Object
        ? sql`${value}`
        : sql`${sql.param(value, column)}`;
  // A bound number comes as a float, and would be written as one.
  if (column.dataType === "number") return sql`CAST(${given} AS INTEGER)`;
  return column.dataType === "boolean" ? sql`json(iif(${given}, 'true', 'false'))` : given;
};

/** A row as a JSON object, as it will be once `changes` are made. */
const rowAsJson = ({ table }: Subject, changes: Changes = {}): SQL => {
  const fields = Object.entries(getTableColumns(table))
    .filter(([, column]) => !HIDDEN.has(column.name))
    .map(([name, column]) => sql`${sql.raw(`'${column.name}'`)}, ${asJson(column, changes[name])}`);
  return sql`json_object(${sql.join(fields, sql`, `)})`;
};

/** Statement: a row of audit for each of `rows` (object_id, project_id, before, after) that tells of a change; once a request and object. */
const record = (db: Database, author: Author, { object: { kind }, rows }: { object: Subject; rows: SQL }) =>
  db.write(sql`
    INSERT INTO audit (at, action, token_id, by, address, request_id, object_kind, object_id, project_id, before, after)
    SELECT ${author.now}, ${author.action}, ${author.tokenId}, ${author.by}, ${author.address}, ${author.requestId},
      ${kind}, object_id, project_id, before, after
    FROM (${rows}) WHERE before IS NOT after
    ON CONFLICT DO NOTHING`);

const rowsOf = (
  { table, id, project }: Subject,
  {
    before,
    after,
    where,
    join = sql``,
  }: { before: SQL; after: SQL; where: SQL | undefined; join?: SQL | undefined },
): SQL =>
  sql`SELECT ${id} AS object_id, ${project ?? null} AS project_id, ${before} AS before, ${after} AS after
    FROM ${table} ${join} WHERE ${where}`;

/** Statement before an UPDATE: what `changes` will make of the rows that `where` picks, which is the UPDATE's own guard. `join` names what else the changes are taken from. */
export const recordChange = (
  db: Database,
  author: Author,
  { name, changes, where, join }: { name: SubjectName; changes: Changes; where: SQL | undefined; join?: SQL },
) => {
  const subject = SUBJECTS[name];
  const [before, after] = [rowAsJson(subject), rowAsJson(subject, changes)];
  return record(db, author, { object: subject, rows: rowsOf(subject, { before, after, where, join }) });
};

/** Statement after an INSERT: the rows that it made, which `where` picks. */
export const recordMade = (
  db: Database,
  author: Author,
  { name, where }: { name: SubjectName; where: SQL | undefined },
) => {
  const subject = SUBJECTS[name];
  return record(db, author, {
    object: subject,
    rows: rowsOf(subject, { before: sql`NULL`, after: rowAsJson(subject), where }),
  });
};

/** Statement before a DELETE: the rows that it removes, which `where` picks. */
export const recordRemoved = (
  db: Database,
  author: Author,
  { name, where }: { name: SubjectName; where: SQL | undefined },
) => {
  const subject = SUBJECTS[name];
  return record(db, author, {
    object: subject,
    rows: rowsOf(subject, { before: rowAsJson(subject), after: sql`NULL`, where }),
  });
};

/** Statement: something done with what `where` picks that its own row doesn't show. `before` and `after` are JSON. */
export const recordDone = (
  db: Database,
  author: Author,
  {
    name,
    values: { before = sql`NULL`, after },
    where,
  }: { name: SubjectName; values: { before?: SQL; after: SQL }; where: SQL | undefined },
) => {
  const subject = SUBJECTS[name];
  return record(db, author, { object: subject, rows: rowsOf(subject, { before, after, where }) });
};

export interface AuditFilter {
  action: string | undefined;
  objectKind: ObjectKind | undefined;
  objectId: number | undefined;
  tokenId: number | undefined;
  projectId: number | undefined;
  /** At or after; epoch milliseconds. */
  from: number | undefined;
  /** Before. */
  to: number | undefined;
}

const NO_OLDEST = 0;
const NO_NEWEST = Number.MAX_SAFE_INTEGER;

/**
 * Longer than a change takes from its time, which is before its body came, to its row, every try of it included: rows
 * further apart are in the order of their ids.
 */
const APART_MS = HOUR_MS;

/**
 * A row that is surely older than all from `from` on, or newer than all before `to`, by its id: so that only those between
 * are read. Their times are compared behind a plus, by which SQLite leaves the index of times alone.
 */
const olderThan = (from: number): SQL =>
  sql`COALESCE((SELECT early.id FROM audit early WHERE early.at < ${from - APART_MS} ORDER BY early.at DESC LIMIT 1), ${NO_OLDEST})`;
const newerThan = (to: number): SQL =>
  sql`COALESCE((SELECT late.id FROM audit late WHERE late.at >= ${to + APART_MS} ORDER BY late.at LIMIT 1), ${NO_NEWEST})`;

/** A page of the audit, oldest or newest first; `page.after` is the id that the last page ended with. */
export const readAudit = async (
  db: Database,
  filter: AuditFilter,
  { order, page }: { order: "oldest" | "newest"; page: Page },
): Promise<AuditRow[]> => {
  const optional = <Value>(value: Value | undefined, condition: (value: Value) => SQL) =>
    value === undefined ? undefined : condition(value);
  const [after, before] = order === "oldest" ? [page.after, NO_NEWEST] : [NO_OLDEST, page.after || NO_NEWEST];
  const from = filter.from === undefined ? NO_OLDEST : olderThan(filter.from);
  const to = filter.to === undefined ? NO_NEWEST : newerThan(filter.to);
  const [rows] = await db.batch([
    db.build
      .select()
      .from(audit)
      .where(
        and(
          // One bound on each side: SQLite looks for rows by no more.
          gt(audit.id, sql`MAX(${after}, ${from})`),
          lt(audit.id, sql`MIN(${before}, ${to})`),
          optional(filter.action, (action) => eq(audit.action, action)),
          optional(filter.objectKind, (kind) => eq(audit.objectKind, kind)),
          optional(filter.objectId, (id) => eq(audit.objectId, id)),
          optional(filter.tokenId, (id) => eq(audit.tokenId, id)),
          optional(filter.projectId, (id) => eq(audit.projectId, id)),
          optional(filter.from, (from) => sql`+${audit.at} >= ${from}`),
          optional(filter.to, (to) => sql`+${audit.at} < ${to}`),
        ),
      )
      .orderBy(order === "oldest" ? asc(audit.id) : desc(audit.id))
      .limit(page.limit + 1),
  ]);
  return rows;
};

/** How long the database itself keeps a row at least, behind the newest; a trigger says so. */
const KEPT_MS = DAY_MS;

/** Removes at most `most` rows from before `before`, oldest first. Gives how many. */
export const pruneAudit = async (db: Database, before: number, most: number): Promise<number> => {
  const newest = sql`(SELECT MAX(newest.at) FROM audit newest)`;
  const old = and(lt(audit.at, before), sql`${audit.at} <= ${newest} - ${KEPT_MS}`);
  const aged = db.build.select({ id: audit.id }).from(audit).where(old).orderBy(audit.at).limit(most);
  const [removed] = await db.batch([db.build.delete(audit).where(sql`${audit.id} IN (${aged})`)]);
  return removed.meta.changes;
};
