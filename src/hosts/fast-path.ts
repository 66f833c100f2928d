import { logRequest } from "../http/answers.ts";
import { hasLongHeader } from "../http/endpoint.ts";
import { errandOf } from "../http/errand.ts";
import { giveHeadStart, type HeadStart } from "../http/head-start.ts";
import { answerPlainly } from "../http/headers.ts";
import { limitRequests } from "../http/rates.ts";
import { addressIn, nearOf, settingsOf } from "../http/surroundings.ts";
import { mayBeQuiet } from "../jobs/poll.ts";
import { knowsHost, mayDo } from "../tokens/access.ts";
import { recognise } from "../tokens/authentication.ts";
import { tokenIn } from "../tokens/secret.ts";
import type { Early, Errand } from "./early.ts";
import { wirePong } from "./wire.ts";
import { Witness } from "./witness.ts";

/*
 * A ping of a window that is recorded, and a poll that there is nothing for, are nearly all that is ever asked, and
 * the host's object answers them alone. So they are answered here, before the router, which takes as long again as
 * the call of the object. Whatever is not as plain as that (a wrong call, jobs, a run to be cancelled, a token to be
 * looked up or refused) goes on to the router, with what was found of it. Both give the same answers, by a test.
 */

const PING = { operation: "pingHost", route: "/api/v3/automation/hosts/:host/ping" } as const;
const POLL = { operation: "pollJobs", route: "/api/v3/automation/hosts/:host/jobs" } as const;

/** The answer where the object has nothing to add; undefined where it has. */
const plainly = (early: Early, now: number): object | undefined => {
  if (early.reply.cancelRequested.length > 0) return undefined;
  if ("ping" in early) return early.reply.heard === "recorded" ? wirePong(now) : undefined;
  return early.reply.told === "nothing" ? [] : undefined;
};

/** What is asked, of whom, and with what. */
interface Asked {
  errand: Errand;
  token: string;
  headers: Headers;
  env: Env;
  now: number;
}

/** Whom the object answers, and what; undefined where it takes the router. `start` is what the router needs to know. */
const answerAlone = async (
  { errand, token, headers, env, now }: Asked,
  start: HeadStart,
): Promise<{ tokenId: number; body: object } | undefined> => {
  const actor = await recognise({ isolate: env, now, witness: start.witness }, token);
  const { operation } = "ping" in errand ? PING : POLL;
  if (!actor || actor.projectIds !== null || !knowsHost(actor, errand.host) || !mayDo(actor, operation))
    return undefined;
  const source = { host: String(errand.host), job: undefined, address: addressIn(headers) };
  await limitRequests(env, settingsOf(env), actor, source);
  start.counted = true;
  if ("quiet" in errand && !mayBeQuiet(errand.host, errand.quiet, now)) return undefined;
  const early = await start.witness.run();
  const body = early && plainly(early, now);
  return body && { tokenId: actor.tokenId, body };
};

/** Answers a ping or a poll that its host's object can answer alone; undefined leaves it to the router. `clock` gives epoch milliseconds. */
export const createFastPath =
  (clock: () => number) =>
  async (request: Request, env: Env): Promise<Response | undefined> => {
    const now = clock();
    const { headers, method } = request;
    const token = tokenIn(headers.get("Authorization") ?? undefined);
    if (token === undefined) return undefined;
    const errand = await errandOf(request, now);
    if (!errand || hasLongHeader(headers) || settingsOf(env).CORS_ORIGINS.length > 0) return undefined;
    const start = { witness: new Witness(nearOf(request, env, now), errand), counted: false };
    const answered = await answerAlone({ errand, token, headers, env, now }, start);
    if (!answered) {
      giveHeadStart(request, start);
      return undefined;
    }
    const requestId = crypto.randomUUID();
    const { route } = "ping" in errand ? PING : POLL;
    const ms = clock() - now;
    logRequest({ method, route, status: 200, ms, tokenId: answered.tokenId, requestId });
    return answerPlainly(answered.body, requestId);
  };
