import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { knownTo } from "../../access/known-store.ts";
import type { Actor } from "../../access/permissions.ts";
import { type Database, isOneOf } from "../../database/database.ts";
import type { JobStatus } from "../../database/enums.ts";
import { hosts, outcomes, projects, site } from "../../database/schema.ts";
import { uncounted } from "../../jobs/outcome-store.ts";
import { DAY_MS, HOUR_MS } from "../../wire/durations.ts";
import { inScope } from "../project-store.ts";
import { ATTENTION_DAYS, attentionReads } from "./attention-store.ts";
import { nowReads } from "./now-store.ts";
import { MAX_SCANNED, type Scope, scanned } from "./scope-store.ts";

/** The maximum of a count; above it the page says "more than". */
export const MAX_COUNTED = 1000;
/** The maximum of groups of each kind on the page of all that asks for attention. */
const MAX_ATTENTION = 50;
/** The latest jobs of the last day whose waits are counted. */
export const MAX_WAITS = 300;

const asCounts = z.array(z.int());

/** The outcomes of a UTC day, as the tick counted them. */
export interface StoredDay {
  day: number;
  status: JobStatus;
  jobs: number;
  /** JSON: the counts by half hour, where they are known. */
  halfHours: string | null;
}

interface Counts {
  checkedAt: number | null;
  isEmpty: number;
  online: number;
  heard: number;
  hosts: number;
  running: number;
  notRun: number;
  failed: number;
  due: number;
}

/** All numbers of the overview in one statement: each is a count up to a bound, by an index. */
const countsRead = (db: Database, scope: Scope) => {
  const {
    actor,
    times: { now, dayAgo, hourAhead, heardAfter },
  } = scope;
  const counted = (matching: SQL) =>
    sql`(SELECT COUNT(*) FROM (${scanned(scope, { columns: sql`1`, matching, limit: MAX_COUNTED + 1 })}))`;
  const hostsOf = (matching: SQL) => sql`(SELECT COUNT(*) FROM (
    SELECT 1 FROM (SELECT * FROM hosts WHERE ${matching} LIMIT ${actor.projectIds === null ? MAX_COUNTED + 1 : MAX_SCANNED}) hosts
    WHERE ${hosts.retiredAt} IS NULL AND ${knownTo(actor) ?? sql`true`} LIMIT ${MAX_COUNTED + 1}))`;
  return db.read<Counts>(sql`SELECT (SELECT ${site.checkedAt} FROM ${site} LIMIT 1) AS checkedAt,
    NOT EXISTS (SELECT 1 FROM ${projects}) AS isEmpty,
    ${hostsOf(sql`presence = 'Online'`)} AS online,
    ${hostsOf(sql`presence = 'Offline' AND last_ping_at > ${heardAfter}`)} AS heard, ${hostsOf(sql`true`)} AS hosts,
    ${counted(sql`status = 'RUNNING'`)} AS running, ${counted(sql`status = 'NOT_RUN'`)} AS notRun,
    ${counted(sql`status = 'FAILED' AND status_changed_at > ${dayAgo}`)} AS failed,
    ${counted(sql`status = 'PLANNED' AND scheduled_at > ${now} AND scheduled_at <= ${hourAhead}`)} AS due`);
};

const timesOf = (now: number, windowMs: number) => ({
  now,
  dayAgo: now - DAY_MS,
  weekAgo: now - ATTENTION_DAYS * DAY_MS,
  hourAhead: now + HOUR_MS,
  heardAfter: now - windowMs,
  chartFrom: now,
});

/** All that asks for attention, in one round trip: of each kind the first groups. */
export const readAttention = async (
  db: Database,
  actor: Actor,
  { now, windowMs }: { now: number; windowMs: number },
) => {
  const scope: Scope = { actor, times: timesOf(now, windowMs) };
  const [read] = nowReads(db, scope, MAX_ATTENTION);
  const [failing, waiting, alarms, running] = await db.batch([
    ...attentionReads(db, scope, MAX_ATTENTION),
    read,
  ]);
  return { failing, waiting, alarms, running };
};

