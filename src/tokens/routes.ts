import { Hono } from "hono";
import * as z from "zod";
import { projectIdsOf } from "../access/authenticate.ts";
import type { TokenRow } from "../access/token-store.ts";
import { SCOPES } from "../database/enums.ts";
import type { App } from "../http/app.ts";
import { endpoint } from "../http/endpoint.ts";
import { answerPage } from "../http/list-answers.ts";
import { described } from "../wire/described.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { pageQuery } from "../wire/list-pages.ts";
import { formatOptionalTime, formatWireTime } from "../wire/times.ts";
import {
  createToken,
  getToken,
  type Issued,
  listTokens,
  revokeToken,
  rotateToken,
  rotationInput,
  tokenInput,
} from "./tokens.ts";

/** A token without its secret. */
const tokenShape = shape(() =>
  described(
    z.object({
      id: z.int(),
      name: z.string(),
      scope: z.enum(SCOPES),
      prefix: z.string(),
      project_ids: z.array(z.int()).nullable(),
      host_server_id: z.int().nullable(),
      register_only: z.boolean(),
      created_at: z.string(),
      created_by: z.string(),
      expires_at: z.string().nullable(),
      revoked_at: z.string().nullable(),
      last_used_at: z.string().nullable(),
    }),
    {
      name: "Token",
      fields: {
        id: "The id of the token.",
        name: "The token's name, which logging in takes.",
        scope: "What it may do.",
        prefix: "The beginning of its secret, by which a leaked one is told.",
        project_ids: "The ids of the only projects that it may access; null: any.",
        host_server_id: "The id of the only host that it may access; null: any.",
        register_only: "Whether it registers new hosts and does nothing else.",
        created_at: "When it was issued: a UTC time.",
        created_by: "Who issued it: the scope and name of a token.",
        expires_at: "When it ends: a UTC time; null: never by itself.",
        revoked_at: "When it was revoked: a UTC time; null: it was not.",
        last_used_at: "When it was last used, roughly: a UTC time; null: never.",
      },
      example: {
        id: 7,
        name: "lab 7",
        scope: "host",
        prefix: "muster_host_1f2e3d4c",
        project_ids: [10],
        host_server_id: null,
        register_only: false,
        created_at: "2015-03-25T03:07:13+00:00",
        created_by: "admin first",
        expires_at: null,
        revoked_at: null,
        last_used_at: null,
      },
    },
  ),
);
const issuedShape = shape(() =>
  described(
    z.object({
      id: z.int(),
      name: z.string(),
      scope: z.enum(SCOPES),
      token: z.string(),
    }),
    {
      name: "IssuedToken",
      fields: {
        id: "The id of the token.",
        name: "The token's name, which logging in takes.",
        scope: "What it may do.",
        token: "The secret, which is shown this once.",
      },
      example: { id: 7, name: "lab 7", scope: "host", token: "muster_host_1f2e3d4c..." },
    },
  ),
);
const repeatedShape = shape(() =>
  described(
    issuedShape()
      .omit({ token: true })
      .extend({ code: z.literal("secret_already_shown") }),
    {
      name: "RepeatedToken",
      fields: {
        id: "The id of the token.",
        name: "The token's name, which logging in takes.",
        scope: "What it may do.",
        code: "Says that this repeats a request whose answer had the secret.",
      },
    },
  ),
);

const wireToken = (token: TokenRow): Shaped<typeof tokenShape> => ({
  id: token.id,
  name: token.name,
  scope: token.scope,
  prefix: token.prefix,
  project_ids: projectIdsOf(token),
  host_server_id: token.hostId,
  register_only: token.registerOnly,
  created_at: formatWireTime(token.createdAt),
  created_by: token.createdBy,
  expires_at: formatOptionalTime(token.expiresAt),
  revoked_at: formatOptionalTime(token.revokedAt),
  last_used_at: formatOptionalTime(token.lastUsedAt),
});

const wireIssued = ({
  token: { id, name, scope },
  secret,
}: Issued): Shaped<typeof issuedShape> | Shaped<typeof repeatedShape> =>
  secret === undefined
    ? { id, name, scope, code: "secret_already_shown" }
    : { id, name, scope, token: secret };

const issued = {
  description: "The token; the answer to a repeat has no secret",
  schema: () => z.union([issuedShape(), repeatedShape()]),
};

export const tokenRoutes = new Hono<App>()
  .post(
    "/tokens",
    endpoint({
      operation: "createToken",
      summary: "Issue a token; it is shown only once",
      body: tokenInput,
      answers: { 201: issued },
    }),
    async (c) => c.json(wireIssued(await createToken(c.get("call"), c.req.valid("json"))), 201),
  )
  .get(
    "/tokens",
    endpoint({
      operation: "listTokens",
      summary: "List the tokens, without their secrets",
      query: pageQuery,
      answers: { 200: { description: "A page of tokens", schema: () => z.array(tokenShape()) } },
    }),
    async (c) => {
      const listed = await listTokens(c.get("call"), c.req.valid("query"));
      return answerPage(c, listed.next, listed.rows.map(wireToken));
    },
  )
  .get(
    "/tokens/:token",
    endpoint({
      operation: "getToken",
      summary: "Read a token, without its secret",
      ids: ["token"],
      exists: (call, { token }) => getToken(call, token),
      answers: { 200: { description: "The token", schema: tokenShape } },
    }),
    async (c) => c.json(wireToken(await getToken(c.get("call"), c.req.valid("param").token))),
  )
  .post(
    "/tokens/:token/rotate",
    endpoint({
      operation: "rotateToken",
      summary: "Give a token a new secret; the old one stays valid for the overlap",
      ids: ["token"],
      body: rotationInput,
      exists: (call, { token }) => getToken(call, token),
      answers: { 201: issued },
    }),
    async (c) =>
      c.json(
        wireIssued(await rotateToken(c.get("call"), c.req.valid("param").token, c.req.valid("json"))),
        201,
      ),
  )
  .delete(
    "/tokens/:token",
    endpoint({
      operation: "revokeToken",
      summary: "Revoke a token",
      ids: ["token"],
      exists: (call, { token }) => getToken(call, token),
      answers: { 200: { description: "The token, which is no longer accepted", schema: tokenShape } },
    }),
    async (c) => c.json(wireToken(await revokeToken(c.get("call"), c.req.valid("param").token))),
  );
