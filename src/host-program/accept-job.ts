import { SECOND_MS } from "../wire/durations.ts";
import type { Emit } from "./events.ts";
import type { Journal } from "./journal.ts";
import { monotonicMs } from "./monotonic.ts";
import type { KnownAgent } from "./registration.ts";
import type { Renewer } from "./renewer.ts";
import type { ReportSender } from "./report-sender.ts";
import type { Stop } from "./run-job.ts";
import type { ServerClock } from "./server-clock.ts";
import { Refused, type ServiceClient } from "./service-client.ts";
import type { Leased } from "./service-types.ts";

export interface AcceptParts {
  client: ServiceClient;
  clock: ServerClock;
  journal: Journal;
  renewer: Renewer;
  reports: ReportSender;
  leaseSeconds: number;
  /** How long the service may leave the start unanswered; undefined: as long as the host runs. */
  startWithinMs: number | undefined;
  emit: Emit;
}

/** A leased job to start. `givenUp` aborts the start, and `stop` says why. */
interface Accepting {
  leased: Leased;
  agent: KnownAgent;
  givenUp: AbortSignal;
  stop: () => Stop | undefined;
}

/** What must be left of a lease when its run is stopped, beside the run's own stop time; for a long lease, a tenth of it. */
const MARGIN_MS = 3000;
const UNANSWERED: Stop = { status: "FAILED", reason: "not begun: the service did not answer" };

/** `not_run`: another runs it, or nobody yet. A status: the job ends with it, and is not run. */
type Acceptance = "run" | "not_run" | Stop["status"];

/** Reports RUNNING until the service answers, and renews the lease meanwhile. */
export const acceptJob = async (
  { leased, agent, givenUp, stop }: Accepting,
  { client, clock, journal, renewer, reports, leaseSeconds, startWithinMs, emit }: AcceptParts,
): Promise<Acceptance> => {
  const { lease_id: leaseId, job } = leased;
  const leaseMs = leaseSeconds * SECOND_MS;
  const { projects, automation } = client.api;
  const param = { project: String(job.project_id), job: String(job.job_id) };
  const json = { status: "RUNNING", lease_id: leaseId } as const;
  const accept = () => projects[":project"].automation.jobs[":job"].status.$put({ param, json });
  const marginMs = agent.settings.stopSeconds * SECOND_MS + Math.max(MARGIN_MS, leaseMs / 10);
  // The service may have received any of the tries: the lease counts from the first.
  renewer.watch({ leaseId, leaseMs, holdsUntil: monotonicMs() + leaseMs, marginMs });
  let mayBeHeard = false;
  try {
    const bound = startWithinMs === undefined ? [] : [AbortSignal.timeout(startWithinMs)];
    await client.untilAnswered(accept, AbortSignal.any([givenUp, ...bound]), () => {
      mayBeHeard = true;
    });
    return "run";
  } catch (error) {
    renewer.forget(leaseId);
    if (error instanceof Refused && !mayBeHeard) {
      journal.close(leaseId);
      emit({ event: "trouble", message: `job ${job.job_id} is not run: ${error.message}` });
      // The job may still be leased to this host. Giving the lease back frees it for others at once.
      const lease = { host: String(agent.hostId), lease: leaseId };
      await automation.hosts[":host"].leases[":lease"].$delete({ param: lease }).catch(() => undefined);
      return "not_run";
    }
    // The service may have received RUNNING: without a report the job would run forever.
    const { status, reason, unreported } = stop() ?? UNANSWERED;
    if (unreported) {
      journal.close(leaseId);
      return "not_run";
    }
    journal.end(leaseId, { status, reason, log: null, endedAt: clock.serverTime(Date.now()) });
    reports.sendAll();
    return status;
  }
};
