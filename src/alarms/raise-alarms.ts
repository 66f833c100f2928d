import type { Step } from "../call.ts";
import type { AlarmKind } from "../database/enums.ts";
import type { Watched } from "./condition-store.ts";
import { judgingOf } from "./judging.ts";
import { clearAlarms, raiseAlarms as raiseKind, readKinds, watchNext } from "./store.ts";

/** The statements that read which kinds there are, end the alarms of one, raise them, and give the next ones their turn. */
const READING_QUERIES = 2;
const CLEARING_QUERIES = 3;
const RAISING_QUERIES = 3;
const TURN_QUERIES = 2;

/** The parts of all agents, and of all schedules, that one tick looks at; the next one goes on. */
const MAX_PARTS = 5;

/** The alarms about what is looked at in turn. */
const IN_TURN: readonly { watched: Watched; kinds: readonly AlarmKind[] }[] = [
  { watched: "agents", kinds: ["job_waiting", "host_silent"] },
  { watched: "schedules", kinds: ["schedule_never_ran"] },
];

/**
 * Ends the alarms whose cause is over and raises new ones, each with an event of its project. Bounded: the next tick
 * does what is left. It comes after the presence check, by which it knows who is silent.
 */
export const raiseAlarms: Step = async ({ db, at, settings, queriesLeft }) => {
  const judging = judgingOf(settings, at);
  const changed = { raised: 0, cleared: 0 };
  if (queriesLeft() < READING_QUERIES) return changed;
  const { open, signs } = await readKinds(db);
  for (const kind of open)
    if (queriesLeft() >= CLEARING_QUERIES) changed.cleared += await clearAlarms(db, kind, judging);
  for (const kind of signs)
    if (queriesLeft() >= RAISING_QUERIES) changed.raised += await raiseKind(db, kind, judging);
  for (const { watched, kinds } of IN_TURN) {
    const queries = kinds.length * RAISING_QUERIES + TURN_QUERIES;
    for (let part = 0; part < MAX_PARTS && queriesLeft() >= queries; part++) {
      for (const kind of kinds) changed.raised += await raiseKind(db, kind, judging);
      if (!(await watchNext(db, watched, at))) break;
    }
  }
  return changed;
};
