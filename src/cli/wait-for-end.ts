import { setTimeout as sleep } from "node:timers/promises";
import { answered } from "../client/client.ts";
import type { Connection } from "./connection.ts";

/** The job of a run. */
export interface RunPath {
  project: number;
  job: number;
}

export const jobCall = ({ service }: Connection) => service.projects[":project"].automation.jobs[":job"];

export const paramOf = ({ project, job }: RunPath) => ({ project: String(project), job: String(job) });

export const readJob = (connection: Connection, path: RunPath) =>
  answered(jobCall(connection).$get({ param: paramOf(path), query: {} }));
export type JobRead = Awaited<ReturnType<typeof readJob>>;

const ENDED: readonly string[] = ["COMPLETED", "FAILED", "CANCELLED"];
export const hasEnded = ({ status }: Pick<JobRead, "status">): boolean => ENDED.includes(status);

/** The longest wait of one request. Its try must be allowed longer. */
const WAIT_SECONDS = 50;
export const WAIT_TRY_MS = (WAIT_SECONDS + 15) * 1000;
/** A service that answers at once without news, as an old one does, is asked no more often. */
const LEAST_MS = 2000;

/**
 * Waits until a job has ended, and calls `onNews` with each status that it has meanwhile. `until` is a time of
 * `performance.now()`; undefined if the job has not ended by then. Throws `Unanswered`, `Refused`.
 */
export const waitForEnd = async (
  connection: Connection,
  path: RunPath,
  { until, onNews }: { until: number; onNews: (job: JobRead) => void },
): Promise<JobRead | undefined> => {
  let seen: JobRead["status"] | undefined;
  for (;;) {
    const began = performance.now();
    const leftSeconds = Math.ceil((until - began) / 1000);
    const wait = seen === undefined ? 0 : Math.max(0, Math.min(WAIT_SECONDS, leftSeconds));
    const query = { wait: String(wait), ...(seen === undefined ? {} : { seen }) };
    const job = await answered(jobCall(connection).$get({ param: paramOf(path), query }));
    if (job.status !== seen) onNews(job);
    if (hasEnded(job)) return job;
    const now = performance.now();
    if (now >= until) return undefined;
    const isEarly = job.status === seen && now - began < LEAST_MS;
    if (isEarly) await sleep(Math.min(LEAST_MS, until - now));
    seen = job.status;
  }
};
