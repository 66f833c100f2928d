import { parseWireTime } from "../../src/wire/times.ts";
import { leasesIn, leasesOf } from "../lease-client.ts";
import { jobsIn } from "../world.ts";
import type { Client, Look } from "./commands.ts";
import { judgeSaid } from "./doubts.ts";
import { demand } from "./moves.ts";
import { canBeHandedOut, inWindow, judgeOffers, type Offers, type Window } from "./offers.ts";
import { RunRequests } from "./run-requests.ts";
import { ACCEPT_MS, LEASE_MS, type Place, POLL_MS } from "./scene.ts";
import type { Seen, Sendable } from "./sendable.ts";

/** How far ahead a wide poll looks: further than a host's object knows of. */
const WIDE_MS = 25 * 60 * 60_000;

/** How a poll looks: an hour ahead; only half a minute ahead, and not back; a day and more ahead. */
const windowOf = (look: Look) => (now: number) => {
  if (look === "sliding") return { from: now, to: now + LEASE_MS / 2 };
  return { from: undefined, to: now + (look === "wide" ? WIDE_MS : POLL_MS) };
};

/** The token of a host's call, and what its process says that it runs. */
interface Says {
  own: boolean;
  running?: readonly number[] | undefined;
}

const saying = (running: readonly number[] | undefined): Record<string, string> =>
  running ? { "Jobs-Running": running.join(",") } : {};

/** The host's object answered a poll that there is nothing: that was so when the poll asked. */
const toldNothing = (
  offered: readonly number[],
  { before, sentAt }: Seen,
  { hostId, window }: { hostId: number; window: Window },
): void => {
  demand(offered.length === 0, "who did not ask D1 knows of no job", offered);
  const there = [...before.values()].filter(
    (job) => canBeHandedOut(job, sentAt) && job.hostId === hostId && inWindow(job, window),
  );
  demand(there.length === 0, "no poll is answered nothing where an open job was before", there);
};

/** The requests of one scene's clients, each with what its answer proves. */
export class Requests extends RunRequests {
  poll(
    client: Client,
    { own, look = "hour", running }: Says & { look?: Look | undefined },
    { hostId }: Place = this.scene.place(),
  ): Sendable {
    const { scene } = this;
    const { cancels } = this.beliefs;
    const { options, markOf } = this.from(client, own);
    const headers = { ...options.headers, ...saying(running) };
    const windowAt = windowOf(look);
    return {
      polls: true,
      own,
      ...(running ? { doubts: true } : {}),
      moves: running || scene.places.length > 1 ? "missed" : null,
      accepts: false,
      send: () => {
        cancels.polled(hostId);
        return scene.world.poll(hostId, { ...options, headers, ...windowAt(scene.world.now) });
      },
      answered: (answer, seen) => {
        const offered = jobsIn(answer);
        const window = windowAt(seen.sentAt);
        if (seen.byObject) toldNothing(offered, seen, { hostId, window });
        if (seen.alone) this.#judgeOffers({ hostId, window, offered, headers: answer.headers }, seen);
        this.beliefs.heard(hostId, seen.sentAt);
        if (seen.alone) this.beliefs.silences.polled(hostId, seen.after.values());
        if (seen.alone) cancels.judgeTold(hostId, answer, seen.sentAt);
        if (seen.alone)
          cancels.judgeOffered(
            hostId,
            { caller: markOf(answer), at: seen.sentAt },
            offered.flatMap((id) => seen.after.get(id) ?? []),
          );
        if (seen.alone && running) judgeSaid(seen.before, seen.after, { hostId, running, at: seen.sentAt });
        for (const id of offered) {
          const job = seen.after.get(id);
          demand(job !== undefined || !seen.alone, "only what is there is offered", id);
          // An edit dropped it after this poll had read it.
          if (!job) continue;
          if (job.dueAt >= seen.sentAt + LEASE_MS) continue;
          this.beliefs.offered(markOf(answer), job, { now: seen.now, until: seen.sentAt + LEASE_MS });
        }
      },
    };
  }

  lease(
    process: string,
    most: number,
    {
      seconds,
      lost,
      place: { hostId } = this.scene.place(),
    }: { seconds: number; lost: boolean; place?: Place },
  ): Sendable {
    const { scene } = this;
    const { options, markOf } = this.from(process === "p" ? "nonce" : "nothing");
    const body = { owner: process, max_jobs: most, lease_seconds: seconds, accept_seconds: ACCEPT_MS / 1000 };
    return {
      moves: scene.places.length > 1 ? "missed" : null,
      accepts: false,
      send: () => {
        this.beliefs.cancels.polled(hostId);
        return scene.world.post(leasesOf(hostId), body, options);
      },
      answered: (answer, seen) => {
        this.beliefs.heard(hostId, seen.sentAt);
        const leases = leasesIn(answer);
        for (const { lease_id: id, attempt, accept_by, job: found } of leases) {
          const job = seen.after.get(found.job_id);
          if (!job) continue;
          demand(job.dueAt <= seen.sentAt, "only a due job is leased", job);
          const acceptBy = parseWireTime(accept_by) ?? 0;
          this.beliefs.offered(`${process} ${markOf(answer)}`, job, { now: seen.now, until: acceptBy });
          const leaseMs = seconds * 1000;
          if (!lost) this.beliefs.learnLease({ id, job: job.id, hostId, attempt, acceptBy, leaseMs });
        }
        if (leases.length < most && seen.alone) {
          const window = { from: undefined, to: seen.sentAt + 1 };
          const offered = leases.map(({ job }) => job.job_id);
          this.#judgeOffers({ hostId, window, offered, headers: undefined }, seen);
        }
      },
    };
  }

  #judgeOffers(offers: Offers, seen: Seen): void {
    judgeOffers(offers, seen, (job) => this.beliefs.notOffered(job, seen.sentAt));
  }

  ping({ own, running }: Says, { hostId, guid }: Place = this.scene.place()): Sendable {
    const { world, ground, token } = this.scene;
    const options = { token: own ? token : ground.token, headers: saying(running) };
    return {
      own,
      ...(running ? { doubts: true } : {}),
      moves: running ? "missed" : null,
      accepts: false,
      send: () => world.ping(hostId, guid, options),
      // The object forgets a host that is gone.
      refused: ({ status }, { after }) => {
        if (status === 404) this.beliefs.left(hostId, after.values());
      },
      answered: (answer, { sentAt, alone, before, after }) => {
        this.beliefs.heard(hostId, sentAt);
        if (alone) this.beliefs.cancels.judgeTold(hostId, answer, sentAt);
        if (alone && running) judgeSaid(before, after, { hostId, running, at: sentAt });
      },
    };
  }
}
