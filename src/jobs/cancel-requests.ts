import type { Call } from "../call.ts";
import { readCancelsOf } from "./cancel-store.ts";

/** Of the runs that the host is asked to cancel, those in the projects that the caller may know of. */
export const knownCancels = async ({ db, actor }: Call, jobs: number[]): Promise<number[]> =>
  actor.projectIds === null || jobs.length === 0 ? jobs : readCancelsOf(db, jobs, actor.projectIds);
