import { demand, isUnderLease } from "./moves.ts";
import type { JobRow } from "./stored.ts";

const isSameRun = (was: JobRow, is: JobRow): boolean =>
  was.status === "RUNNING" && is.status === "RUNNING" && was.attempt === is.attempt;

/** Only a host's own requests put a run in doubt, or out of it. */
export const judgeDoubts = (
  before: Map<number, JobRow>,
  after: Map<number, JobRow>,
  mayDoubt: boolean,
): void => {
  for (const is of after.values()) {
    const was = before.get(is.id);
    if (!was || !isSameRun(was, is)) continue;
    const stays = was.doubtedAt === is.doubtedAt;
    demand(stays || mayDoubt, "only its host puts a run in doubt", was, is);
    demand(is.doubtedAt === null || !isUnderLease(is.holder), "a run under a lease is in no doubt", is);
  }
};

/** The runs of a host that are under no lease. */
const plainRuns = (jobs: Iterable<JobRow>, hostId: number): JobRow[] =>
  [...jobs].filter(
    ({ hostId: host, status, holder }) => host === hostId && status === "RUNNING" && !isUnderLease(holder),
  );

/** A process named what it runs: the other runs of its host are in doubt from then on. */
export const judgeSaid = (
  before: Map<number, JobRow>,
  after: Map<number, JobRow>,
  { hostId, running, at }: { hostId: number; running: readonly number[]; at: number },
): void => {
  for (const job of plainRuns(after.values(), hostId)) {
    const was = before.get(job.id);
    if (!was || !isSameRun(was, job)) continue;
    const expected = running.includes(job.id) ? null : (was.doubtedAt ?? at);
    demand(job.doubtedAt === expected, "a run is in doubt that its process does not name", running, was, job);
  }
};

/** Whether a run still counts as running: one in doubt does, for as long as its schedule allows. */
export const countsAsRunning = ({ doubtedAt, staleMinutes }: JobRow, now: number): boolean =>
  doubtedAt === null || doubtedAt > now - staleMinutes * 60_000;
