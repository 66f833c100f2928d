import type { Call } from "../call.ts";
import { readCancelsOf } from "./cancel-store.ts";

/** The runs with a cancel request in projects that the caller may access. */
export const knownCancels = async ({ db, actor }: Call, jobs: number[]): Promise<number[]> =>
  actor.projectIds === null || jobs.length === 0 ? jobs : readCancelsOf(db, jobs, actor.projectIds);
