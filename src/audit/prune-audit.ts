import type { Step } from "../call.ts";
import { keptFrom } from "../settings.ts";
import { pruneAudit } from "./store.ts";

/** The limit for one tick; the next tick continues. */
const MAX_ROWS = 5000;

/** Removes the audit rows older than RETENTION_DAYS, oldest first. */
export const pruneOldAudit: Step = async ({ db, at, settings, queriesLeft }) => ({
  rows: queriesLeft() < 1 ? 0 : await pruneAudit(db, keptFrom(at, settings.RETENTION_DAYS), MAX_ROWS),
});
