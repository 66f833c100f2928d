import { BoundedCache } from "../bounded-cache.ts";
import { causeChain, jitteredWait, unavailable } from "../database/retry.ts";
import type { Log } from "../log.ts";
import { settingsOf } from "../settings.ts";
import { DomainError } from "../wire/refusals.ts";
import type { HostStub } from "./protocol.ts";
import { type Timing, timingOf } from "./timing.ts";

/** Calls a host's object, and retries where the platform allows it. */
export type CallHost = <Reply>(
  hostId: number,
  use: (host: HostStub, timing: Timing) => Promise<Reply>,
) => Promise<Reply>;

const TRIES = 5;

const HINT_OF: Record<ContinentCode, DurableObjectLocationHint> = {
  AF: "afr",
  AN: "oc",
  AS: "apac",
  EU: "weur",
  NA: "enam",
  OC: "oc",
  SA: "sam",
};

/** The location nearest to `continent`, where a host's request came from. */
const hintFor = (continent: ContinentCode | undefined): DurableObjectLocationHint | undefined =>
  continent && HINT_OF[continent];

const flagOf = (error: unknown, name: "retryable" | "overloaded"): boolean =>
  typeof error === "object" && error !== null && Reflect.get(error, name) === true;

/** Cached object ids by host id: each is a digest, which every call would compute again. */
const objectIds = new WeakMap<Env["HOST"], BoundedCache<number, DurableObjectId>>();
const MAX_IDS = 10_000;

const objectIdOf = (objects: Env["HOST"], hostId: number): DurableObjectId => {
  let ids = objectIds.get(objects);
  if (!ids) {
    ids = new BoundedCache(MAX_IDS);
    objectIds.set(objects, ids);
  }
  return ids.get(hostId) ?? ids.set(hostId, objects.idFromName(String(hostId)));
};

/** Calls an object with at most five tries, as the platform marks its errors. Throws `unavailable`. */
export const retryingObject = <Reply>(once: () => Promise<Reply>): Promise<Reply> =>
  once().catch((error: unknown) => retry(once, error));

const retry = async <Reply>(once: () => Promise<Reply>, failure: unknown): Promise<Reply> => {
  let error = failure;
  for (let tried = 1; ; tried++) {
    if (flagOf(error, "overloaded")) throw unavailable(error);
    if (!flagOf(error, "retryable")) throw error;
    if (tried === TRIES) throw unavailable(error);
    await jitteredWait(tried);
    try {
      return await once();
    } catch (thrown) {
      error = thrown;
    }
  }
};

/**
 * The client of hosts' objects. An error that the platform marks retryable is retried with a fresh stub, at
 * most five tries in all; an overloaded object is not retried. Throws `unavailable` (503). Every method of
 * the object may be called twice.
 */
export const hostClient =
  (objects: Env["HOST"], timing: Timing, locationHint?: DurableObjectLocationHint): CallHost =>
  (hostId, use) => {
    return retryingObject(() =>
      use(objects.get(objectIdOf(objects, hostId), locationHint && { locationHint }), timing),
    );
  };

export const hostClientFor = (env: Env, now: number): CallHost =>
  hostClient(env.HOST, timingOf(now, settingsOf(env)));

/** The client for a request from a host itself: new objects are placed near it. */
export const nearbyHostClientFor = (request: Request, env: Env, now: number): CallHost => {
  const cf = request.cf as IncomingRequestCfProperties | undefined;
  return hostClient(env.HOST, timingOf(now, settingsOf(env)), hintFor(cf?.continent));
};

/**
 * The object's reply; undefined if the object is unavailable. Any other failure is a bug: it is thrown, or
 * logged if `log` is given, so that one host's bug does not stop the work for the others.
 */
export const ifAvailable = async <Reply>(
  reply: Promise<Reply>,
  log?: Log,
): Promise<{ reply: Reply } | undefined> => {
  try {
    return { reply: await reply };
  } catch (error) {
    if (error instanceof DomainError && error.code === "unavailable") return undefined;
    if (!log) throw error;
    log("object_failed", { causes: causeChain(error) });
    return undefined;
  }
};
