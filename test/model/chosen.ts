import type { Beliefs, KnownLease } from "./client-knowledge.ts";
import type { Command } from "./commands.ts";
import { isEnded } from "./moves.ts";
import { cancel, cancelSchedule, rerun, revoke, schedule, setActive, setPaused } from "./operators.ts";
import { deleteAgent, makeAgent, retire, revive } from "./places.ts";
import type { Requests } from "./requests.ts";
import type { Say } from "./run-requests.ts";
import type { Scene } from "./scene.ts";
import {
  backfill,
  deleteSchedule,
  editSchedule,
  makeSchedule,
  pauseSchedule,
  renameSchedule,
  runNow,
} from "./schedules.ts";
import type { Sendable } from "./sendable.ts";
import type { SocketSteps } from "./socket-steps.ts";
import type { JobRow, ScheduleRow } from "./stored.ts";

export type Request = Exclude<
  Command,
  {
    do:
      | ("advance" | "alarms" | "tick" | "evict" | "release" | "abandon" | "clear" | "second host")
      | ("disconnect" | "hold look" | "let look go");
  }
>;

/** How many of them commands can name. */
const MAX_NAMED = 8;

/** The jobs of schedules, ordered: those that have not ended and whose time is nearest come first. */
const nearest = (jobs: JobRow[], now: number): JobRow[] =>
  jobs.sort(
    (one, other) =>
      Number(isEnded(one)) - Number(isEnded(other)) ||
      Math.abs(one.dueAt - now) - Math.abs(other.dueAt - now) ||
      one.id - other.id,
  );

const runsOf = (jobs: Iterable<JobRow>, hostId: number): number[] =>
  [...jobs].filter((job) => job.hostId === hostId && job.status === "RUNNING").map(({ id }) => id);

/** What a run of the model knows when it chooses the next request. */
interface Chooser {
  scene: Scene;
  beliefs: Beliefs;
  requests: Requests;
  sockets: SocketSteps;
  jobs: ReadonlyMap<number, JobRow>;
  schedules: ReadonlyMap<number, ScheduleRow>;
  isPlanned: boolean;
  sent: readonly Sendable[];
  reruns: Map<string, number>;
}

/** The request of a command; undefined if what it names does not exist. */
export const chosen = (run: Chooser, command: Request): Sendable | undefined => {
  const { scene, beliefs, requests } = run;
  const all = [...run.jobs.values()].filter(
    (job) => command.do !== "rerun" || !run.isPlanned || isEnded(job),
  );
  const jobs = run.isPlanned ? nearest(all, scene.world.now).slice(0, MAX_NAMED) : all;
  const place = scene.place("host" in command ? command.host : 0);
  const schedules = [...run.schedules.values()];
  const on = (make: (schedule: ScheduleRow) => Sendable | undefined): Sendable | undefined => {
    const found = "schedule" in command ? schedules[command.schedule % schedules.length] : undefined;
    return found && make(found);
  };
  const job = "job" in command ? jobs[command.job % jobs.length] : undefined;
  const leases = [...beliefs.leases.values()].reverse();
  const of = (make: (known: KnownLease) => Sendable): Sendable | undefined => {
    const known = "lease" in command ? leases[command.lease % leases.length] : undefined;
    return known && make(known);
  };
  const sayTwice = run.sockets.requests.say("twice" in command && command.twice);
  const said = (make: (said: { known: KnownLease; say: Say }) => Sendable): Sendable | undefined =>
    of((known) => ({
      ...make({ known, say: sayTwice }),
      onSocket: true,
      lease: known.id,
    }));
  const says = "running" in command ? command.running : undefined;
  const running = says && (says === "all" ? runsOf(run.jobs.values(), place.hostId) : []);
  switch (command.do) {
    case "poll":
      return requests.poll(command.client, { own: command.own, look: command.look, running }, place);
    case "lease":
      return requests.lease(command.process, command.most, {
        seconds: command.seconds,
        lost: command.lost,
        place,
      });
    case "ping":
      return requests.ping({ own: command.own, running }, place);
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
      return job && rerun(scene, run.reruns, { id: job.id, key: command.key });
    case "schedule":
      return schedule(scene, command.ahead);
    case "activity":
      return setActive(scene, command.active, place);
    case "pause":
      return job && setPaused(scene, job, command.paused);
    case "connect":
      return run.sockets.requests.connect(command.owner, {
        slots: command.slots,
        keeps: command.keeps,
        place,
      });
    case "make room": {
      const living = run.sockets.processes.living();
      const process = living[command.process % living.length];
      return process && run.sockets.requests.makeRoom(process, command.slots);
    }
    case "say accept":
      return said(({ known, say }) => requests.accept(known, say));
    case "say renew":
      // It waits for no other message.
      return of((known) => ({ ...requests.renew(known, sayTwice), onSocket: true }));
    case "say end":
      return said(({ known, say }) => requests.finish(known, command.status, say));
    case "say log":
      return said(({ known }) => run.sockets.requests.log(known, command.from, command.twice));
    case "make schedule":
      return makeSchedule(scene, place, { cadence: command.cadence, saying: command.saying });
    case "edit schedule":
      return on((found) =>
        editSchedule(scene, found, { place, cadence: command.cadence, saying: command.saying }),
      );
    case "rename schedule":
      return on((found) => renameSchedule(scene, found));
    case "stranger":
      return of((known) => requests.stranger(known, command.gives));
    case "pause schedule":
      return on((found) => pauseSchedule(scene, found, command.paused));
    case "delete schedule":
      return on((found) => deleteSchedule(scene, found));
    case "run now":
      return on((found) => runNow(scene, found));
    case "backfill":
      return on((found) => backfill(scene, found, { back: command.back, ahead: command.ahead }));
    case "retire":
      return retire(scene, beliefs, place);
    case "revive":
      return revive(scene, place);
    case "delete agent":
      return deleteAgent(scene, place);
    case "make agent":
      return makeAgent(scene, place);
    case "revoke":
      return revoke(scene);
    case "repeat":
      return run.sent.at(-1 - (command.request % Math.max(1, run.sent.length)));
  }
};
