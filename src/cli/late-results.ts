import { setTimeout as sleep } from "node:timers/promises";
import type { Connection } from "./connection.ts";
import { type JobRead, type RunPath, readJob } from "./wait-for-end.ts";

/** How long a report may take to come after the end of its run. */
const REPORT_MS = 10_000;
/** The same where its results are to be written. */
const WANTED_REPORT_MS = 30_000;
const LOOK_MS = 1000;

/**
 * An ended job with its results. A host may say the end of a run before the reports of its tests, and nothing says
 * how many there are: they are complete when their counts stay as they are for a second.
 */
export const withResults = async (
  connection: Connection,
  path: RunPath,
  { ended, isWanted }: { ended: JobRead; isWanted: boolean },
): Promise<JobRead> => {
  const until = performance.now() + (isWanted ? WANTED_REPORT_MS : REPORT_MS);
  let job = ended;
  while (ended.accepted_at !== null) {
    await sleep(LOOK_MS);
    const before = JSON.stringify(job.results);
    job = await readJob(connection, path);
    const isSame = JSON.stringify(job.results) === before;
    if (isSame && (job.results !== null || performance.now() >= until)) break;
  }
  return job;
};
