import { createMiddleware } from "hono/factory";
import { openDatabase } from "../database/database.ts";
import type { App } from "../env.ts";
import { momentOf } from "../hosts/moment.ts";
import { hintFor, reachHost } from "../hosts/reach.ts";
import { log } from "../log.ts";
import { parseSettings, type Settings } from "../settings.ts";
import { tokenIn } from "../tokens/secret.ts";
import { authenticate } from "../tokens/tokens.ts";

const parsed = new WeakMap<Env, Settings>();

/** The settings of `env`, read once. */
export const settingsOf = (env: Env): Settings => {
  const known = parsed.get(env) ?? parseSettings(env);
  parsed.set(env, known);
  return known;
};

/** Gives every answer an id to ask about, under both of its names. */
export const requestIds = createMiddleware<App>(async (c, next) => {
  const id = crypto.randomUUID();
  c.set("requestId", id);
  await next();
  c.header("x-request-id", id);
  c.header("x-qtest-request-id", id);
});

/** Finds out who calls, and gives the route its Call. `clock` gives epoch milliseconds. */
export const authenticated = (clock: () => number) =>
  createMiddleware<App>(async (c, next) => {
    const { env, req } = c;
    const now = clock();
    const settings = settingsOf(env);
    const db = openDatabase(env.DB);
    const actor = await authenticate(
      { db, now },
      tokenIn(req.header("Authorization")),
      env.ADMIN_TOKEN ?? "",
    );
    const cf = req.raw.cf as IncomingRequestCfProperties | undefined;
    c.set("call", {
      db,
      now,
      actor,
      host: reachHost(
        env.HOST,
        momentOf(now, settings),
        actor.scope === "host" ? hintFor(cf?.continent) : undefined,
      ),
      settings,
      log,
      request: {
        id: c.var.requestId,
        method: req.method,
        path: req.path,
        key: req.header("Idempotency-Key") || req.header("x-qtest-nonce") || undefined,
        owner: req.header("Lease-Owner") || undefined,
      },
    });
    await next();
  });
