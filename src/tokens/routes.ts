import { Hono } from "hono";
import { z } from "zod";
import type { App } from "../env.ts";
import { endpoint } from "../http/endpoint.ts";
import { SCOPES } from "./access.ts";
import { createToken, type Issued, revokeToken, tokenInput } from "./tokens.ts";

const tokenShape = z.object({ id: z.int(), name: z.string(), scope: z.enum(SCOPES) });
const issuedShape = tokenShape.extend({ token: z.string() });
const repeatedShape = tokenShape.extend({ code: z.literal("secret_already_shown") });

const wireToken = ({ id, name, scope }: Issued["token"]): z.output<typeof tokenShape> => ({
  id,
  name,
  scope,
});

const wireIssued = ({
  token,
  secret,
}: Issued): z.output<typeof issuedShape> | z.output<typeof repeatedShape> =>
  secret === undefined
    ? { ...wireToken(token), code: "secret_already_shown" }
    : { ...wireToken(token), token: secret };

export const tokenRoutes = new Hono<App>()
  .post(
    "/tokens",
    endpoint({
      operation: "createToken",
      summary: "Issue a token; it is shown this once",
      body: tokenInput,
      answers: { 201: { description: "The token", schema: z.union([issuedShape, repeatedShape]) } },
    }),
    async (c) => c.json(wireIssued(await createToken(c.var.call, c.req.valid("json"))), 201),
  )
  .delete(
    "/tokens/:token",
    endpoint({
      operation: "revokeToken",
      summary: "Revoke a token",
      ids: ["token"],
      answers: { 200: { description: "The token, refused from now on", schema: tokenShape } },
    }),
    async (c) => c.json(wireToken(await revokeToken(c.var.call, c.req.valid("param").token))),
  );
