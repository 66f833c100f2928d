import { jitteredWait, unavailable } from "../database/retry.ts";
import type { ReachHost } from "../env.ts";
import type { Moment } from "./moment.ts";

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
export const hintFor = (continent: ContinentCode | undefined): DurableObjectLocationHint | undefined =>
  continent && HINT_OF[continent];

const flagOf = (error: unknown, name: "retryable" | "overloaded"): boolean =>
  typeof error === "object" && error !== null && Reflect.get(error, name) === true;

/** The ids of objects, by their hosts': each is a digest, which every call would work out anew. */
const objectIds = new WeakMap<Env["HOST"], Map<number, DurableObjectId>>();
const MOST_IDS = 10_000;

/** The id of a host's object: it never changes. */
const objectIdOf = (objects: Env["HOST"], hostId: number): DurableObjectId => {
  const ids = objectIds.get(objects) ?? new Map<number, DurableObjectId>();
  const known = ids.get(hostId);
  if (known) return known;
  if (ids.size >= MOST_IDS) ids.clear();
  const id = objects.idFromName(String(hostId));
  objectIds.set(objects, ids.set(hostId, id));
  return id;
};

/** Tries a call again that failed. */
const again = async <Reply>(once: () => Promise<Reply>, failure: unknown): Promise<Reply> => {
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
export const reachHost =
  (objects: Env["HOST"], moment: Moment, locationHint?: DurableObjectLocationHint): ReachHost =>
  (hostId, use) => {
    const once = () =>
      use(objects.get(objectIdOf(objects, hostId), locationHint && { locationHint }), moment);
    return once().catch((error: unknown) => again(once, error));
  };
