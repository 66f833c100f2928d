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
  const both = {
    ...shared,
    owner: randomUUID(),
    leaseSeconds: settings().leaseSeconds,
    freeSlots: (agent: KnownAgent) => agent.settings.slots - jobs.countOf(agent),
    freeHostSlots: () => settings().slots - jobs.size,
    begin: (leased: Leased, agent: KnownAgent) => jobs.begin(leased, agent),
  };
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
