import { type Context, Hono } from "hono";
import * as z from "zod";
import { SCOPES } from "../database/enums.ts";
import type { App } from "../http/app.ts";
import { readText, refuseLargeBody } from "../http/body.ts";
import { open } from "../http/endpoint.ts";
import { addressOf, authContextOf, countingFailures } from "../http/make-call.ts";
import { limitRequests } from "../http/rate-limits.ts";
import { settingsOf } from "../settings.ts";
import { described } from "../wire/described.ts";
import { fieldErrors } from "../wire/fields.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { DomainError, invalid } from "../wire/refusals.ts";
import { GRANT_SECONDS, type Grant, grantInput, grantToken, signIn, signInInput } from "./grants.ts";

const FORM = "application/x-www-form-urlencoded";
const FORM_BYTES = 16 * 1024;

/** The token response of OAuth 2.0. */
const grantShape = shape(() =>
  described(
    z.object({
      access_token: z.string(),
      token_type: z.literal("bearer"),
      refresh_token: z.string(),
      scope: z.enum(SCOPES),
      expires_in: z.int(),
    }),
    {
      fields: {
        access_token: "The token, which goes in Authorization.",
        token_type: "How it goes there.",
        refresh_token: "The same token, which grant_type refresh_token takes.",
        scope: "What it may do.",
        expires_in: "For how many seconds it is good before it is to be asked for again.",
      },
      example: {
        access_token: "muster_host_1f2e3d4c...",
        token_type: "bearer",
        refresh_token: "muster_host_1f2e3d4c...",
        scope: "host",
        expires_in: 2_592_000,
      },
    },
  ),
);

const wireGrant = ({ token, actor, goodUntil }: Grant, now: number): Shaped<typeof grantShape> => ({
  access_token: token,
  token_type: "bearer",
  refresh_token: token,
  scope: actor.scope,
  expires_in: Math.min(
    GRANT_SECONDS,
    goodUntil === null ? GRANT_SECONDS : Math.floor((goodUntil - now) / 1000),
  ),
});

/** Decodes a form value, where a plus is a space. Throws `URIError` if it is malformed. */
const formDecoded = (text: string): string => decodeURIComponent(text.replaceAll("+", " "));

/**
 * Basic credentials, first form-decoded as OAuth 2.0 requires (RFC 6749, 2.3.1), then raw, as many clients send them.
 */
const readings = (credentials: Record<string, string>): Record<string, string>[] => {
  try {
    const decoded = Object.entries(credentials).map(([name, value]) => [name, formDecoded(value)]);
    return [Object.fromEntries(decoded), credentials];
  } catch {
    return [credentials];
  }
};

/** The name and secret in `Authorization: Basic`; empty if the secret is, as in the `site:` of old clients. */
const basicIn = (header = ""): Record<string, string> => {
  const [, encoded] = /^basic\s+([A-Za-z0-9+/=]+)$/i.exec(header.trim()) ?? [];
  if (encoded === undefined) return {};
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(
      Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0)),
    );
    const colon = text.indexOf(":");
    return colon < 1 || colon === text.length - 1
      ? {}
      : { client_id: text.slice(0, colon), client_secret: text.slice(colon + 1) };
  } catch {
    return {};
  }
};

/**
 * The request's parameters, once for each reading of its Basic credentials. The form overrides the query, which
 * overrides Basic. Throws `too_large`, `invalid`.
 */
const parametersOf = async (c: Context<App>): Promise<Record<string, string>[]> => {
  refuseLargeBody(c.req.raw.headers, FORM_BYTES);
  const text = await readText(c.req.raw, FORM_BYTES);
  if (text === undefined) throw invalid([{ field: "body", message: `must be a form (${FORM}) in UTF-8` }]);
  return readings(basicIn(c.req.header("Authorization"))).map((credentials) => ({
    ...credentials,
    ...c.req.query(),
    ...Object.fromEntries(new URLSearchParams(text)),
  }));
};

const readAs = async <Schema extends z.ZodType>(
  c: Context<App>,
  schema: Schema,
): Promise<z.output<Schema>[]> => {
  const inputs: z.output<Schema>[] = [];
  for (const parameters of await parametersOf(c)) {
    const result = schema.safeParse(parameters);
    if (!result.success) throw invalid(fieldErrors(result.error, parameters));
    inputs.push(result.data);
  }
  return inputs;
};

/** The first grant that succeeds. Throws `unauthorized` if none does. */
const firstGranted = async <Input>(
  inputs: readonly Input[],
  granting: (input: Input) => Promise<Grant>,
): Promise<Grant> => {
  let refusal: unknown = new DomainError("unauthorized", "there are no credentials");
  for (const input of inputs) {
    try {
      return await granting(input);
    } catch (error) {
      if (!(error instanceof DomainError && error.code === "unauthorized")) throw error;
      refusal = error;
    }
  }
  throw refusal;
};

/** Runs a grant and counts the request against the granted token's limit. */
const counted = async (c: Context<App>, granting: () => Promise<Grant>): Promise<Grant> => {
  const grant = await countingFailures(c, granting);
  const source = { host: undefined, job: undefined, address: addressOf(c) };
  await limitRequests(c.env, settingsOf(c.env), { actor: grant.actor, source });
  return grant;
};

/**
 * The sign-in calls of OAuth and of the vendor (the wire contract's "Addresses"). `clock` returns epoch milliseconds.
 */
export const grantRoutes = (clock: () => number) =>
  new Hono<App>()
    .post(
      "/oauth/token",
      open({
        operationId: "grantToken",
        summary: "Log in by OAuth with a token's name and secret",
        form: { type: FORM, schema: grantInput },
        answers: { 200: { description: "The token", schema: grantShape } },
      }),
      async (c) => {
        const inputs = await readAs(c, grantInput);
        const auth = authContextOf(c, clock());
        const granting = () => firstGranted(inputs, (input) => grantToken(auth, input));
        return c.json(wireGrant(await counted(c, granting), auth.now));
      },
    )
    .post(
      "/api/login",
      open({
        operationId: "signIn",
        summary: "Log in with a token's name and secret; the answer is the token as plain text",
        form: { type: FORM, schema: signInInput },
        answers: { 200: { description: "The token", text: true } },
      }),
      async (c) => {
        const inputs = await readAs(c, signInInput);
        const auth = authContextOf(c, clock());
        const { token } = await counted(c, () => firstGranted(inputs, (input) => signIn(auth, input)));
        return c.text(token);
      },
    );
