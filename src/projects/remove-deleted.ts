import type { Step } from "../call.ts";
import { projectPrefix } from "../project-results/files.ts";
import { removeUploads } from "../project-results/remove-uploads.ts";
import { markRemoved, readDeleted, removeRows } from "./store.ts";

/** The limit for one tick. */
const MAX_PROJECTS = 10;
const MAX_UPLOADS = 20;
const OF_ANY_AGE = Number.MAX_SAFE_INTEGER;
/** The maximum of queries for one project. */
const QUERIES = 9;

/**
 * Removes the data of deleted projects: first the rows, then, in a later tick, what R2 and the objects hold. Repeats
 * until a tick finds nothing, which covers data that was still arriving at the deletion.
 */
export const removeDeleted: Step = async ({ db, at, results, files, queriesLeft }) => {
  const removed = { rows: 0, files: 0, projects: 0 };
  if (queriesLeft() < QUERIES) return removed;
  for (const id of await readDeleted(db, MAX_PROJECTS)) {
    if (queriesLeft() < QUERIES) break;
    const rows = await removeRows(db, id);
    removed.rows += rows;
    if (rows > 0) continue;
    const keys = await files.list(projectPrefix(id));
    await files.remove(keys);
    removed.files += keys.length;
    if (keys.length > 0) continue;
    if ((await removeUploads({ results, files }, id, { before: OF_ANY_AGE, limit: MAX_UPLOADS })) > 0)
      continue;
    const { had } = await results(id, (object) => object.purge());
    if (had) continue;
    await markRemoved(db, id, at);
    removed.projects += 1;
  }
  return removed;
};
