import { createService } from "./app.ts";
import { HostMoment } from "./host-object/host-object.ts";
import { endLostRun } from "./jobs/end-lost-run.ts";
import { ProjectResults } from "./project-results/project-results.ts";
import { storeIdleLog } from "./run-files/log-storing.ts";
import { runTick } from "./tick.ts";

/** A host's object, with its ways to D1 and R2 handed in. */
export class HostObject extends HostMoment {
  protected override readonly endLostRun = endLostRun;
  protected override readonly storeLog = storeIdleLog;
}

export { ProjectResults };

const service = createService(Date.now);

export default {
  fetch: service.fetch,
  scheduled: (controller, env) => runTick(env, controller.scheduledTime),
} satisfies ExportedHandler<Env>;