const isUnlimited = ({ projectIds, hostId }: Actor): boolean => projectIds === null && hostId === null;

/** What the tick counted by day, and what it has not counted yet. */
const daysRead = (db: Database, { actor, times: { chartFrom } }: Scope) => {
  const ofProjects =
    actor.projectIds === null ? sql`project_id = 0` : isOneOf(outcomes.projectId, actor.projectIds);
  return db.read<StoredDay>(sql`
    SELECT day, status, jobs, half_hours AS halfHours FROM ${outcomes} WHERE day >= ${chartFrom} AND ${ofProjects}
    UNION ALL SELECT day, status, SUM(jobs), json_group_object(half_hour, jobs) FROM (
      SELECT day, status, half_hour, SUM(jobs) AS jobs FROM ${uncounted(MAX_COUNTED)}
      WHERE day >= ${chartFrom} AND ${inScope(actor, "project_id")} GROUP BY 1, 2, 3) WHERE true GROUP BY 1, 2`);
};

const waitsRead = (db: Database, { actor, times: { now, dayAgo } }: Scope, edges: readonly number[]) => {
  const due = sql`SELECT scheduled_at, started_at FROM (
    SELECT scheduled_at, started_at, project_id FROM jobs INDEXED BY jobs_by_time
    WHERE scheduled_at >= ${dayAgo} AND scheduled_at <= ${now} ORDER BY scheduled_at DESC
    LIMIT ${actor.projectIds === null ? MAX_WAITS : MAX_SCANNED})
    WHERE ${inScope(actor, "project_id")} LIMIT ${MAX_WAITS}`;
  const under = sql.join(
    edges.map((edge) => sql`COUNT(CASE WHEN started_at - scheduled_at < ${edge} THEN 1 END)`),
    sql`, `,
  );
  return db.read<{ due: number; began: number; under: string }>(sql`
    SELECT COUNT(*) AS due, COUNT(started_at) AS began, json_array(${under}) AS under FROM (${due})`);
};

/**
 * Everything on the overview, in one round trip. `windowMs`: the length of a window of the half-hour check. `chartFrom` is the start of a UTC day. Of the latest jobs that came due
 * in the last day, counts those that began less than each of `edges` (milliseconds) after their time.
 */
export const readOverview = async (
  db: Database,
  actor: Actor,
  {
    now,
    windowMs,
    chartFrom,
    edges,
  }: { now: number; windowMs: number; chartFrom: number; edges: readonly number[] },
) => {
  const times = { ...timesOf(now, windowMs), chartFrom };
  const reads = (scope: Scope) =>
    [
      countsRead(db, scope),
      ...attentionReads(db, scope),
      ...nowReads(db, scope),
      daysRead(db, scope),
      waitsRead(db, scope, edges),
    ] as const;
  // Building these statements takes longer than all else: for a token without limits it is done once.
  const [counts, failing, waiting, alarms, running, coming, oldest, days, waits] = await db.batch(
    isUnlimited(actor)
      ? db.prepared(`overview ${edges.join()}`, times, (of) => reads({ actor, times: of }))
      : reads({ actor, times }),
  );
  const { checkedAt = null, isEmpty = 0, ...tiles } = counts[0] ?? {};
  const { due: cameDue = 0, began = 0, under = "[]" } = waits[0] ?? {};
  return {
    checkedAt,
    isEmpty: isEmpty === 1,
    tiles: { online: 0, heard: 0, hosts: 0, running: 0, notRun: 0, failed: 0, due: 0, ...tiles },
    failing,
    waiting,
    alarms,
    running,
    coming,
    oldest: oldest[0],
    days,
    waits: { due: cameDue, began, under: asCounts.parse(JSON.parse(under)) },
  };
};
