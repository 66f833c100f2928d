import { answered, Refused } from "../client/client.ts";
import type { Connection } from "./connection.ts";
import { Unanswered } from "./patient-fetch.ts";
import { connection, type Session } from "./session.ts";
import {
  hasEnded,
  type JobRead,
  jobCall,
  paramOf,
  type RunPath,
  readJob,
  waitForEnd,
} from "./wait-for-end.ts";

const TRY_MS = 20_000;
const PATIENCE_MS = 30_000;
/** How long a host may take to stop a run. */
const STOP_MS = 10_000;

/** Cancels a run, or asks its host to. Gives the job as it then is. Throws `Unanswered`, `Refused`. */
const askToCancel = async (asked: Connection, path: RunPath): Promise<JobRead> => {
  try {
    await answered(jobCall(asked).status.$put({ param: paramOf(path), json: { status: "CANCELLED" } }));
  } catch (error) {
    // It ended in the meantime.
    if (!(error instanceof Refused && error.status === 409)) throw error;
  }
  return readJob(asked, path);
};

/** What became of a cancelled run, in words. */
const wordsOf = ({ job_id, status }: Pick<JobRead, "job_id" | "status">): string => {
  if (status === "CANCELLED") return `job ${job_id} is cancelled`;
  return status === "RUNNING"
    ? `job ${job_id} runs; its host is asked to cancel it`
    : `job ${job_id} is ${status} already`;
};

/** What it gives, or undefined if the service does not answer; `onLost` is then told why. */
const unlessLost = async <Result>(
  work: Promise<Result>,
  onLost: (message: string) => void,
): Promise<Result | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    onLost(error.message);
    return undefined;
  }
};

/**
 * Cancels a run because the user or the clock wants it, and says so. Gives the job as it then is; undefined if the
 * service was not reached. Throws `Refused`.
 */
export const cancelRun = async (
  session: Session,
  path: RunPath,
  { why, stop }: { why: string; stop: AbortSignal },
): Promise<JobRead | undefined> => {
  const { say } = session.terminal;
  const asked = connection(session, { tryMs: TRY_MS, patienceMs: PATIENCE_MS, signal: stop });
  const goesOn = `job ${path.job} may still run`;
  const job = await unlessLost(askToCancel(asked, path), (lost) =>
    say(`${why}, but the service was not reached (${lost}): ${goesOn}`),
  );
  if (!job) return undefined;
  say(`${why}: ${wordsOf(job)}`);
  if (hasEnded(job)) return job;
  const until = performance.now() + STOP_MS;
  const waiting = waitForEnd(asked, path, { until, onNews: () => undefined });
  const stopped = await unlessLost(waiting, () => undefined);
  say(stopped ? wordsOf(stopped) : goesOn);
  return stopped ?? job;
};
