import { shortText } from "../parts/time.tsx";
import type { ListedJob } from "./store.ts";

type Waiting = Pick<ListedJob, "scheduledAt" | "offeredAt" | "startedAt" | "begunAt">;

/** The time from the scheduled time to acceptance; undefined if the job was not accepted. */
export const waited = ({ scheduledAt, startedAt }: Waiting): string | undefined =>
  startedAt === null ? undefined : shortText(startedAt - scheduledAt);

/** The parts of the wait, as far as known. */
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
