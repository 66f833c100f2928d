import type { KnownLease } from "./client-knowledge.ts";
import type { Command } from "./commands.ts";
import { cancel, cancelSchedule, rerun, revoke, schedule, setActive, setPaused } from "./operators.ts";
import type { Sendable } from "./requests.ts";
import type { Run } from "./run.ts";

export type Request = Exclude<
  Command,
  { do: "advance" | "alarms" | "tick" | "evict" | "release" | "abandon" | "clear" }
>;

/** The request that a command asks for; undefined where what it names is not there. */
export const chosen = (run: Run, command: Request): Sendable | undefined => {
  const { scene, beliefs, requests } = run;
  const jobs = [...run.jobs.values()];
  const job = "job" in command ? jobs[command.job % jobs.length] : undefined;
  const leases = [...beliefs.leases.values()].reverse();
  const of = (make: (known: KnownLease) => Sendable): Sendable | undefined => {
    const known = "lease" in command ? leases[command.lease % leases.length] : undefined;
    return known && make(known);
  };
  switch (command.do) {
    case "poll":
      return requests.poll(command.client, command.own);
    case "lease":
      return requests.lease(command.process, command.most, command.seconds, command.lost);
    case "ping":
      return requests.ping(command.own);
    case "accept":
      return of((known) => requests.accept(known));
    case "finish":
      return of((known) => requests.finish(known, command.status));
    case "renew":
      return of((known) => requests.renew(known));
    case "give back":
      return of((known) => requests.giveBack(known));
    case "start":
      return job && requests.start(command.client, job.id);
    case "end":
      return job && requests.end(command.client, job.id, command.status);
    case "cancel":
      return job && cancel(scene, beliefs, job.id);
    case "cancel schedule":
      return job && cancelSchedule(scene, job);
    case "rerun":
      return job && rerun(scene, run.reruns, job.id, command.key);
    case "schedule":
      return schedule(scene, command.ahead);
    case "activity":
      return setActive(scene, command.active);
    case "pause":
      return job && setPaused(scene, job, command.paused);
    case "revoke":
      return revoke(scene);
    case "repeat":
      return run.sent.at(-1 - (command.request % Math.max(1, run.sent.length)));
  }
};
