import { createService } from "./app.ts";
import { ConnectedHost } from "./host-object/connected-host.ts";
import { endLostRun } from "./jobs/end-lost-run.ts";
import { socketWork } from "./push/socket-work.ts";
import { runTick } from "./tick.ts";

/** A host's object, with its ways to D1 and its clock handed in. */
export class HostObject extends ConnectedHost {
  protected override readonly endLostRun = endLostRun;
  protected override readonly socketWork = socketWork;

  protected override clock(): number {
    return Date.now();
  }
}

const service = createService(Date.now);

export default {
  fetch: service.fetch,
  scheduled: (controller, env) => runTick(env, controller.scheduledTime),
} satisfies ExportedHandler<Env>;
