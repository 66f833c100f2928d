import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import { type AuthContext, authenticate } from "../access/authenticate.ts";
import type { Actor } from "../access/permissions.ts";
import { authenticateByTicket } from "../access/tickets.ts";
import { tokenIn } from "../access/token-secret.ts";
import type { Call } from "../call.ts";
import { openDatabase } from "../database/database.ts";
import { hostClientFor, nearbyHostClientFor } from "../host-object/client.ts";
import { log } from "../log.ts";
import { wakingBy } from "../outbox/client.ts";
import { mailerIn } from "../outbox/mailer.ts";
import { resultsClient } from "../project-results/client.ts";
import { filesIn } from "../project-results/files.ts";
import { formerSecretIn, settingsOf } from "../settings.ts";
import { tokenHostsIn } from "../token-hosts/client.ts";
import { DomainError } from "../wire/refusals.ts";
import type { App } from "./app.ts";
import { addressIn, keyIn, ownerIn, runningIn, traceIn } from "./caller-headers.ts";
import { logRequest } from "./error-answers.ts";
import { handoverOf } from "./handover.ts";
import { limitFailures } from "./rate-limits.ts";
import { dateText, REQUEST_ID_HEADERS } from "./response-headers.ts";

/** When a request arrived; epoch milliseconds. */
const momentIn = (c: Context<App>, clock: () => number): number => handoverOf(c.req.raw)?.now ?? clock();

/** Sets every answer's id, under both names, and its `Date`; writes every request's line to the log. */
export const requestIds = (clock: () => number) =>
  createMiddleware<App>(async (c, next) => {
    const id = crypto.randomUUID();
    const began = momentIn(c, clock);
    c.set("requestId", id);
    // Set before there is an answer: adding a header to an answer would copy it.
    for (const name of REQUEST_ID_HEADERS) c.header(name, id);
    c.header("Date", dateText(began));
    await next();
    logRequest({
      method: c.req.method,
      route: routePath(c, -1),
      status: c.res.status,
      ms: clock() - began,
      tokenId: c.get("call")?.actor.tokenId ?? null,
      requestId: id,
    });
  });

/** The client's address, by the platform's edge. */
export const addressOf = (c: Context<App>): string | null => addressIn(c.req.raw.headers);

/** What authenticating a request at `now` needs. */
export const authContextOf = (c: Context<App>, now: number): AuthContext => ({
  db: openDatabase(c.env.DB),
  now,
  log,
  isolate: c.env,
  adminToken: c.env.ADMIN_TOKEN ?? "",
  afterwards: (work) => c.executionCtx.waitUntil(work),
});

/** Counts failed authentications against the client's address. Past the limit, failures get a 429. */
export const countingFailures = async <Answer>(
  c: Context<App>,
  authenticating: () => Promise<Answer>,
): Promise<Answer> => {
  try {
    return await authenticating();
  } catch (error) {
    if (error instanceof DomainError && error.code === "unauthorized")
      await limitFailures(c.env, settingsOf(c.env), addressOf(c) ?? "unknown");
    throw error;
  }
};

/** The Call for a request of `actor`. `clock` returns epoch milliseconds. */
export const callOf = (
  c: Context<App>,
  { db, now }: Pick<AuthContext, "db" | "now">,
  { actor, clock }: { actor: Actor; clock: () => number },
): Call => {
  const { env, req } = c;
  const settings = settingsOf(env);
  return {
    db,
    now,
    clock,
    actor,
    host: actor.scope === "host" ? nearbyHostClientFor(req.raw, env, now) : hostClientFor(env, now),
    results: resultsClient(env.PROJECT_RESULTS),
    files: filesIn(env.RESULTS),
    tokenHosts: tokenHostsIn(env.TOKEN_HOSTS),
    wakeWebhooks: (ids) => {
      if (ids.length > 0) c.executionCtx.waitUntil(wakingBy(env.WEBHOOKS, log)(ids));
    },
    mailer: mailerIn(env),
    settings,
    deploymentSecret: env.ADMIN_TOKEN ?? "",
    formerSecret: formerSecretIn(env),
    log,
    request: {
      id: c.get("requestId"),
      method: req.method,
      path: req.path,
      address: addressOf(c),
      key: keyIn(req.raw.headers),
      owner: ownerIn(req.raw.headers),
      running: runningIn(req.raw.headers),
      trace: traceIn(req.raw.headers),
    },
  };
};

/** The path that a ticket may open instead of a token. */
const TICKETED = /^\/api\/v3\/automation\/hosts\/([1-9]\d{0,14})\/socket\/?$/;

/** The ticket that a request has instead of a token, with its host. */
const ticketIn = ({ req }: Context<App>): { hostId: number; ticket: string } | undefined => {
  const ticket = req.header("Authorization") === undefined ? req.query("ticket") : undefined;
  const [, host] = (ticket !== undefined && TICKETED.exec(req.path)) || [];
  return ticket !== undefined && host !== undefined ? { hostId: Number(host), ticket } : undefined;
};

/** Authenticates by a ticket. */
const actorByTicket = async (
  c: Context<App>,
  auth: AuthContext,
  ticket: { hostId: number; ticket: string },
): Promise<Actor> => {
  const host = hostClientFor(c.env, auth.now);
  const { actor, secret } = await countingFailures(c, () => authenticateByTicket(auth, host, ticket));
  c.set("ticketSecret", secret);
  return actor;
};

/** The actor of a request that was held, as the token is now. Throws `unauthorized` if the token has ended. */
export const actorNow = async (c: Context<App>): Promise<Actor> => {
  const auth = authContextOf(c, c.get("call").clock());
  return (await authenticate(auth, tokenIn(c.req.header("Authorization")))).actor;
};

/** Authenticates a request and gives the route its Call. `clock` returns epoch milliseconds. */
export const authenticated = (clock: () => number) =>
  createMiddleware<App>(async (c, next) => {
    const now = momentIn(c, clock);
    const { lookup, prefetched, failure } = handoverOf(c.req.raw) ?? {};
    const auth = { ...authContextOf(c, now), lookup };
    const ticket = ticketIn(c);
    const actor = ticket
      ? await actorByTicket(c, auth, ticket)
      : (await countingFailures(c, () => authenticate(auth, tokenIn(c.req.header("Authorization"))))).actor;
    c.set("call", { ...callOf(c, auth, { actor, clock }), prefetched: prefetched ?? lookup?.prefetched });
    if (failure) throw failure.error;
    await next();
  });
