import { and, eq, exists, gt, isNull, ne, notExists, sql } from "drizzle-orm";
import { isProject } from "../access/known-store.ts";
import type { Author } from "../audit/author.ts";
import { recordChange, recordMade } from "../audit/store.ts";
import { type Database, isOneOf } from "../database/database.ts";
import { agents, hosts, jobs, projects } from "../database/schema.ts";
import type { Change } from "../host-object/cache-invalidation.ts";
import { OPEN } from "../jobs/status.ts";
import { statusIn } from "../jobs/store.ts";
import { moveJobs } from "../jobs/transition-store.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, readClaim, releaseKey, unclaimed } from "../replay/store.ts";
import { settleActivated } from "../schedules/control-store.ts";
import { pauseSchedulesOf } from "../schedules/pause-store.ts";
import type { Page } from "../wire/list-pages.ts";
import { numberFree, other } from "./number-store.ts";

export type AgentRow = typeof agents.$inferSelect;

export interface AgentPlace {
  hostId: number;
  projectId: number;
}

export interface AgentFacts {
  clientNumber: string;
  name: string;
  framework: string;
  frameworkId: string;
  active: boolean;
}

const livingHost = (db: Database, hostId: number) =>
  exists(
    db.build
      .select({ id: hosts.id })
      .from(hosts)
      .where(and(eq(hosts.id, hostId), isNull(hosts.retiredAt))),
  );

/** The change to `inactiveSince`: cleared when active, set (once) when inactive, absent when `active` is not given. */
const activity = (active: boolean | undefined, now: number) =>
  active === undefined
    ? {}
    : { inactiveSince: active ? null : sql`COALESCE(${agents.inactiveSince}, ${now})` };

const isActive = ({ active }: { active?: boolean }) => sql`${active ? 1 : 0}`;

/**
 * Creates an agent, or updates the one with this host, project and number, even if deleted; once per key. The row's
 * `creationKey` shows which.
 */
export const upsertAgent = async (
  { db }: Change,
  { hostId, projectId }: AgentPlace,
  { facts, author, creation }: { facts: AgentFacts; author: Author; creation: Creation },
) => {
  const { now, creationKey } = { ...author, ...creation };
  const renewal = { ...facts, ...activity(facts.active, now), deletedAt: null };
  const free = and(
    livingHost(db, hostId),
    numberFree(db, { hostId, clientNumber: facts.clientNumber, clash: ne(other.projectId, projectId) }),
    unclaimed(db, creation),
  );
  const known = and(
    eq(agents.hostId, hostId),
    eq(agents.projectId, projectId),
    eq(agents.clientNumber, facts.clientNumber),
  );
  const made = and(known, livingHost(db, hostId), isNull(agents.deletedAt));
  const [, , , , , rows, , , claim, there] = await db.batch([
    claimKey(db, creation),
    ...settleActivated(db, and(known, free, isActive(facts)), now),
    recordChange(db, author, { name: "agent", changes: renewal, where: and(known, free) }),
    db.build
      .insert(agents)
      .select(
        db.build
          .select({
            id: sql<number>`NULL`.as("id"),
            hostId: sql<number>`${hostId}`.as("host_id"),
            projectId: projects.id,
            clientNumber: sql<string>`${facts.clientNumber}`.as("client_number"),
            name: sql<string>`${facts.name}`.as("name"),
            framework: sql<string>`${facts.framework}`.as("framework"),
            frameworkId: sql<string>`${facts.frameworkId}`.as("framework_id"),
            active: sql<boolean>`${facts.active ? 1 : 0}`.as("active"),
            inactiveSince: sql<number | null>`${facts.active ? null : now}`.as("inactive_since"),
            deletedAt: sql<number | null>`NULL`.as("deleted_at"),
            creationKey: sql<string>`${creationKey}`.as("creation_key"),
          })
          .from(projects)
          .where(and(isProject(projectId), free)),
      )
      .onConflictDoUpdate({
        target: [agents.hostId, agents.clientNumber, agents.projectId],
        set: renewal,
      })
      .returning(),
    recordMade(db, author, { name: "agent", where: eq(agents.creationKey, creationKey) }),
    releaseKey(db, creation, sql`(SELECT 1 FROM ${agents} WHERE ${and(made, free)})`),
    readClaim(db, creation),
    db.build.select().from(agents).where(made),
  ]);
  return { claim: claim[0], agent: rows[0] ?? (claim[0] && there[0]) };
};

