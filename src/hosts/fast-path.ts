import { logRequest } from "../http/answers.ts";
import { hasLongHeader } from "../http/caller.ts";
import { errandOf, hostCallOf } from "../http/errand.ts";
import { giveHeadStart, type HeadStart } from "../http/head-start.ts";
import { answerPlainly } from "../http/headers.ts";
import { limitRequests } from "../http/rates.ts";
import { nearOf, settingsOf } from "../http/surroundings.ts";
import { mayBeQuiet } from "../jobs/poll.ts";
import { knowsHost, mayDo } from "../tokens/access.ts";
import { heedWitness, isWitnessed, plainActor, recallToken } from "../tokens/authentication.ts";
import { tokenIn } from "../tokens/secret.ts";
import { type Early, type Errand, wordIn } from "./early.ts";
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
  const { reply } = early;
  if (typeof reply === "object" && reply.cancelRequested.length > 0) return undefined;
  const word = wordIn(early);
  if (word === "recorded") return wirePong(now);
  return word === "nothing" ? [] : undefined;
};

/** Who asked what, and was answered. */
interface Answered {
  tokenId: number;
  errand: Errand;
  body: object;
}

/** What the object answers alone; undefined where it takes the router, for which `start` is filled in. */
const answerAlone = async (request: Request, env: Env, start: HeadStart): Promise<Answered | undefined> => {
  const { now } = start;
  const { headers } = request;
  const call = hostCallOf(request);
  const token = tokenIn(headers.get("Authorization") ?? undefined);
  if (!call || token === undefined) return undefined;
  const recalled = recallToken({ isolate: env, now }, token);
  // Before that, nothing is read of what a stranger sends.
  if (!recalled && !(await isWitnessed(token))) return undefined;
  const errand = await errandOf(call, request, start);
  if (!errand) return undefined;
  const witness = new Witness(nearOf(request, env, now), errand);
  start.witness = witness;
  const settings = settingsOf(env);
  if (hasLongHeader(headers) || settings.CORS_ORIGINS.length > 0) return undefined;
  const verdict = recalled ?? (await heedWitness({ isolate: env, now, witness }, token));
  const actor = verdict && plainActor(verdict, now);
  const { operation } = "ping" in errand ? PING : POLL;
  if (!actor || actor.projectIds !== null || !knowsHost(actor, errand.host) || !mayDo(actor, operation))
    return undefined;
  await limitRequests(env, settings, actor, { host: String(errand.host), job: undefined, address: null });
  start.counted = true;
  if ("quiet" in errand && !mayBeQuiet(errand.host, errand.quiet, now)) return undefined;
  const body = plainly(await witness.run(), now);
  return body && { tokenId: actor.tokenId, errand, body };
};

/** Answers the pings and polls that their hosts' objects can answer alone, and leaves the rest to `router`. `clock` gives epoch milliseconds. */
export const createFastPath =
  <Context>(
    clock: () => number,
    router: (request: Request, env: Env, context: Context) => Response | Promise<Response>,
  ) =>
  async (request: Request, env: Env, context: Context): Promise<Response> => {
    const start: HeadStart = { now: clock() };
    try {
      const answered = await answerAlone(request, env, start);
      if (answered) {
        const requestId = crypto.randomUUID();
        const { route } = "ping" in answered.errand ? PING : POLL;
        const ms = clock() - start.now;
        logRequest({ method: request.method, route, status: 200, ms, tokenId: answered.tokenId, requestId });
        return answerPlainly(answered.body, requestId);
      }
    } catch (error) {
      start.failure = { error };
    }
    giveHeadStart(request, start);
    return router(request, env, context);
  };
