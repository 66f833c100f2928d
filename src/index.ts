import { createService } from "./app.ts";
import { findLiveSession } from "./console/live/live-session.ts";
import { ConnectedHost } from "./host-object/connected-host.ts";
import { endLostRun } from "./jobs/end-lost-run.ts";
import { LiveSockets } from "./live-updates/live-sockets.ts";
import { ProjectResults } from "./project-results/project-results.ts";
import { socketWork } from "./push/socket-work.ts";
import { storeIdleLog } from "./run-files/log-storing.ts";
import { runTick } from "./tick.ts";
import { TokenHostsObject } from "./token-hosts/token-hosts.ts";

/** A host's object with its access to D1 and R2, and its clock. */
export class HostObject extends ConnectedHost {
  protected override readonly endLostRun = endLostRun;
  protected override readonly storeLog = storeIdleLog;
  protected override readonly socketWork = socketWork;

  protected override clock(): number {
    return Date.now();
  }
}

/** The object that tells the console's pages of changes, with its access to D1 and its clock. */
export class LiveUpdates extends LiveSockets {
  protected override readonly findSession = findLiveSession;

  protected override clock(): number {
    return Date.now();
  }
}

/** The object that tells the hosts of a token that it changed, with its clock. */
export class TokenHosts extends TokenHostsObject {
  protected override clock(): number {
    return Date.now();
  }
}

export { ProjectResults };

const service = createService(Date.now);

export default {
  fetch: service.fetch,
  scheduled: (controller, env) => runTick(env, controller.scheduledTime),
} satisfies ExportedHandler<Env>;
