import type { Step } from "../call.ts";
import { ALARM_KINDS } from "../database/enums.ts";
import { judgingOf } from "./judging.ts";
import { SETTLING_QUERIES, settleAlarms, settleSchedules } from "./store.ts";

/** The parts of all schedules that one tick looks at; the next one goes on. */
const MAX_PARTS = 5;

/**
 * Ends the alarms whose cause is over and raises new ones, each with an event of its project. Bounded: the next tick
 * does what is left. It comes after the presence check, by which it knows who is silent.
 */
export const raiseAlarms: Step = async ({ db, at, settings, queriesLeft }) => {
  const judging = judgingOf(settings, at);
  const changed = { raised: 0, cleared: 0 };
  const add = ({ raised, cleared }: typeof changed) => {
    changed.raised += raised;
    changed.cleared += cleared;
  };
  for (const kind of ALARM_KINDS) {
    if (kind !== "schedule_never_ran" && queriesLeft() >= SETTLING_QUERIES)
      add(await settleAlarms(db, kind, judging));
  }
  for (let part = 0; part < MAX_PARTS && queriesLeft() >= SETTLING_QUERIES; part++) {
    const settled = await settleSchedules(db, judging);
    add(settled);
    if (!settled.more) break;
  }
  return changed;
};
