import * as z from "zod";
import { nameOf } from "../access/permissions.ts";
import { makeToken, prefixOf } from "../access/token-secret.ts";
import type { TokenRow } from "../access/token-store.ts";
import { authorOf } from "../audit/audit.ts";
import type { Call } from "../call.ts";
import type { Database } from "../database/database.ts";
import { SCOPES, type Scope } from "../database/enums.ts";
import { type Change, invalidating, invalidatingAtOnce } from "../host-object/cache-invalidation.ts";
import { creationOf, refuseReusedKey } from "../replay/replay.ts";
import { tellingHosts } from "../token-hosts/client.ts";
import { described } from "../wire/described.ts";
import { MINUTE_MS } from "../wire/durations.ts";
import { flag, id, text, time, whole } from "../wire/fields.ts";
import { cutPage, type Listed, type Page } from "../wire/list-pages.ts";
import { DomainError, type FieldError, invalid, notFound } from "../wire/refusals.ts";
import { sha256 } from "../wire/sha256.ts";
import {
  insertToken,
  readToken,
  readTokens,
  readUnknownLimits,
  revokeToken as storeRevocation,
  rotateToken as storeRotation,
} from "./store.ts";

const MAX_PROJECTS = 100;
const PROJECTS_FORM = `must be a list of 1 to ${MAX_PROJECTS} project ids`;

/** The body of a new token: its scope and limits. */
export const tokenInput = described(
  z
    .object({
      name: text(),
      scope: z.enum(SCOPES, { error: `must be one of ${SCOPES.join(", ")}` }),
      project_ids: z
        .array(id(), PROJECTS_FORM)
        .min(1, { error: PROJECTS_FORM })
        .max(MAX_PROJECTS, { error: PROJECTS_FORM })
        .nullish(),
      host_server_id: id().nullish(),
      register_only: flag().optional(),
      expires_at: time().nullish(),
    })
    .superRefine(({ scope, project_ids, host_server_id, register_only }, context) => {
      const refuse = (path: string, message: string) =>
        context.addIssue({ code: "custom", path: [path], message });
      if (scope === "admin" && project_ids != null)
        refuse("project_ids", "goes with the scopes operator and host: an admin token may do everything");
      if (scope === "metrics" && project_ids != null)
        refuse("project_ids", "goes with the scopes operator and host: metrics are of all projects");
      if (scope !== "host" && host_server_id != null) refuse("host_server_id", "goes with the scope host");
      if (scope !== "host" && register_only) refuse("register_only", "goes with the scope host");
      if (register_only && host_server_id != null)
        refuse("register_only", "can't be together with host_server_id: it registers new hosts");
    }),
  {
    fields: {
      name: "The token's name, which logging in takes.",
      scope: "What it may do.",
      project_ids: "The ids of the only projects that it may access; left out: any.",
      host_server_id: "The id of the only host that it may access; left out: any.",
      register_only: "Whether it registers new hosts and does nothing else.",
      expires_at: "When it ends: a time; left out: never by itself.",
    },
    example: { name: "lab 7", scope: "host", project_ids: [10] },
  },
);

export interface Issued {
  token: TokenRow;
  /** Shown only once; undefined for a repeat of the request that created the token. */
  secret: string | undefined;
}

const gone = (): DomainError =>
  new DomainError("key_reused", "what this key made is no longer there; use a new key");

/** Issues a token. Throws `invalid` if a limit does not exist, `key_reused`. */
export const createToken = async (call: Call, input: z.output<typeof tokenInput>): Promise<Issued> => {
  const creation = await creationOf(call, input);
  const secret = await makeToken(input.scope);
  const projectIds = input.project_ids ? [...new Set(input.project_ids)].sort((a, b) => a - b) : null;
  const hostId = input.host_server_id ?? null;
  const wanted = {
    name: input.name,
    scope: input.scope,
    digest: await sha256(secret),
    prefix: prefixOf(secret),
    projectIds,
    hostId,
    registerOnly: input.register_only ?? false,
    createdBy: nameOf(call.actor),
    expiresAt: input.expires_at ?? null,
  };
  const { claim, token } = await insertToken(call.db, wanted, {
    author: authorOf(call, "createToken"),
    creation,
  });
  const repeated = refuseReusedKey(creation, claim);
  if (token) return { token, secret: repeated ? undefined : secret };
  throw (await unknownLimits(call, hostId, projectIds ?? [])) ?? gone();
};

