import { setTimeout as sleep } from "node:timers/promises";
import type { MessagePort } from "node:worker_threads";
import { renewedIn } from "./answers.ts";
import { monotonicMs } from "./monotonic.ts";
import { type ClientSettings, Refused, ServiceClient } from "./service-client.ts";

/** The thread's `workerData`. */
export interface RenewerStart {
  role: "renewer";
  client: ClientSettings;
  token: string;
  hostId: number;
}

/** A lease to renew. */
export interface Watched {
  leaseId: string;
  leaseMs: number;
  /** The lease is in force until then, in monotonic milliseconds. */
  holdsUntil: number;
  /** How long before that `expiring` is sent. */
  marginMs: number;
}

export type RenewerOrder =
  | { order: "watch"; lease: Watched }
  | { order: "forget"; leaseId: string }
  | { order: "token"; token: string };

export type RenewerNews =
  /** A cancel of the run was requested. */
  | { news: "cancel"; leaseId: string }
  /** The lease is not in force. */
  | { news: "lost"; leaseId: string }
  /** The lease is about to expire, and the service does not answer. */
  | { news: "expiring"; leaseId: string };

interface Kept extends Watched {
  renewAt: number;
  tries: number;
  renewing: boolean;
  notified: boolean;
  /** `expiring` is not sent before then: a renewal is under way. */
  judgedFrom: number;
}

const TICK_MS = 200;
/** If the wall clock gains this much on the monotonic clock, the machine slept or the clock was set. */
const JUMP_MS = 2000;
const RENEWALS_A_LEASE = 3;

/** Renews the leases of running jobs in a thread of its own, so that a busy program does not lose them. */
export const runRenewer = async (
  { client: settings, token: first, hostId }: RenewerStart,
  port: MessagePort,
): Promise<never> => {
  let token = first;
  const client = new ServiceClient(settings, () => token);
  const leases = new Map<string, Kept>();
  const post = (news: RenewerNews) => port.postMessage(news);

  port.on("message", (order: RenewerOrder) => {
    if (order.order === "token") token = order.token;
    else if (order.order === "forget") leases.delete(order.leaseId);
    else {
      const { lease } = order;
      const renewAt = monotonicMs() + lease.leaseMs / RENEWALS_A_LEASE;
      leases.set(lease.leaseId, {
        ...lease,
        renewAt,
        tries: 0,
        renewing: false,
        notified: false,
        judgedFrom: 0,
      });
    }
  });

  const renew = async (kept: Kept): Promise<void> => {
    const { leaseId, leaseMs } = kept;
    const askedAt = monotonicMs();
    kept.renewing = true;
    try {
      const param = { host: String(hostId), lease: leaseId };
      const answer = await client.api.automation.hosts[":host"].leases[":lease"].$put({ param });
      const { cancel_requested: cancelled, renew_after_seconds: seconds } = await renewedIn(answer);
      kept.holdsUntil = askedAt + leaseMs;
      kept.renewAt = askedAt + Math.min(seconds * 1000, leaseMs / RENEWALS_A_LEASE);
      kept.tries = 0;
      kept.notified = false;
      if (cancelled && leases.has(leaseId)) post({ news: "cancel", leaseId });
    } catch (error) {
      if (error instanceof Refused && (error.status === 409 || error.status === 404)) {
        if (leases.delete(leaseId)) post({ news: "lost", leaseId });
        return;
      }
      kept.renewAt = monotonicMs() + Math.min(client.waitAfter(kept.tries++, null), leaseMs / 6);
    } finally {
      kept.renewing = false;
    }
  };

  let wall = Date.now();
  let steady = monotonicMs();
  for (;;) {
    await sleep(TICK_MS);
    const now = monotonicMs();
    const slept = Date.now() - wall - (now - steady);
    wall = Date.now();
    steady = now;
    for (const kept of leases.values()) {
      if (slept > JUMP_MS) {
        // If the clock was set, the next renewal corrects this.
        kept.holdsUntil -= slept;
        kept.renewAt = now;
        kept.judgedFrom = now + settings.timeoutMs;
      }
      if (now >= kept.renewAt && !kept.renewing) void renew(kept);
      if (!kept.notified && now >= kept.holdsUntil - kept.marginMs && now >= kept.judgedFrom) {
        kept.notified = true;
        post({ news: "expiring", leaseId: kept.leaseId });
      }
    }
  }
};
