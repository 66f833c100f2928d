import { and, asc, desc, eq, getTableColumns, gt, lt, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Database } from "../database/database.ts";
import type { ObjectKind } from "../database/enums.ts";
import {
  agents,
  audit,
  blackouts,
  hosts,
  jobs,
  projects,
  schedules,
  testRuns,
  tokens,
  webhooks,
} from "../database/schema.ts";
import { DAY_MS, HOUR_MS } from "../wire/durations.ts";
import type { Page } from "../wire/list-pages.ts";
import type { Author } from "./author.ts";

export type AuditRow = typeof audit.$inferSelect;

/** An audited table: the kind its rows have in the audit, and their project. */
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
  blackout: subject("blackout", blackouts, blackouts.projectId),
  webhook: subject("webhook", webhooks, webhooks.projectId),
};
type SubjectName = keyof typeof SUBJECTS;

/**
 * Columns that never appear in the audit: digests, lease marks, internal marks, and values that change without a user.
 */
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
  "results",
  "results_attempt",
  "results_revision",
  "settled_at",
  // The address of some receivers is a secret; `shown_target` stands for it.
  "target",
  "secret",
  "former_secret",
  "credential",
  "failing_since",
  "failures",
  "held_until",
  "badge_id",
]);

/** The values that a write sets, by the columns' property names. */
export type Changes = Readonly<Record<string, unknown>>;

const asJson = (column: SQLiteColumn, value: unknown): SQL => {
  const given =
    value === undefined
      ? sql`${column}`
      : value instanceof Object
        ? sql`${value}`
        : sql`${sql.param(value, column)}`;
  // D1 binds numbers as floats; without the cast the JSON would hold a float.
  if (column.dataType === "number") return sql`CAST(${given} AS INTEGER)`;
  return column.dataType === "boolean" ? sql`json(iif(${given}, 'true', 'false'))` : given;
};

/** Of a name and a value each: D1 gives a function at most 32 arguments. */
const MAX_FIELDS = 16;

/** A row as a JSON object, with `changes` applied: put together of objects that one call can make. */
const rowAsJson = ({ table }: Subject, changes: Changes = {}): SQL => {
  const fields = Object.entries(getTableColumns(table))
    .filter(([, column]) => !HIDDEN.has(column.name))
    .map(([name, column]) => sql`${sql.raw(`'${column.name}'`)}, ${asJson(column, changes[name])}`);
  const objects = Array.from({ length: Math.ceil(fields.length / MAX_FIELDS) }, (_, part) => {
    const some = fields.slice(part * MAX_FIELDS, (part + 1) * MAX_FIELDS);
    return sql`json_object(${sql.join(some, sql`, `)})`;
  });
  const names = objects.map((_, part) => sql.raw(`part${part}`));
  const insides = names.map((name) => sql`substr(${name}, 2, length(${name}) - 2)`);
  const parts = objects.map((object, part) => sql`${object} AS ${names[part]}`);
  return sql`(SELECT '{' || ${sql.join(insides, sql` || ',' || `)} || '}' FROM (SELECT ${sql.join(parts, sql`, `)}))`;
};

interface Recorded {
  name: SubjectName;
  before: SQL;
  after: SQL;
  where: SQL | undefined;
  join?: SQL | undefined;
}

/** Statement: inserts an audit row for each row of `where` that differs; once per request and object. */
const record = (db: Database, author: Author, { name, before, after, where, join = sql`` }: Recorded) => {
  const { table, kind, id, project } = SUBJECTS[name];
  return db.write(sql`
    INSERT INTO audit (at, action, token_id, by, address, request_id, object_kind, object_id, project_id, before, after)
    SELECT ${author.now}, ${author.action}, ${author.tokenId}, ${author.by}, ${author.address}, ${author.requestId},
      ${kind}, object_id, project_id, before, after
    FROM (SELECT ${id} AS object_id, ${project ?? null} AS project_id, ${before} AS before, ${after} AS after
    FROM ${table} ${join} WHERE ${where}) WHERE before IS NOT after
    ON CONFLICT DO NOTHING`);
};

