import { shortText } from "../parts/time.tsx";
import type { ListedJob } from "./store.ts";

type Waiting = Pick<ListedJob, "scheduledAt" | "offeredAt" | "startedAt" | "begunAt">;

/** How long a job waited from its time until it was accepted; undefined where it was not. */
export const waited = ({ scheduledAt, startedAt }: Waiting): string | undefined =>
  startedAt === null ? undefined : shortText(startedAt - scheduledAt);

/** What the wait was made of, as far as that is known. */
export const waitSteps = ({ scheduledAt, offeredAt, startedAt, begunAt }: Waiting): string[] => {
  if (startedAt === null) return [];
  const offered =
    offeredAt === null
      ? []
      : [
          `offered ${shortText(offeredAt - scheduledAt)} after its time`,
          `accepted ${shortText(startedAt - offeredAt)} later`,
        ];
  return begunAt === null
    ? offered
    : [...offered, `its tests began ${shortText(begunAt - startedAt)} after that`];
};
