import { shortText } from "../parts/time.tsx";
import type { ListedJob } from "./store.ts";

type Waiting = Pick<ListedJob, "scheduledAt" | "offeredAt" | "startedAt" | "begunAt">;

/** The time from the scheduled time to acceptance; undefined if the job was not accepted. */
export const waited = ({ scheduledAt, startedAt }: Waiting): string | undefined =>
  startedAt === null ? undefined : shortText(startedAt - scheduledAt);

/** A step on the way from a job's time to its beginning. */
export interface WaitStep {
  what: string;
  /** Epoch milliseconds. */
  at: number;
  /** The time since the step before. */
  later: string;
}

/** When a job that was accepted was offered, accepted and begun, as far as known. */
export const waitSteps = ({ scheduledAt, offeredAt, startedAt, begunAt }: Waiting): WaitStep[] => {
  if (startedAt === null) return [];
  const offered =
    offeredAt === null
      ? []
      : [{ what: "Offered", at: offeredAt, later: `${shortText(offeredAt - scheduledAt)} after its time` }];
  const accepted = {
    what: "Accepted",
    at: startedAt,
    later:
      offeredAt === null
        ? `${shortText(startedAt - scheduledAt)} after its time`
        : `${shortText(startedAt - offeredAt)} later`,
  };
  return begunAt === null
    ? [...offered, accepted]
    : [
        ...offered,
        accepted,
        { what: "Tests began", at: begunAt, later: `${shortText(begunAt - startedAt)} later` },
      ];
};
