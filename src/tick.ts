import { pruneOldAudit } from "./audit/prune-audit.ts";
import { isRestoring } from "./backup/restore.ts";
import type { Step } from "./call.ts";
import { type Database, openDatabase } from "./database/database.ts";
import { causeChain } from "./database/retry.ts";
import { discountLostRuns } from "./flaky-tests/discount-lost.ts";
import { hostClient } from "./host-object/client.ts";
import { timingOf, windowStart } from "./host-object/timing.ts";
import { checkPresence } from "./hosts/check-presence.ts";
import { pruneOldPresence } from "./hosts/prune-presence.ts";
import { countOutcomes } from "./jobs/count-outcomes.ts";
import { endLostRuns } from "./jobs/end-lost-runs.ts";
import { endWaiting } from "./jobs/end-waiting.ts";
import { markOverdue } from "./jobs/mark-overdue.ts";
import { pruneEnded } from "./jobs/prune-ended.ts";
import { tellPages } from "./live-updates/client.ts";
import { log } from "./log.ts";
import { measure, noteSteps } from "./metrics/measure.ts";
import { resultsClient } from "./project-results/client.ts";
import { filesIn } from "./project-results/files.ts";
import { removeDeleted } from "./projects/remove-deleted.ts";
import { pruneResults } from "./results/prune-results.ts";
import { planSchedules } from "./schedules/plan-schedules.ts";
import { settleBlackouts } from "./schedules/settle-blackouts.ts";
import { parseSettings } from "./settings.ts";
/** In this order: later steps build on earlier ones; planning is last. */
export const STEPS: Record<string, Step> = {
  presence: checkPresence,
  overdue: markOverdue,
  lost_runs: endLostRuns,
  waiting: endWaiting,
  discounting: discountLostRuns,
  outcomes: countOutcomes,
  metrics: measure,
  pruning: pruneEnded,
  presence_pruning: pruneOldPresence,
  audit_pruning: pruneOldAudit,
  results_pruning: pruneResults,
  project_removal: removeDeleted,
  blackouts: settleBlackouts,
  planning: planSchedules,
};

/** The platform ends an invocation at 1,000 statements. The difference is left for retries. */
export const MAX_QUERIES = 950;
/** Reserved for planning, whatever the steps before it need. */
const PLANNING_QUERIES = 250;

/** A database that counts its statements. */
const counted = (db: Database): { db: Database; run: () => number } => {
  let queries = 0;
  const batch: Database["batch"] = (statements) => {
    queries += statements.length;
    return db.batch(statements);
  };
  return { db: { ...db, batch }, run: () => queries };
};

/**
 * Runs all steps for the window that ends at `scheduledTime` (epoch milliseconds); a failing step does not
 * stop the others. Then throws, naming the steps that failed. While an export is restored it does nothing.
 */
export const runTick = async (env: Env, scheduledTime: number): Promise<void> => {
  const settings = parseSettings(env);
  const at = windowStart(scheduledTime, settings.WINDOW_SECONDS * 1000);
  const { db, run } = counted(openDatabase(env.DB));
  const tick = {
    db,
    at,
    settings,
    host: hostClient(env.HOST, timingOf(at, settings)),
    results: resultsClient(env.PROJECT_RESULTS),
    files: filesIn(env.RESULTS),
    log,
  };
  const failed: string[] = [];
  const done: string[] = [];
  let isWhole: boolean | undefined;
  for (const [name, step] of Object.entries(STEPS)) {
    try {
      // What a step made in a part of an export could have an id that the rest has too.
      isWhole ??= !(await isRestoring(db));
      if (!isWhole) return log("tick_skipped", { at, why: "an export is being restored" });
      const kept = step === planSchedules ? 0 : PLANNING_QUERIES;
      const queriesLeft = () => MAX_QUERIES - kept - run();
      log("tick_step", { step: name, at, ...(await step({ ...tick, queriesLeft })) });
      done.push(name);
    } catch (error) {
      failed.push(name);
      log("tick_step_failed", { step: name, at, causes: causeChain(error) });
    }
  }
  try {
    await noteSteps(db, done, at);
  } catch (error) {
    failed.push("noting what ran");
    log("tick_step_failed", { step: "noting what ran", at, causes: causeChain(error) });
  }
  await tellPages(env, { projectId: null, jobId: null });
  if (failed.length > 0) throw new Error(`tick steps failed: ${failed.join(", ")}`);
};