const at = ({ hostId, projectId }: AgentPlace, id: number) =>
  and(
    eq(agents.id, id),
    eq(agents.hostId, hostId),
    eq(agents.projectId, projectId),
    isNull(agents.deletedAt),
  );

/** Updates an agent unless another at this host has the new number. Facts that are not given stay. */
export const updateAgent = async (
  { db }: Change,
  place: AgentPlace,
  { id, facts, author }: { id: number; facts: Partial<AgentFacts>; author: Author },
): Promise<AgentRow | undefined> => {
  const { now } = author;
  const changes = { ...facts, ...activity(facts.active, now) };
  const free =
    facts.clientNumber === undefined
      ? undefined
      : numberFree(db, {
          hostId: place.hostId,
          clientNumber: facts.clientNumber,
          clash: ne(other.id, id),
          keptIn: place.projectId,
        });
  const updatable = and(at(place, id), livingHost(db, place.hostId), free);
  const [, , , , rows] = await db.batch([
    ...settleActivated(db, and(at(place, id), free, isActive(facts)), now),
    recordChange(db, author, { name: "agent", changes, where: updatable }),
    db.build.update(agents).set(changes).where(updatable).returning(),
  ]);
  return rows[0];
};

export const readAgent = async (
  db: Database,
  place: AgentPlace,
  id: number,
): Promise<AgentRow | undefined> => {
  const [rows] = await db.batch([
    db.build
      .select()
      .from(agents)
      .where(and(at(place, id), livingHost(db, place.hostId))),
  ]);
  return rows[0];
};

/** The agents of a host (of one project if given, and only in the projects of `among` if given), a page by id. */
export const readAgents = async (
  db: Database,
  {
    hostId,
    projectId,
    among,
  }: { hostId: number; projectId: number | undefined; among: readonly number[] | null },
  page: Page,
) => {
  const [host, project, rows] = await db.batch([
    db.build
      .select({ id: hosts.id })
      .from(hosts)
      .where(and(eq(hosts.id, hostId), isNull(hosts.retiredAt))),
    db.build
      .select({ id: projects.id })
      .from(projects)
      .where(isProject(projectId ?? 0)),
    db.build
      .select()
      .from(agents)
      .where(
        and(
          eq(agents.hostId, hostId),
          projectId === undefined ? undefined : eq(agents.projectId, projectId),
          among === null ? undefined : isOneOf(agents.projectId, among),
          isNull(agents.deletedAt),
          gt(agents.id, page.after),
        ),
      )
      .orderBy(agents.id)
      .limit(page.limit + 1),
  ]);
  return { hostExists: host.length > 0, projectExists: project.length > 0, rows };
};

/**
 * Deletes an agent and cancels its open jobs in one batch, once per key. Changes nothing while one of its jobs runs.
 */
export const deleteAgent = async (
  db: Database,
  { id, ...place }: AgentPlace & { id: number },
  { author, creation }: { author: Author; creation: Creation },
) => {
  const { by, now } = author;
  const deleting = {
    deletedAt: now,
    active: false,
    inactiveSince: sql`COALESCE(${agents.inactiveSince}, ${now})`,
  };
  const running = db.build
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(eq(jobs.hostId, place.hostId), eq(jobs.agentId, id), statusIn(["RUNNING"])));
  const unanswered = unclaimed(db, creation);
  const deletable = and(at(place, id), livingHost(db, place.hostId), notExists(running), unanswered);
  const picked = sql`(SELECT ${agents.id} FROM ${agents} WHERE ${deletable})`;
  const done = sql`${agents.id} = ${id} AND ${agents.hostId} = ${place.hostId}
    AND (${agents.deletedAt} = ${now} OR NOT ${unanswered})`;
  const [, , , , , , , , , claim, rows] = await db.batch([
    claimKey(db, creation),
    ...moveJobs(db, {
      from: OPEN,
      to: "CANCELLED",
      by,
      now,
      reason: "agent_deleted",
      where: and(
        eq(jobs.agentId, id),
        exists(db.build.select({ id: agents.id }).from(agents).where(deletable)),
      ),
    }),
    ...pauseSchedulesOf(db, picked, { note: `agent ${id} was deleted`, author }),
    recordChange(db, author, { name: "agent", changes: deleting, where: deletable }),
    db.build.update(agents).set(deleting).where(deletable),
    releaseKey(db, creation, sql`(SELECT 1 FROM ${agents} WHERE ${done})`),
    readClaim(db, creation),
    db.build.select().from(agents).where(done),
  ]);
  return { claim: claim[0], agent: rows[0] };
};
