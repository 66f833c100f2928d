import { and, eq, gt, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import type { TokenRow } from "../access/token-store.ts";
import type { Author } from "../audit/author.ts";
import { recordChange, recordMade } from "../audit/store.ts";
import type { Database } from "../database/database.ts";
import type { Scope } from "../database/enums.ts";
import { formerSecrets, hosts, projects, tokens } from "../database/schema.ts";
import type { Creation } from "../replay/replay.ts";
import { claimKey, madeBy, readClaim, releaseKey, unclaimed } from "../replay/store.ts";
import type { Page } from "../wire/list-pages.ts";

export interface NewToken {
  name: string;
  scope: Scope;
  digest: string;
  prefix: string;
  projectIds: readonly number[] | null;
  hostId: number | SQL | null;
  registerOnly: boolean;
  createdBy: string;
  expiresAt: number | null;
}

/** Statement: inserts a token if `guard` holds. */
export const addToken = (
  db: Database,
  token: NewToken,
  { creation: { creationKey, now }, guard }: { creation: Creation; guard: SQL },
) =>
  db.write(sql`
    INSERT INTO tokens (name, scope, digest, prefix, project_ids, host_id, register_only, created_at, created_by,
      expires_at, creation_key)
    SELECT ${token.name}, ${token.scope}, ${token.digest}, ${token.prefix},
      ${token.projectIds && JSON.stringify(token.projectIds)}, ${token.hostId}, ${token.registerOnly ? 1 : 0}, ${now},
      ${token.createdBy}, ${token.expiresAt}, ${creationKey}
    WHERE ${guard}
    ON CONFLICT DO NOTHING`);

/** Statement after it: audits the token that this request created. */
export const tokenRecorded = (db: Database, author: Author, { creationKey }: Creation) =>
  recordMade(db, author, { name: "token", where: eq(tokens.creationKey, creationKey) });

/** Condition: the host and every project that a token is limited to exist. */
const limitsFit = (hostId: number | null, projectIds: string): SQL => sql`
  (${hostId} IS NULL OR EXISTS (SELECT 1 FROM ${hosts} WHERE ${hosts.id} = ${hostId} AND ${hosts.retiredAt} IS NULL))
  AND NOT EXISTS (SELECT 1 FROM json_each(${projectIds}) asked
    WHERE NOT EXISTS (SELECT 1 FROM ${projects} WHERE ${projects.id} = asked.value))`;

/** Creates a token; inserts nothing if its host or one of its projects does not exist. */
export const insertToken = async (
  db: Database,
  token: NewToken & { hostId: number | null },
  { author, creation }: { author: Author; creation: Creation },
) => {
  const mine = eq(tokens.creationKey, creation.creationKey);
  const fit = limitsFit(token.hostId, JSON.stringify(token.projectIds ?? []));
  const [, , , , claim, rows] = await db.batch([
    claimKey(db, creation),
    addToken(db, token, { creation, guard: sql`${unclaimed(db, creation)} AND ${fit}` }),
    tokenRecorded(db, author, creation),
    releaseKey(db, creation, sql`(SELECT 1 FROM ${tokens} WHERE ${mine})`),
    readClaim(db, creation),
    db.build.select().from(tokens).where(madeBy(tokens.creationKey, creation)),
  ]);
  return { claim: claim[0], token: rows[0] };
};

/** Which of a token's limits do not exist. */
export const readUnknownLimits = async (
  db: Database,
  hostId: number | null,
  projectIds: readonly number[],
) => {
  const [host, unknown] = await db.batch([
    db.build
      .select({ id: hosts.id })
      .from(hosts)
      .where(and(eq(hosts.id, hostId ?? 0), isNull(hosts.retiredAt))),
    db.read<{ id: number }>(sql`SELECT asked.value AS id FROM json_each(${JSON.stringify(projectIds)}) asked
      WHERE NOT EXISTS (SELECT 1 FROM ${projects} WHERE ${projects.id} = asked.value)`),
  ]);
  return { hostExists: host.length > 0, unknownProjects: unknown.map(({ id }) => id) };
};

/**
 * Replaces a token's secret; its earlier ones stay valid until `goodUntil` at most. Changes nothing if the token is
 * revoked or expired.
 */
export const rotateToken = async (
  db: Database,
  id: number,
  {
    secret,
    goodUntil,
    author,
    creation,
  }: { secret: { digest: string; prefix: string }; goodUntil: number; author: Author; creation: Creation },
) => {
  const { creationKey, now } = creation;
  const rotatable = and(
    eq(tokens.id, id),
    isNull(tokens.revokedAt),
    or(isNull(tokens.expiresAt), gt(tokens.expiresAt, now)),
    sql`${tokens.rotationKey} IS NOT ${creationKey}`,
    unclaimed(db, creation),
  );
  const isRotatable = sql`EXISTS (SELECT 1 FROM ${tokens} WHERE ${rotatable})`;
  const ofToken = eq(formerSecrets.tokenId, id);
  const [, , , , , , , claim, rows] = await db.batch([
    claimKey(db, creation),
    db.build.delete(formerSecrets).where(and(ofToken, lte(formerSecrets.goodUntil, now), isRotatable)),
    db.build
      .update(formerSecrets)
      .set({ goodUntil })
      .where(and(ofToken, gt(formerSecrets.goodUntil, goodUntil), isRotatable)),
    db.write(sql`INSERT INTO former_secrets (digest, token_id, good_until)
      SELECT ${tokens.digest}, ${tokens.id}, ${goodUntil} FROM ${tokens} WHERE ${rotatable} ON CONFLICT DO NOTHING`),
    recordChange(db, author, { name: "token", changes: { prefix: secret.prefix }, where: rotatable }),
    db.build
      .update(tokens)
      .set({ ...secret, rotationKey: creationKey })
      .where(rotatable),
    releaseKey(
      db,
      creation,
      sql`(SELECT 1 FROM ${tokens} WHERE ${eq(tokens.id, id)} AND ${eq(tokens.rotationKey, creationKey)})`,
    ),
    readClaim(db, creation),
    db.build.select().from(tokens).where(eq(tokens.id, id)),
  ]);
  return { claim: claim[0], token: rows[0] };
};

/** Revokes a token; an already revoked one is unchanged. Undefined if it does not exist. */
export const revokeToken = async (
  db: Database,
  id: number,
  author: Author,
): Promise<TokenRow | undefined> => {
  const living = and(eq(tokens.id, id), isNull(tokens.revokedAt));
  const revoked = { revokedAt: author.now };
  const [, , rows] = await db.batch([
    recordChange(db, author, { name: "token", changes: revoked, where: living }),
    db.build.update(tokens).set(revoked).where(living),
    db.build.select().from(tokens).where(eq(tokens.id, id)),
  ]);
  return rows[0];
};

export const readToken = async (db: Database, id: number): Promise<TokenRow | undefined> => {
  const [rows] = await db.batch([db.build.select().from(tokens).where(eq(tokens.id, id))]);
  return rows[0];
};

export const readTokens = async (db: Database, { after, limit }: Page): Promise<TokenRow[]> => {
  const [rows] = await db.batch([
    db.build
      .select()
      .from(tokens)
      .where(gt(tokens.id, after))
      .orderBy(tokens.id)
      .limit(limit + 1),
  ]);
  return rows;
};
