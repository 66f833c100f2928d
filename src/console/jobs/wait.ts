import { lengthText } from "../parts/time.tsx";
import type { ListedJob } from "./store.ts";

const TEN_SECONDS = 10_000;

/** A wait in words; a short one to the tenth of a second. */
const waitText = (ms: number): string =>
  ms < TEN_SECONDS ? `${(Math.max(0, ms) / 1000).toFixed(1)} s` : lengthText(ms);

type Waiting = Pick<ListedJob, "scheduledAt" | "offeredAt" | "startedAt" | "begunAt">;

/** How long a job waited from its time until it was accepted; undefined where it was not. */
export const waited = ({ scheduledAt, startedAt }: Waiting): string | undefined =>
  startedAt === null ? undefined : waitText(startedAt - scheduledAt);

/** What the wait was made of, as far as that is known. */
export const waitSteps = ({ scheduledAt, offeredAt, startedAt, begunAt }: Waiting): string[] => {
  if (startedAt === null) return [];
  const offered =
    offeredAt === null
      ? []
      : [
          `offered ${waitText(offeredAt - scheduledAt)} after its time`,
          `accepted ${waitText(startedAt - offeredAt)} later`,
        ];
  return begunAt === null
    ? offered
    : [...offered, `its tests began ${waitText(begunAt - startedAt)} after that`];
};
