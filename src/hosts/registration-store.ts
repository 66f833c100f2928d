import { and, eq, isNull, ne, notExists, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { type HostRow, type Knower, knownTo } from "../access/known-store.ts";
import type { Author } from "../audit/author.ts";
import { recordChange, recordMade } from "../audit/store.ts";
import { type Database, isOneOf } from "../database/database.ts";
import { agents, hosts, tokens } from "../database/schema.ts";
import { doubtRuns } from "../jobs/doubt-store.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, madeBy, readClaim, releaseKey, unclaimed } from "../replay/store.ts";
import { addToken, type NewToken, tokenRecorded } from "../tokens/store.ts";

/** The facts that a host reports about itself. Of a known host, a version or labels that are not given stay. */
export type HostFacts = Pick<HostRow, "guid" | "guidAsSent" | "name" | "ipAddress" | "macAddress"> &
  Partial<Pick<HostRow, "version" | "labels">>;

/** Statement: inserts a host if `guard` holds and the guid is new. */
const insertHost = (
  db: Database,
  facts: HostFacts,
  {
    author: { now, tokenId },
    creation: { creationKey },
    guard,
  }: { author: Author; creation: Creation; guard: SQL },
) =>
  db.write(sql`
    INSERT INTO hosts (guid, guid_as_sent, name, ip_address, mac_address, version, labels, registered_at,
      registered_by, creation_key)
    SELECT ${facts.guid}, ${facts.guidAsSent}, ${facts.name}, ${facts.ipAddress}, ${facts.macAddress},
      ${facts.version ?? null}, ${facts.labels ?? null}, ${now}, ${tokenId}, ${creationKey}
    WHERE ${guard}
    ON CONFLICT (guid) DO NOTHING`);

/**
 * Creates a host, or updates the one with this guid (even retired) if the caller may see it. A token limited to a host
 * creates none. `creationKey` in the row shows which. Once per key; a repeat reads the host. No host if the caller may
 * not do it.
 */
export const upsertHost = async (
  db: Database,
  facts: HostFacts,
  { knower, author, creation }: { knower: Knower; author: Author; creation: Creation },
) => {
  const { creationKey } = creation;
  const renewal = {
    ...facts,
    registeredAt: author.now,
    registeredBy: knower.tokenId,
    retiredAt: null,
  };
  const known = and(eq(hosts.guid, facts.guid), knownTo(knower));
  const renewable = and(known, unclaimed(db, creation));
  const mayMake = sql`${knower.hostId === null ? 1 : 0} AND ${unclaimed(db, creation)}`;
  const [, , , , , , , claim, rows] = await db.batch([
    claimKey(db, creation),
    recordChange(db, author, { name: "host", changes: renewal, where: renewable }),
    db.build.update(hosts).set(renewal).where(renewable),
    doubtRuns(db, { hostId: sql`(SELECT ${hosts.id} FROM ${hosts} WHERE ${renewable})` }, author.now),
    insertHost(db, facts, { author, creation, guard: mayMake }),
    recordMade(db, author, { name: "host", where: eq(hosts.creationKey, creationKey) }),
    releaseKey(db, creation, sql`(SELECT 1 FROM ${hosts} WHERE ${known})`),
    readClaim(db, creation),
    db.build.select().from(hosts).where(known),
  ]);
  return { claim: claim[0], host: rows[0] };
};

/**
 * Creates a host and a token limited to it, both or neither, once per key; neither if the guid is known. Returns the
 * key's host while its token is valid.
 */
export const enrolHost = async (
  db: Database,
  facts: HostFacts,
  { token, author, creation }: { token: Omit<NewToken, "hostId">; author: Author; creation: Creation },
) => {
  const mine = eq(hosts.creationKey, creation.creationKey);
  const hostId = sql`(SELECT ${hosts.id} FROM ${hosts} WHERE ${mine})`;
  const holds = sql`EXISTS (SELECT 1 FROM ${tokens} WHERE ${tokens.digest} = ${token.digest}
    AND ${tokens.hostId} = ${hosts.id} AND ${tokens.revokedAt} IS NULL)`;
  const [, , , , , , claim, rows] = await db.batch([
    claimKey(db, creation),
    insertHost(db, facts, { author, creation, guard: sql`${unclaimed(db, creation)}` }),
    addToken(db, { ...token, hostId }, { creation, guard: sql`EXISTS ${hostId}` }),
    recordMade(db, author, { name: "host", where: mine }),
    tokenRecorded(db, author, creation),
    releaseKey(db, creation, hostId),
    readClaim(db, creation),
    db.build
      .select()
      .from(hosts)
      .where(and(madeBy(hosts.creationKey, creation), isNull(hosts.retiredAt), holds)),
  ]);
  return { claim: claim[0], host: rows[0] };
};

/**
 * A token limited to projects cannot change a host's guid while agents of other projects are on it: whoever registers
 * the old guid next would get them.
 */
const mayRename = (guid: string, { projectIds, hostId }: Knower): SQL | undefined =>
  projectIds === null || hostId !== null
    ? undefined
    : sql`(${hosts.guid} = ${guid} OR NOT EXISTS (SELECT 1 FROM ${agents} WHERE ${agents.hostId} = ${hosts.id}
        AND ${agents.deletedAt} IS NULL AND NOT ${isOneOf(agents.projectId, projectIds)}))`;

/** Updates a host unless it is retired, its new guid is taken, or the caller may not change its guid. */
export const updateHost = async (
  db: Database,
  id: number,
  { facts, knower, author }: { facts: HostFacts; knower: Knower; author: Author },
) => {
  const other = alias(hosts, "other");
  const updatable = and(
    eq(hosts.id, id),
    isNull(hosts.retiredAt),
    mayRename(facts.guid, knower),
    notExists(
      db.build
        .select({ id: other.id })
        .from(other)
        .where(and(eq(other.guid, facts.guid), ne(other.id, id))),
    ),
  );
  const [, rows] = await db.batch([
    recordChange(db, author, { name: "host", changes: facts, where: updatable }),
    db.build.update(hosts).set(facts).where(updatable).returning(),
  ]);
  return rows[0];
};
