import { randomUUID } from "node:crypto";
import { beginInSlot } from "./begin-in-slot.ts";
import { LeaseLoop, type LeaseLoopParts } from "./lease-loop.ts";
import { PollPacer } from "./poll-pacer.ts";
import { PushLoop } from "./push-loop.ts";
import type { KnownAgent } from "./registration.ts";
import type { RunningJobs } from "./running-jobs.ts";
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
  const begin = beginInSlot({ ...shared, jobs, freeSlots, freeHostSlots });
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
