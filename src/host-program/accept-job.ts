import { SECOND_MS } from "../wire/durations.ts";
import type { Tell } from "./events.ts";
import type { Journal } from "./journal.ts";
import { ACCEPT_SECONDS } from "./lease-loop.ts";
import { monotonicMs } from "./monotonic.ts";
import type { KnownAgent } from "./registration.ts";
import type { Renewer } from "./renewer.ts";
import type { ReportSender } from "./report-sender.ts";
import { Refused, type ServiceClient } from "./service-client.ts";
import type { Leased } from "./service-types.ts";

export interface AcceptParts {
  client: ServiceClient;
  journal: Journal;
  renewer: Renewer;
  reports: ReportSender;
  leaseSeconds: number;
  tell: Tell;
}

/** What must be left of a lease when its run is being stopped, beside the time that it has to end; a tenth of a long one. */
const MARGIN_MS = 3000;

/** Reports a leased job RUNNING, until the service answers or the lease has run out. Whether it is ours to run. */
export const acceptJob = async (
  { leased, agent }: { leased: Leased; agent: KnownAgent },
  askedAt: number,
  { client, journal, renewer, reports, leaseSeconds, tell }: AcceptParts,
): Promise<boolean> => {
  const { lease_id: leaseId, job } = leased;
  const leaseMs = leaseSeconds * SECOND_MS;
  const path = `/projects/${job.project_id}/automation/jobs/${job.job_id}/status`;
  const request = { method: "PUT", path, body: { status: "RUNNING", lease_id: leaseId } } as const;
  const left = AbortSignal.timeout(Math.max(0, askedAt + ACCEPT_SECONDS * SECOND_MS - Date.now()));
  // The first try may be the one that was heard, whichever is answered.
  const saidAt = monotonicMs();
  try {
    await client.untilAnswered(request, left);
  } catch (error) {
    if (error instanceof Refused) {
      journal.close(leaseId);
      tell({ event: "trouble", message: `job ${job.job_id} is not run: ${error.message}` });
      // It may still be held for this host: given back, others get it at once.
      const lease = `/automation/hosts/${agent.hostId}/leases/${leaseId}`;
      await client.once({ method: "DELETE", path: lease }).catch(() => undefined);
      return false;
    }
    // It may have been heard. What did not begin is told, so that it does not run for ever.
    const reason = "not begun: the service did not answer";
    journal.end(leaseId, { status: "FAILED", reason, log: null, endedAt: Date.now() });
    reports.sendAll();
    return false;
  }
  const marginMs = agent.settings.stopSeconds * SECOND_MS + Math.max(MARGIN_MS, leaseMs / 10);
  renewer.watch({ leaseId, leaseMs, holdsUntil: saidAt + leaseMs, marginMs });
  return true;
};
