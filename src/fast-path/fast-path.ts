import { cachedTokenState, lookUpInObject, mayBeKnownToObject, plainActor } from "../access/authenticate.ts";
import { allowsHost, mayDo } from "../access/permissions.ts";
import { tokenIn } from "../access/token-secret.ts";
import { hostClientFor, nearbyHostClientFor } from "../host-object/client.ts";
import { callObject, isRenewReply, replyWord } from "../host-object/prefetch.ts";
import type { ObjectReply } from "../host-object/protocol.ts";
import { TokenLookup } from "../host-object/token-lookup.ts";
import { wirePong } from "../hosts/wire.ts";
import { isLongCaller, saysRunning } from "../http/caller-headers.ts";
import { logRequest } from "../http/error-answers.ts";
import { type Handover, handOver } from "../http/handover.ts";
import { limitRequests } from "../http/rate-limits.ts";
import { answerPlainly } from "../http/response-headers.ts";
import { mayBeQuiet } from "../jobs/poll.ts";
import { settingsOf } from "../settings.ts";
import { pingIn, plainCallOf, pollIn, renewalIn } from "./plain-call.ts";

/*
 * A ping of a recorded window, and a poll for which there is nothing, are nearly all requests, and the host's
 * object can answer them alone. They are answered here, before the router, which takes as long as the call of
 * the object. Everything else (an invalid call, jobs, a run to cancel, a token to look up or refuse) goes to
 * the router, together with what was learned. A test compares both answers.
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

/** The answer if the object has nothing to add; else undefined. */
const plainAnswer = (reply: ObjectReply, now: number): object | undefined => {
  if (isRenewReply(reply)) return undefined;
  if (typeof reply === "object" && reply.cancelRequested.length > 0) return undefined;
  const word = replyWord(reply);
  if (word === "recorded") return wirePong(now);
  return word === "nothing" ? [] : undefined;
};

/** The router answers renewals. The object checks the token in the same call, so that a run keeps its lease while D1 does not answer. */
const lookUpWithRenewal = (request: Request, env: Env, handover: Handover): void => {
  const renewal = renewalIn(request);
  if (renewal) handover.lookup = new TokenLookup(nearbyHostClientFor(request, env, handover.now), renewal);
};

/** Answers what the object can answer alone. Else undefined: the router continues with `handover`. */
const answerAlone = async (
  request: Request,
  env: Env,
  { clock, handover }: { clock: () => number; handover: Handover },
): Promise<Response | undefined> => {
  const { now } = handover;
  const { headers } = request;
  const call = plainCallOf(request);
  const token = call && tokenIn(headers.get("Authorization"));
  if (!call) lookUpWithRenewal(request, env, handover);
  if (!call || token === undefined) return undefined;
  const cached = cachedTokenState({ isolate: env, now }, token);
  // Without this check, nothing of a stranger's request is read.
  if (!cached && !(await mayBeKnownToObject(token))) return undefined;
  const objectCall =
    call.what === "ping" ? await pingIn(call, request, handover) : pollIn(call, request, now);
  if (!objectCall) return undefined;
  const settings = settingsOf(env);
  // The platform places a new object near its first caller anyway, and most objects exist already.
  const host = cached ? hostClientFor(env, now) : nearbyHostClientFor(request, env, now);
  if (!cached) handover.lookup = new TokenLookup(host, objectCall);
  const { lookup } = handover;
  const { operation, method, route } = "ping" in objectCall ? PING : POLL;
  if (settings.CORS_ORIGINS.length > 0 || ("quiet" in objectCall && isLongCaller(headers))) return undefined;
  const state = cached ?? (await lookUpInObject({ isolate: env, now, lookup }, token));
  const actor = state && plainActor(state, now);
  if (!actor || actor.projectIds !== null || !allowsHost(actor, objectCall.host) || !mayDo(actor, operation))
    return undefined;
  const source = { host: String(objectCall.host), job: undefined, address: null };
  const limited = limitRequests(env, settings, { actor, source });
  if (limited) await limited;
  handover.counted = true;
  if ("quiet" in objectCall && !mayBeQuiet(objectCall.host, objectCall.quiet, now)) return undefined;
  const reply = lookup?.prefetched?.reply ?? (await callObject(host, objectCall));
  handover.prefetched = { objectCall, reply };
  const body = plainAnswer(reply, now);
  if (!body || saysRunning(headers) || handover.hasNews) return undefined;
  const requestId = crypto.randomUUID();
  if (settings.LOG_QUIET === "on")
    logRequest({ method, route, status: 200, ms: clock() - now, tokenId: actor.tokenId, requestId });
  return answerPlainly(body, requestId, now);
};

/** Answers pings and polls that the host's object can answer alone; `router` answers the rest. `clock` returns epoch milliseconds. */
export const createFastPath =
  <Context>(
    clock: () => number,
    router: (request: Request, env: Env, context: Context) => Response | Promise<Response>,
  ) =>
  async (request: Request, env: Env, context: Context): Promise<Response> => {
    const handover: Handover = { now: clock() };
    try {
      const answer = await answerAlone(request, env, { clock, handover });
      if (answer) return answer;
    } catch (error) {
      handover.failure = { error };
    }
    handOver(request, handover);
    return router(request, env, context);
  };
