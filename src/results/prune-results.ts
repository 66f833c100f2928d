import type { Step, Tick } from "../call.ts";
import { ifAvailable } from "../host-object/client.ts";
import { keptFrom } from "../settings.ts";
import { nextProjects } from "./sweep-store.ts";

/** The maximum of projects in one tick, in rotation. */
const MAX_PROJECTS = 50;
/** The maximum removed from one project in one tick: files (R2 calls) and results. */
const FILES_A_CALL = 1000;
const MAX_CALLS = 3;
const MAX_RESULTS = 20_000;
/** The queries that find the projects. */
const QUERIES = 2;

/** Removes old files from R2 first, then their rows, so that no file is ever without a row. */
const pruneFiles = async ({ at, settings, results, files }: Tick, project: number): Promise<number> => {
  const report = keptFrom(at, settings.REPORT_DAYS);
  const other = keptFrom(at, settings.ARTIFACT_DAYS);
  let removed = 0;
  for (let calls = 0; calls < MAX_CALLS; calls++) {
    const keys = await results(project, (object) =>
      object.oldFiles({ report, log: other, artifact: other }, FILES_A_CALL),
    );
    await files.remove(keys);
    if (keys.length > 0) await results(project, (object) => object.forgetFiles(keys));
    removed += keys.length;
    if (keys.length < FILES_A_CALL) break;
  }
  return removed;
};

const pruneProject = async (tick: Tick, project: number) => {
  const files = await pruneFiles(tick, project);
  const before = keptFrom(tick.at, tick.settings.REPORT_DAYS);
  const { results, tests } = await tick.results(project, (object) =>
    object.pruneResults(before, MAX_RESULTS, tick.at),
  );
  return { files, results, tests };
};

/**
 * Removes reports and results older than REPORT_DAYS, and logs and artifacts older than ARTIFACT_DAYS, of the next
 * projects in rotation. Bounded; the rest waits for the project's next turn, and so does a project whose object is
 * unavailable.
 */
export const pruneResults: Step = async (tick) => {
  const pruned = { projects: 0, files: 0, results: 0, tests: 0 };
  if (tick.queriesLeft() < QUERIES) return pruned;
  for (const project of await nextProjects(tick.db, MAX_PROJECTS)) {
    pruned.projects += 1;
    const answered = await ifAvailable(pruneProject(tick, project), tick.log);
    pruned.files += answered?.reply.files ?? 0;
    pruned.results += answered?.reply.results ?? 0;
    pruned.tests += answered?.reply.tests ?? 0;
  }
  return pruned;
};
