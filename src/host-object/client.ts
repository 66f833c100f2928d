import { BoundedCache } from "../bounded-cache.ts";
import { causeChain, jitteredWait, unavailable } from "../database/retry.ts";
import type { Log } from "../log.ts";
import { settingsOf } from "../settings.ts";
import { DomainError } from "../wire/refusals.ts";
import type { HostStub } from "./protocol.ts";
import { type Timing, timingOf } from "./timing.ts";

/** Calls a host's object at the moment of the call, again where the platform says that it may be. */
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

/** Where to put the object of a host whose request came from `continent`: near to it. */
const hintFor = (continent: ContinentCode | undefined): DurableObjectLocationHint | undefined =>
  continent && HINT_OF[continent];

const flagOf = (error: unknown, name: "retryable" | "overloaded"): boolean =>
  typeof error === "object" && error !== null && Reflect.get(error, name) === true;

/** The ids of objects, by their hosts': each is a digest, which every call would work out anew. */
const objectIds = new WeakMap<Env["HOST"], BoundedCache<number, DurableObjectId>>();
const MAX_IDS = 10_000;

/** The id of a host's object: it never changes. */
const objectIdOf = (objects: Env["HOST"], hostId: number): DurableObjectId => {
  let ids = objectIds.get(objects);
  if (!ids) {
    ids = new BoundedCache(MAX_IDS);
    objectIds.set(objects, ids);
  }
  return ids.get(hostId) ?? ids.set(hostId, objects.idFromName(String(hostId)));
};

/** Tries a call again that failed. */
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
 * The way to a host's object. A fault that the platform marks retryable is tried again with a fresh stub, at
 * most five times; an overloaded object is left alone. Throws `unavailable` (503) where it stays away. Every
 * method of the object may be called twice.
 */
export const hostClient =
  (objects: Env["HOST"], timing: Timing, locationHint?: DurableObjectLocationHint): CallHost =>
  (hostId, use) => {
    const once = () =>
      use(objects.get(objectIdOf(objects, hostId), locationHint && { locationHint }), timing);
    return once().catch((error: unknown) => retry(once, error));
  };

/** The way to hosts' objects. */
export const hostClientFor = (env: Env, now: number): CallHost =>
  hostClient(env.HOST, timingOf(now, settingsOf(env)));

/** The same for a request of a host itself: each is made near to it. */
export const nearbyHostClientFor = (request: Request, env: Env, now: number): CallHost => {
  const cf = request.cf as IncomingRequestCfProperties | undefined;
  return hostClient(env.HOST, timingOf(now, settingsOf(env)), hintFor(cf?.continent));
};

/**
 * What an object answers; undefined where it is unavailable. Any other failure is a bug: it is thrown, or goes into
 * `log` where the bug of one host's object must not stop what is done for the others.
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
