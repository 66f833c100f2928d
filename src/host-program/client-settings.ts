import { secretsToMask } from "./masking.ts";
import type { ClientSettings } from "./service-client.ts";
import type { HostSettings } from "./settings.ts";

type Variables = Readonly<Record<string, string | undefined>>;

const MAX_RETRY_MS = 30_000;

export const clientSettingsOf = ({ url, timeoutSeconds, retrySeconds }: HostSettings): ClientSettings => ({
  url,
  timeoutMs: timeoutSeconds * 1000,
  retryMs: retrySeconds * 1000,
  maxRetryMs: Math.max(MAX_RETRY_MS * Math.min(retrySeconds, 1), retrySeconds * 1000),
});

/** The secrets to mask: the tokens, and the values of the variables named in `mask`. */
export const secretsOf = (settings: HostSettings, tokens: readonly string[], env: Variables): string[] => {
  const names = settings.mask.flatMap((each) => each.split(",")).map((name) => name.trim());
  const places = [env, ...settings.agents.map((agent) => agent.env)];
  return secretsToMask([...tokens, ...names.flatMap((name) => places.map((place) => place[name]))]);
};
