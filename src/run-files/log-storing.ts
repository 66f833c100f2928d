import type { Call } from "../call.ts";
import { openDatabase } from "../database/database.ts";
import { causeChain } from "../database/retry.ts";
import type { LogSegment } from "../host-object/log-table.ts";
import { log } from "../log.ts";
import { resultsClient } from "../project-results/client.ts";
import { fileKey, filesIn } from "../project-results/files.ts";
import { wasDeleted } from "./log-store.ts";

/** The name of a log segment: its offset, padded so that names sort in order. */
const segmentName = (from: number): string => String(from).padStart(15, "0");

export const LOG_TYPE = "text/plain; charset=utf-8";

/** Stores a log segment in R2. The project's object records it first; a repeat writes the same object. */
const putSegment = async (
  { results, files, now }: Pick<Call, "results" | "files" | "now">,
  { project, job, attempt, from, to, bytes }: LogSegment,
): Promise<void> => {
  const name = segmentName(from);
  const key = fileKey({ project, job, attempt }, "log", `${name}-${to}`);
  await results(project, (object) =>
    object.noteFile(
      { kind: "log", job, attempt, name },
      { key, bytes: to - from, contentType: LOG_TYPE, at: now },
    ),
  );
  await files.put(key, bytes, { contentType: LOG_TYPE });
};

/** The maximum of segments that one chunk moves; the next chunk or the alarm moves the rest. */
const MAX_SEGMENTS = 4;

/** Moves what waits of a log to R2, segment by segment, and tells the host's object, which then drops it. */
export const storeLog = async (
  call: Pick<Call, "host" | "results" | "files" | "now">,
  hostId: number,
  { job, attempt }: { job: number; attempt: number },
): Promise<void> => {
  for (let moved = 0; moved < MAX_SEGMENTS; moved++) {
    const segment = await call.host(hostId, (object) => object.sealLog(job, attempt));
    if (!segment) return;
    await putSegment(call, segment);
    const { isWorthStoring } = await call.host(hostId, (object) =>
      object.logStored(job, attempt, segment.to),
    );
    if (!isWorthStoring) return;
  }
};

/**
 * The same for the alarm of a host's object, which drops the segment itself. What is left of a deleted project counts as
 * stored: its files are removed, and nobody looks for more.
 */
export const storeIdleLog = async (
  env: Env,
  segment: LogSegment,
  now: number,
): Promise<{ stored: boolean }> => {
  try {
    if (await wasDeleted(openDatabase(env.DB), segment.project)) return { stored: true };
    await putSegment(
      { results: resultsClient(env.PROJECT_RESULTS), files: filesIn(env.RESULTS), now },
      segment,
    );
    return { stored: true };
  } catch (error) {
    const { job, attempt } = segment;
    log("log_not_stored", { job, attempt, causes: causeChain(error) });
    return { stored: false };
  }
};
