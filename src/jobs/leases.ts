import type { Call } from "../env.ts";
import { getHost } from "../hosts/hosts.ts";
import type { GiveBackReply, RenewReply } from "../hosts/object-replies.ts";
import { DomainError } from "../http/errors.ts";

/** The path of one lease's calls; `lease` is its id. */
export interface LeasePath {
  host: number;
  lease: string;
}

/** A lease that is not there: the host may not be there either. */
const lost = async (call: Call, { host, lease }: LeasePath): Promise<DomainError> => {
  await getHost(call, host);
  return new DomainError(
    "lease_lost",
    `lease ${lease.slice(0, 64)} of host ${host} is not in force: it expired, its job ended or it never was; stop the run`,
  );
};

/** Extends the lease of a running job by its own length; one call of the host's object, no D1. Throws `not_found`, `lease_lost`. */
export const renewLease = async (call: Call, path: LeasePath): Promise<RenewReply> => {
  const reply = await call.host(path.host, (host, moment) => host.renew(path.lease, moment));
  if (!reply.renewed) throw await lost(call, path);
  return reply;
};

/** Gives a leased job back before its run began. Throws `not_found`, `lease_lost`, `lease_running`. */
export const giveBackLease = async (call: Call, path: LeasePath): Promise<GiveBackReply> => {
  const reply = await call.host(path.host, (host, moment) => host.giveBack(path.lease, moment));
  if (reply.outcome === "lease_lost") throw await lost(call, path);
  if (reply.outcome === "running") {
    throw new DomainError(
      "lease_running",
      `job ${reply.job} runs under this lease; report how it ended instead`,
    );
  }
  return reply;
};
