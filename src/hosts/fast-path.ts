import { logRequest } from "../http/answers.ts";
import { isLongCaller, saysRunning } from "../http/caller.ts";
import { hostCallOf, pingIn, pollIn } from "../http/errand.ts";
import { giveHeadStart, type HeadStart } from "../http/head-start.ts";
import { answerPlainly } from "../http/headers.ts";
import { limitRequests } from "../http/rates.ts";
import { hostsOf, nearOf, settingsOf } from "../http/surroundings.ts";
import { mayBeQuiet } from "../jobs/poll.ts";
import { knowsHost, mayDo } from "../tokens/access.ts";
import { heedWitness, isWitnessed, plainActor, recallToken } from "../tokens/authentication.ts";
import { tokenIn } from "../tokens/secret.ts";
import { runErrand, type Told, wordIn } from "./early.ts";
import { wirePong } from "./wire.ts";
import { Witness } from "./witness.ts";

/*
 * A ping of a window that is recorded, and a poll that there is nothing for, are nearly all that is ever asked, and
 * the host's object answers them alone. So they are answered here, before the router, which takes as long again as
 * the call of the object. Whatever is not as plain as that (a wrong call, jobs, a run to be cancelled, a token to be
 * looked up or refused) goes on to the router, with what was found of it. Both give the same answers, by a test.
 */

const PING = {
  operation: "pingHost",
  method: "POST",
  route: "/api/v3/automation/hosts/:host/ping",
} as const;
const POLL = {
  operation: "pollJobs",
  method: "GET",
  route: "/api/v3/automation/hosts/:host/jobs",
} as const;

/** The answer where the object has nothing to add; undefined where it has. */
const plainly = (told: Told, now: number): object | undefined => {
  if (typeof told === "object" && told.cancelRequested.length > 0) return undefined;
  const word = wordIn(told);
  if (word === "recorded") return wirePong(now);
  return word === "nothing" ? [] : undefined;
};

/** Answers what the object can answer alone; undefined where it takes the router, for which `start` is filled in. */
const answerAlone = async (
  request: Request,
  env: Env,
  clock: () => number,
  start: HeadStart,
): Promise<Response | undefined> => {
  const { now } = start;
  const { headers } = request;
  const call = hostCallOf(request);
  const token = call && tokenIn(headers.get("Authorization"));
  if (!call || token === undefined) return undefined;
  const recalled = recallToken({ isolate: env, now }, token);
  // Before that, nothing is read of what a stranger sends.
  if (!recalled && !(await isWitnessed(token))) return undefined;
  const errand = call.what === "ping" ? await pingIn(call, request, start) : pollIn(call, request, now);
  if (!errand) return undefined;
  const settings = settingsOf(env);
  // An object that is not there yet is put near to its first caller by itself, and most are there.
  const host = recalled ? hostsOf(env, now) : nearOf(request, env, now);
  if (!recalled) start.witness = new Witness(host, errand);
  const { witness } = start;
  const { operation, method, route } = "ping" in errand ? PING : POLL;
  if (settings.CORS_ORIGINS.length > 0 || ("quiet" in errand && isLongCaller(headers))) return undefined;
  const verdict = recalled ?? (await heedWitness({ isolate: env, now, witness }, token));
  const actor = verdict && plainActor(verdict, now);
  if (!actor || actor.projectIds !== null || !knowsHost(actor, errand.host) || !mayDo(actor, operation))
    return undefined;
  const source = { host: String(errand.host), job: undefined, address: null };
  const limited = limitRequests(env, settings, actor, source);
  if (limited) await limited;
  start.counted = true;
  if ("quiet" in errand && !mayBeQuiet(errand.host, errand.quiet, now)) return undefined;
  const told = witness?.early?.told ?? (await runErrand(host, errand));
  start.early = { errand, told };
  const body = plainly(told, now);
  if (!body || saysRunning(headers)) return undefined;
  const requestId = crypto.randomUUID();
  if (settings.LOG_QUIET === "on")
    logRequest({ method, route, status: 200, ms: clock() - now, tokenId: actor.tokenId, requestId });
  return answerPlainly(body, requestId, now);
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
      const answer = await answerAlone(request, env, clock, start);
      if (answer) return answer;
    } catch (error) {
      start.failure = { error };
    }
    giveHeadStart(request, start);
    return router(request, env, context);
  };
