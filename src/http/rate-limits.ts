import type { Actor } from "../access/permissions.ts";
import type { Settings } from "../settings.ts";
import { DomainError } from "../wire/refusals.ts";

/** The period of the limits in wrangler.toml. After it, a refused client is served again. */
export const RATE_SECONDS = 60;

type Limited = Pick<Settings, "RATE_LIMITS">;

const refuseOver = async (limit: RateLimit, key: string, message: string): Promise<void> => {
  const { success } = await limit.limit({ key });
  if (!success) throw new DomainError("too_many", message);
};

/** What counts as one address. For IPv6 it is the /64 network, which one client may own. */
const networkOf = (address: string): string => {
  if (!address.includes(":")) return address;
  const [before = [], after = []] = address.split("::").map((part) => (part === "" ? [] : part.split(":")));
  const zeros = Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array(zeros).fill("0"), ...after].slice(0, 4).join(":");
};

/** Counts a failed authentication of an address. Throws `too_many` over the limit. */
export const limitFailures = async (env: Env, { RATE_LIMITS }: Limited, address: string): Promise<void> => {
  const message = `too many requests without a good token from this address; mend the token, and try again in ${RATE_SECONDS} s`;
  if (RATE_LIMITS !== "off") await refuseOver(env.FAILURE_LIMIT, networkOf(address), message);
};

/** Counts a look at a badge against its id: pictures are fetched by proxies that many readers share. Throws `too_many`. */
export const limitBadge = async (env: Env, { RATE_LIMITS }: Limited, badgeId: string): Promise<void> => {
  const message = `this badge is asked for too often; it may be kept for a while, and is there again in ${RATE_SECONDS} s`;
  if (RATE_LIMITS !== "off") await refuseOver(env.TOKEN_LIMIT, `badge ${badgeId}`, message);
};

/** Counts a look at a badge that is none against the address. Throws `too_many`. */
export const limitUnknownBadges = async (
  env: Env,
  { RATE_LIMITS }: Limited,
  address: string,
): Promise<void> => {
  const message = `too many requests for badges that are none from this address; try again in ${RATE_SECONDS} s`;
  if (RATE_LIMITS !== "off") await refuseOver(env.FAILURE_LIMIT, `badges ${networkOf(address)}`, message);
};

/** Distinguishes hosts that share a token. */
export interface Source {
  /** As in the path. */
  host: string | undefined;
  job: string | undefined;
  address: string | null;
}

/**
 * Counts a request against its token. A host token is counted per host (its own; else the path's host, job or
 * the client's address), so that one token can serve a fleet. Throws `too_many`.
 */
export const limitRequests = (
  env: Env,
  { RATE_LIMITS }: Limited,
  { actor: { tokenId, scope, hostId }, source }: { actor: Actor; source: Source },
): Promise<void> | undefined => {
  if (RATE_LIMITS === "off") return undefined;
  const message = `too many requests; slow down, and try again in ${RATE_SECONDS} s`;
  return scope === "host"
    ? refuseOver(env.HOST_LIMIT, `${tokenId} ${sourceOf(hostId, source)}`, message)
    : refuseOver(env.TOKEN_LIMIT, String(tokenId), message);
};

/** A token's own host comes first, because a request could name another one each time. */
const sourceOf = (own: number | null, { host, job, address }: Source): string => {
  if (own !== null) return `host ${own}`;
  if (host !== undefined) return `host ${host}`;
  return job !== undefined ? `job ${job}` : `from ${networkOf(address ?? "")}`;
};
