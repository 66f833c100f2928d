import type { Step, Tick } from "../call.ts";
import { ifAvailable } from "../host-object/client.ts";
import { removeUploads } from "../project-results/remove-uploads.ts";
import { keptFrom } from "../settings.ts";
import { DAY_MS, MINUTE_MS } from "../wire/durations.ts";
import { type DueProject, readDue, storeNext } from "./sweep-store.ts";

/** The maximum of projects in one tick, and of those whose objects are called. */
const MAX_DUE = 500;
const MAX_CALLED = 50;
/** The maximum removed from one project in one tick: files (R2 calls) and results. */
const FILES_A_CALL = 1000;
const MAX_CALLS = 3;
const MAX_RESULTS = 20_000;
const MAX_UPLOADS = 20;
/** How long an upload may take. R2 itself keeps the parts for a day more. */
const UPLOAD_MS = 6 * DAY_MS;
/** When a project is tried again whose object was unavailable. */
const AGAIN_MS = 60 * MINUTE_MS;
/** The queries that find the projects and store when they are due next. */
const QUERIES = 2;

const KINDS = ["result", "report", "log", "artifact", "upload"] as const;

/** How long what a project has is kept, by kind; milliseconds. */
const agesOf = ({
  settings: { REPORT_DAYS, ARTIFACT_DAYS },
}: Tick): Record<(typeof KINDS)[number], number> => ({
  result: REPORT_DAYS * DAY_MS,
  report: REPORT_DAYS * DAY_MS,
  log: ARTIFACT_DAYS * DAY_MS,
  artifact: ARTIFACT_DAYS * DAY_MS,
  upload: Math.min(UPLOAD_MS, ARTIFACT_DAYS * DAY_MS),
});

/**
 * When something of a project is old enough to be removed: what it has now, or what it may get from now on, which is
 * younger. Until then its object need not be asked.
 */
const nextAt = async (tick: Tick, project: number): Promise<number> => {
  const ages = agesOf(tick);
  const oldest = await tick.results(project, (object) => object.oldest());
  if (oldest.isDropped) return tick.at;
  return Math.min(...KINDS.map((kind) => ages[kind] + (oldest[kind] ?? tick.at))) + 1;
};

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

const NOTHING = { uploads: 0, files: 0, results: 0, tests: 0 };

/** Removes what is old of a project, if anything is. `sweepAt` is when it is due next. */
const pruneProject = async (tick: Tick, project: number) => {
  const sweepAt = await nextAt(tick, project);
  if (sweepAt > tick.at) return { ...NOTHING, sweepAt };
  const before = tick.at - agesOf(tick).upload;
  const uploads = await removeUploads(tick, project, { before, limit: MAX_UPLOADS });
  const files = await pruneFiles(tick, project);
  const resultsBefore = keptFrom(tick.at, tick.settings.REPORT_DAYS);
  const { results, tests } = await tick.results(project, (object) =>
    object.pruneResults(resultsBefore, MAX_RESULTS, tick.at),
  );
  return { uploads, files, results, tests, sweepAt: await nextAt(tick, project) };
};

/**
 * Removes reports and results older than REPORT_DAYS, logs and artifacts older than ARTIFACT_DAYS, and uploads that
 * were not completed, of the projects that are due. Bounded; a project of which something is left stays due, and one
 * whose object is unavailable has its turn an hour later. The object of a project that never had a job is not called.
 */
export const pruneResults: Step = async (tick) => {
  const pruned = { projects: 0, ...NOTHING };
  if (tick.queriesLeft() < QUERIES) return pruned;
  const next: { id: number; sweepAt: number }[] = [];
  const due: DueProject[] = await readDue(tick.db, tick.at, MAX_DUE);
  for (const { id, used } of due) {
    if (used === 0) {
      next.push({ id, sweepAt: tick.at + agesOf(tick).upload });
      continue;
    }
    if (pruned.projects === MAX_CALLED) continue;
    pruned.projects += 1;
    const answered = await ifAvailable(pruneProject(tick, id), tick.log);
    next.push({ id, sweepAt: answered?.reply.sweepAt ?? tick.at + AGAIN_MS });
    pruned.uploads += answered?.reply.uploads ?? 0;
    pruned.files += answered?.reply.files ?? 0;
    pruned.results += answered?.reply.results ?? 0;
    pruned.tests += answered?.reply.tests ?? 0;
  }
  if (next.length > 0) await storeNext(tick.db, next);
  return pruned;
};
