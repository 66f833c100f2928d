import { randomUUID } from "node:crypto";
import { LeaseLoop, type LeaseLoopParts } from "./lease-loop.ts";
import { PollPacer } from "./poll-pacer.ts";
import { PushLoop } from "./push-loop.ts";
import type { KnownAgent } from "./registration.ts";
import type { RunningJobs } from "./running-jobs.ts";
import type { Leased } from "./service-types.ts";
import type { HostSettings } from "./settings.ts";

export interface WaysParts
  extends Pick<LeaseLoopParts, "client" | "clock" | "hostId" | "agents" | "whyNot" | "trouble"> {
  jobs: RunningJobs;
  settings: () => HostSettings;
  token: () => string;
}

/** The two ways that jobs arrive: polling, and a socket that falls back to polling. */
export const waysToJobs = ({
  jobs,
  settings,
  token,
  clock,
  ...shared
}: WaysParts): { loop: LeaseLoop; push: PushLoop } => {
  const freeSlots = (agent: KnownAgent) => agent.settings.slots - jobs.countOf(agent);
  const freeHostSlots = () => settings().slots - jobs.size;
  /** An offer can cross the word that the slots are taken: what has none is given back, for others to take at once. */
  const begin = (leased: Leased, agent: KnownAgent): void => {
    if (jobs.isHeld(leased) || (freeSlots(agent) > 0 && freeHostSlots() > 0)) {
      jobs.begin(leased, agent);
      return;
    }
    const lease = `/automation/hosts/${shared.hostId}/leases/${leased.lease_id}`;
    void shared.client.once({ method: "DELETE", path: lease }).catch(() => undefined);
  };
  const leaseSeconds = settings().leaseSeconds;
  const both = { ...shared, owner: randomUUID(), leaseSeconds, freeSlots, freeHostSlots, begin };
  const loop = new LeaseLoop({ ...both, clock, pacer: new PollPacer(settings().pollSeconds * 1000) });
  const push = new PushLoop({
    ...both,
    token,
    polling: loop,
    running: () => jobs.held(),
    onNews: (news) => void jobs.onNews(news),
  });
  shared.client.overSocket = (request) => push.overSocket(request);
  return { loop, push };
};
