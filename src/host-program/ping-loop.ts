import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "./plain-error.ts";
import type { ServiceClient } from "./service-client.ts";
import type { Troubles } from "./troubles.ts";

const PING_MS = 5 * 60_000;

interface PingParts {
  hostId: number;
  guid: string;
  troubles: Troubles;
  over: AbortSignal;
  /** Whether the host has a socket. */
  isTold: () => boolean;
}

/** Says now and then that the host is there, until `over`: people see it Online by that. A socket says it by itself. */
export const pingNowAndThen = async (
  client: ServiceClient,
  { hostId, guid, troubles, over, isTold }: PingParts,
): Promise<void> => {
  const request = {
    method: "POST",
    path: `/automation/hosts/${hostId}/ping`,
    body: { host_guid: guid },
  } as const;
  while (!over.aborted) {
    await client.untilAnswered(request, over).then(
      () => troubles.has("ping", null),
      (error: unknown) => {
        if (!over.aborted) troubles.has("ping", reasonOf(error));
      },
    );
    do await sleep(PING_MS, undefined, { signal: over }).catch(() => undefined);
    while (isTold() && !over.aborted);
  }
};
