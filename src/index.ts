import { createService } from "./app.ts";
import { HostMoment } from "./host-object/host-object.ts";
import { endLostRun } from "./jobs/end-lost-run.ts";
import { runTick } from "./tick.ts";

/** A host's object, with its one way to D1 handed in. */
export class HostObject extends HostMoment {
  protected override readonly endLostRun = endLostRun;
}

const service = createService(Date.now);

export default {
  fetch: service.fetch,
  scheduled: (controller, env) => runTick(env, controller.scheduledTime),
} satisfies ExportedHandler<Env>;
