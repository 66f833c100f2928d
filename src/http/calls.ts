import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import { openDatabase } from "../database/database.ts";
import type { Actor, App, Call } from "../env.ts";
import { log } from "../log.ts";
import { authenticate, type Door } from "../tokens/authentication.ts";
import { tokenIn } from "../tokens/secret.ts";
import { logRequest } from "./answers.ts";
import { keyIn, ownerIn, runningIn } from "./caller.ts";
import { DomainError } from "./errors.ts";
import { headStartOf } from "./head-start.ts";
import { dateText, REQUEST_ID_HEADERS } from "./headers.ts";
import { limitFailures } from "./rates.ts";
import { addressIn, hostsOf, nearOf, settingsOf } from "./surroundings.ts";

/** When a request came in; epoch milliseconds. */
const momentIn = (c: Context<App>, clock: () => number): number => headStartOf(c.req.raw)?.now ?? clock();

/** Gives every answer an id to ask about, under both of its names, and its time, and every request a line in the log. */
export const requestIds = (clock: () => number) =>
  createMiddleware<App>(async (c, next) => {
    const id = crypto.randomUUID();
    const began = momentIn(c, clock);
    c.set("requestId", id);
    // Before there is an answer, for which a header more means to make it anew.
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

/** Where a request came from, as the platform's edge says. */
export const addressOf = (c: Context<App>): string | null => addressIn(c.req.raw.headers);

/** What authenticating a request needs of the world, at `now`. */
export const doorOf = (c: Context<App>, now: number): Door => ({
  db: openDatabase(c.env.DB),
  now,
  log,
  isolate: c.env,
  adminToken: c.env.ADMIN_TOKEN ?? "",
  afterwards: (work) => c.executionCtx.waitUntil(work),
});

/** Runs what authenticates: a failure counts against the address that it came from, and the more than many become 429s. */
export const guarded = async <Answer>(
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

/** What the verbs need of the world for a request of `actor`, by `clock`, which gives epoch milliseconds. */
export const callOf = (
  c: Context<App>,
  { db, now }: Pick<Door, "db" | "now">,
  actor: Actor,
  clock: () => number,
): Call => {
  const { env, req } = c;
  const settings = settingsOf(env);
  return {
    db,
    now,
    clock,
    actor,
    host: actor.scope === "host" ? nearOf(req.raw, env, now) : hostsOf(env, now),
    settings,
    log,
    request: {
      id: c.get("requestId"),
      method: req.method,
      path: req.path,
      address: addressOf(c),
      key: keyIn(req.raw.headers),
      owner: ownerIn(req.raw.headers),
      running: runningIn(req.raw.headers),
    },
  };
};

/** Finds out who calls, and gives the route its Call. `clock` gives epoch milliseconds. */
export const authenticated = (clock: () => number) =>
  createMiddleware<App>(async (c, next) => {
    const now = momentIn(c, clock);
    const { witness, early, failure } = headStartOf(c.req.raw) ?? {};
    const door = { ...doorOf(c, now), witness };
    const { actor } = await guarded(c, () => authenticate(door, tokenIn(c.req.header("Authorization"))));
    c.set("call", { ...callOf(c, door, actor, clock), early: early ?? witness?.early });
    if (failure) throw failure.error;
    await next();
  });
