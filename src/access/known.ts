import type { Database } from "../database/database.ts";
import { notFound } from "../wire/refusals.ts";
import { type HostRow, type ProjectRow, readHost, readKnownHost, readProject } from "./known-store.ts";
import { type Actor, allowsHost } from "./permissions.ts";
import { TtlCache } from "./ttl-cache.ts";

const knownHosts = new TtlCache<true>();

/**
 * Whether the caller may access a host. A token limited to a host may access that one; a token limited to
 * projects, those that it registered or that have an agent in its projects; others, all. Cached for 30 s.
 */
export const mayAccessHost = async (
  { db, actor, now }: { db: Database; actor: Actor; now: number },
  host: number,
): Promise<boolean> => {
  const { tokenId, projectIds, hostId } = actor;
  if (projectIds === null || hostId !== null) return allowsHost(actor, host);
  const key = `${tokenId} ${host}`;
  if (knownHosts.get(key, now)) return true;
  const known = await readKnownHost(db, host, { tokenId, projectIds });
  if (known) knownHosts.set(key, true, now);
  return known;
};

/** Throws `not_found`. */
export const getHost = async ({ db }: { db: Database }, id: number): Promise<HostRow> => {
  const host = await readHost(db, id);
  if (!host) throw notFound("host", id);
  return host;
};

/** Throws `not_found`. */
export const getProject = async ({ db }: { db: Database }, projectId: number): Promise<ProjectRow> => {
  const project = await readProject(db, projectId);
  if (!project) throw notFound("project", projectId);
  return project;
};
