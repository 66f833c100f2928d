import { openDatabase } from "../src/database/database.ts";
import { momentOf } from "../src/hosts/moment.ts";
import { reachHost } from "../src/hosts/reach.ts";
import { parseSettings } from "../src/settings.ts";
import type { Step } from "../src/tick.ts";
import type { World } from "./world.ts";

/** Runs one step of the tick as the tick does, with so many statements left. Gives what it tells. */
export const runStep = async (step: Step, { env, now }: World, { queries }: { queries: number }) => {
  const settings = parseSettings(env);
  const plain = openDatabase(env.DB);
  let left = queries;
  const batch: typeof plain.batch = (statements) => {
    left -= statements.length;
    return plain.batch(statements);
  };
  return step({
    db: { ...plain, batch },
    at: now,
    settings,
    host: reachHost(env.HOST, momentOf(now, settings)),
    log: () => undefined,
    queriesLeft: () => left,
  });
};
