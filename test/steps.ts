import type { Step } from "../src/call.ts";
import { openDatabase } from "../src/database/database.ts";
import { hostClient } from "../src/host-object/client.ts";
import { timingOf } from "../src/host-object/timing.ts";
import { resultsClient } from "../src/project-results/client.ts";
import { filesIn } from "../src/project-results/files.ts";
import { formerSecretIn, parseSettings } from "../src/settings.ts";
import type { World } from "./world.ts";

/** Runs one step of the tick as the tick does, with `queries` statements left. Returns what it logs. */
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
    host: hostClient(env.HOST, timingOf(now, settings)),
    results: resultsClient(env.PROJECT_RESULTS),
    files: filesIn(env.RESULTS),
    deploymentSecret: env.ADMIN_TOKEN,
    formerSecret: formerSecretIn(env),
    log: () => undefined,
    queriesLeft: () => left,
  });
};
