import type { Actor } from "../env.ts";
import type { Settings } from "../settings.ts";
import { DomainError } from "./errors.ts";

/** The period of the limits in wrangler.toml: after it, whoever was refused is served again. */
export const RATE_SECONDS = 60;

const refuseOver = async (limit: RateLimit, key: string, message: string): Promise<void> => {
  const { success } = await limit.limit({ key });
  if (!success) throw new DomainError("too_many", message);
};

/** Counts a failed authentication of an address. Throws `too_many` beyond what the limit lets pass. */
export const limitFailures = async (
  env: Env,
  { RATE_LIMITS }: Pick<Settings, "RATE_LIMITS">,
  address: string,
): Promise<void> => {
  if (RATE_LIMITS === "off") return;
  await refuseOver(
    env.FAILURE_LIMIT,
    address,
    `too many requests without a good token from this address; mend the token, and try again in ${RATE_SECONDS} s`,
  );
};

/** What tells a host's requests from those of the others that share its token. */
export interface Source {
  /** As the path has it. */
  host: string | undefined;
  job: string | undefined;
  address: string | null;
}

/**
 * Counts a request against its token: one of a host, with its host (by the path; else by its job or address), so
 * that a token can serve a fleet. Throws `too_many`.
 */
export const limitRequests = async (
  env: Env,
  { RATE_LIMITS }: Pick<Settings, "RATE_LIMITS">,
  { tokenId, scope }: Actor,
  { host, job, address }: Source,
): Promise<void> => {
  if (RATE_LIMITS === "off") return;
  const message = `too many requests; slow down, and try again in ${RATE_SECONDS} s`;
  if (host !== undefined || scope === "host") {
    const source = host !== undefined ? `host ${host}` : job !== undefined ? `job ${job}` : `from ${address}`;
    await refuseOver(env.HOST_LIMIT, `${tokenId} ${source}`, message);
  } else await refuseOver(env.TOKEN_LIMIT, String(tokenId), message);
};