const NOTHING = sql`NULL`;

/**
 * Statement before an UPDATE: records what `changes` do to the rows of `where`, the UPDATE's own guard. `join` is a
 * further source of the new values.
 */
export const recordChange = (
  db: Database,
  author: Author,
  { name, changes, where, join }: Pick<Recorded, "name" | "where" | "join"> & { changes: Changes },
) => {
  const subject = SUBJECTS[name];
  return record(db, author, {
    ...{ name, where, join },
    before: rowAsJson(subject),
    after: rowAsJson(subject, changes),
  });
};

/** Statement after an INSERT: records the new rows, which `where` selects. */
export const recordMade = (db: Database, author: Author, made: Pick<Recorded, "name" | "where">) =>
  record(db, author, { ...made, before: NOTHING, after: rowAsJson(SUBJECTS[made.name]) });

/** Statement before a DELETE: records the rows to be removed, which `where` selects. */
export const recordRemoved = (db: Database, author: Author, removed: Pick<Recorded, "name" | "where">) =>
  record(db, author, { ...removed, before: rowAsJson(SUBJECTS[removed.name]), after: NOTHING });

/** Statement: records an action that does not change the row itself. `before` and `after` are JSON. */
export const recordDone = (
  db: Database,
  author: Author,
  {
    name,
    values: { before = NOTHING, after },
    where,
  }: Pick<Recorded, "name" | "where"> & { values: { before?: SQL; after: SQL } },
) => record(db, author, { name, before, after, where });

export interface AuditFilter {
  action: string | undefined;
  objectKind: ObjectKind | undefined;
  objectId: number | undefined;
  tokenId: number | undefined;
  projectId: number | undefined;
  /** Inclusive; epoch milliseconds. */
  from: number | undefined;
  /** Exclusive; epoch milliseconds. */
  to: number | undefined;
}

const NO_OLDEST = 0;
const NO_NEWEST = Number.MAX_SAFE_INTEGER;

/**
 * The upper bound on the time between a change's timestamp (taken before its body is read) and its row, retries
 * included. Rows further apart than this have ids in the order of their times.
 */
const APART_MS = HOUR_MS;

/**
 * Ids that bound the range `from`..`to`, so that only rows between them are read. The plus before `at` in the
 * comparison keeps SQLite from using the index on times.
 */
const olderThan = (from: number): SQL =>
  sql`COALESCE((SELECT early.id FROM audit early WHERE early.at < ${from - APART_MS} ORDER BY early.at DESC LIMIT 1), ${NO_OLDEST})`;
const newerThan = (to: number): SQL =>
  sql`COALESCE((SELECT late.id FROM audit late WHERE late.at >= ${to + APART_MS} ORDER BY late.at LIMIT 1), ${NO_NEWEST})`;

/** A page of the audit, oldest or newest first; `page.after` is the last id of the previous page. */
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
          // One bound a side: SQLite uses at most one for its index search.
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

/** The minimum age of a removable row, counted from the newest row; a database trigger enforces it. */
const KEPT_MS = DAY_MS;

/** Removes up to `limit` rows older than `before`, oldest first. Returns their number. */
export const pruneAudit = async (db: Database, before: number, limit: number): Promise<number> => {
  const newest = sql`(SELECT MAX(newest.at) FROM audit newest)`;
  const old = and(lt(audit.at, before), sql`${audit.at} <= ${newest} - ${KEPT_MS}`);
  const aged = db.build.select({ id: audit.id }).from(audit).where(old).orderBy(audit.at).limit(limit);
  const [removed] = await db.batch([db.build.delete(audit).where(sql`${audit.id} IN (${aged})`)]);
  return removed.meta.changes;
};