const unknownLimits = async (
  { db }: Call,
  hostId: number | null,
  projectIds: readonly number[],
): Promise<DomainError | undefined> => {
  const { hostExists, unknownProjects } = await readUnknownLimits(db, hostId, projectIds);
  const errors: FieldError[] = [];
  if (unknownProjects.length > 0) {
    errors.push({
      field: "project_ids",
      message: `names projects that are not there: ${unknownProjects.slice(0, 10).join(", ")}`,
    });
  }
  if (hostId !== null && !hostExists)
    errors.push({ field: "host_server_id", message: `names host ${hostId}, which is not there` });
  return errors.length > 0 ? invalid(errors) : undefined;
};

const MAX_OVERLAP_MINUTES = 7 * 24 * 60;

/** How long the current secret stays valid beside the new one. */
export const rotationInput = described(
  z.object({
    overlap_minutes: whole({ from: 0, to: MAX_OVERLAP_MINUTES, of: "minutes" }).default(60),
  }),
  {
    name: "TokenRotation",
    fields: { overlap_minutes: "For how many minutes the old secret stays good." },
    example: { overlap_minutes: 60 },
  },
).prefault({});

/**
 * Replaces a token's secret. Earlier secrets stay valid for at most the overlap, so that a lost response locks nobody
 * out. Throws `not_found`, `token_ended`, `key_reused`.
 */
export const rotateToken = async (
  call: Call,
  tokenId: number,
  input: z.output<typeof rotationInput>,
): Promise<Issued> => {
  const creation = await creationOf(call, input);
  const before = await getToken(call, tokenId);
  const secret = await makeToken(before.scope);
  const next = { digest: await sha256(secret), prefix: prefixOf(secret) };
  const goodUntil = call.now + input.overlap_minutes * MINUTE_MS;
  const author = authorOf(call, "rotateToken");
  const { claim, token } = await changing(call, before, (db) =>
    storeRotation(db, tokenId, { secret: next, goodUntil, author, creation }),
  );
  if (!token) throw notFound("token", tokenId);
  if (refuseReusedKey(creation, claim)) return { token, secret: undefined };
  if (token.rotationKey === creation.creationKey) return { token, secret };
  throw new DomainError(
    "token_ended",
    `token ${tokenId} was revoked or has expired, and has no use for a new secret; make a new token`,
  );
};

/** The scopes whose tokens open sockets. */
const SOCKET_SCOPES: readonly Scope[] = ["admin", "host"];

/**
 * Runs a write of a token, and has those told who remember the token: the object of its host, which caches
 * it, or the hosts that it opened sockets of. If `isUrgent`, the write does not wait for objects. Throws `unavailable`.
 */
const changing = <Answer>(
  call: Call,
  { id, scope, hostId }: TokenRow,
  write: (db: Database) => Promise<Answer>,
  isUrgent = false,
): Promise<Answer> => {
  if (hostId !== null) {
    const change = { hosts: [hostId], write: ({ db }: Change) => write(db), changed: "tokens" } as const;
    return isUrgent ? invalidatingAtOnce(call, change) : invalidating(call, change);
  }
  if (!SOCKET_SCOPES.includes(scope)) return write(call.db);
  return tellingHosts(call.tokenHosts, { tokenId: id, clock: call.clock, isUrgent }, () => write(call.db));
};

/** A token, without its secret. Throws `not_found`. */
export const getToken = async ({ db }: Call, tokenId: number): Promise<TokenRow> => {
  const token = await readToken(db, tokenId);
  if (!token) throw notFound("token", tokenId);
  return token;
};

/** A page of all tokens by id, revoked and expired ones included. */
export const listTokens = async ({ db }: Call, page: Page): Promise<Listed<TokenRow>> =>
  cutPage(await readTokens(db, page), page);

/**
 * Revokes a token: it is refused everywhere within 30 s. A repeat only notifies the objects again. Throws
 * `not_found`, and `unavailable` if no object was notified although the token is revoked.
 */
export const revokeToken = async (call: Call, tokenId: number): Promise<TokenRow> => {
  const before = await getToken(call, tokenId);
  const author = authorOf(call, "revokeToken");
  const token = await changing(call, before, (db) => storeRevocation(db, tokenId, author), true);
  if (!token) throw notFound("token", tokenId);
  return token;
};
