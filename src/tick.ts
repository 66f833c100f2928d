import { pruneOldAudit } from "./audit/prune-audit.ts";
import { type Database, openDatabase } from "./database/database.ts";
import { causeChain } from "./database/retry.ts";
import type { Log, ReachHost } from "./env.ts";
import { checkPresence } from "./hosts/check-presence.ts";
import { momentOf } from "./hosts/moment.ts";
import { windowStart } from "./hosts/presence.ts";
import { reachHost } from "./hosts/reach.ts";
import { countOutcomes } from "./jobs/count-outcomes.ts";
import { endLostRuns } from "./jobs/end-lost-runs.ts";
import { endWaiting } from "./jobs/end-waiting.ts";
import { markOverdue } from "./jobs/mark-overdue.ts";
import { pruneEnded } from "./jobs/prune-ended.ts";
import { log } from "./log.ts";
import { planSchedules } from "./schedules/plan-schedules.ts";
import { parseSettings, type Settings } from "./settings.ts";

/** What a step of the tick needs of the world. */
export interface Tick {
  db: Database;
  /** Epoch milliseconds: the scheduled time, at the start of a ping window; never the wall clock. */
  at: number;
  settings: Settings;
  host: ReachHost;
  log: Log;
}

/** A step does its part, bounded by counts, and tells what it changed. A tick run twice or late gives the same rows. */
export type Step = (tick: Tick) => Promise<Record<string, number>>;

const STEPS: Record<string, Step> = {
  presence: checkPresence,
  overdue: markOverdue,
  lost_runs: endLostRuns,
  waiting: endWaiting,
  outcomes: countOutcomes,
  pruning: pruneEnded,
  audit_pruning: pruneOldAudit,
  planning: planSchedules,
};

/** Runs every step for the window that ends at `scheduledTime` (epoch milliseconds), one failing or not. Throws, naming them, where steps failed. */
export const runTick = async (env: Env, scheduledTime: number): Promise<void> => {
  const settings = parseSettings(env);
  const at = windowStart(scheduledTime, settings.WINDOW_SECONDS * 1000);
  const tick: Tick = {
    db: openDatabase(env.DB),
    at,
    settings,
    host: reachHost(env.HOST, momentOf(at, settings)),
    log,
  };
  const failed: string[] = [];
  for (const [name, step] of Object.entries(STEPS)) {
    try {
      log("tick_step", { step: name, at, ...(await step(tick)) });
    } catch (error) {
      failed.push(name);
      log("tick_step_failed", { step: name, at, causes: causeChain(error) });
    }
  }
  if (failed.length > 0) throw new Error(`tick steps failed: ${failed.join(", ")}`);
};
