import { getHost } from "../access/known.ts";
import { allowsProject } from "../access/permissions.ts";
import type { Call } from "../call.ts";
import { projectOfLease } from "../host-object/lease-rules.ts";
import { prefetchedRenewal, renewInObject } from "../host-object/prefetch.ts";
import type { GiveBackReply, RenewReply } from "../host-object/protocol.ts";
import { DomainError, notFound } from "../wire/refusals.ts";

export interface LeasePath {
  host: number;
  lease: string;
}

/** The error for a lease that is not in force; `not_found` if the host does not exist either. */
const lost = async (call: Call, { host, lease }: LeasePath): Promise<DomainError> => {
  await getHost(call, host);
  return new DomainError(
    "lease_lost",
    `lease ${lease.slice(0, 64)} of host ${host} is not in force: it expired, its job ended or it never was; stop the run`,
  );
};

/**
 * Refuses a lease of a project that the caller may not access, with the error for one that does not exist.
 * The project stands in the lease's id, so a renewal needs no D1.
 */
const refuseUnknownLease = (call: Call, { host, lease }: LeasePath): void => {
  const { actor } = call;
  if (actor.projectIds === null) return;
  const project = projectOfLease(lease);
  if (project === undefined || !allowsProject(actor, project))
    throw notFound("lease", `${lease.slice(0, 64)} of host ${host}`);
};

/**
 * Extends the lease of a running job by the lease's own length, in one call of the host's object. Needs no
 * D1, not even for the token if the object has it cached. Throws `not_found`, `lease_lost`.
 */
export const renewLease = async (call: Call, path: LeasePath): Promise<RenewReply> => {
  refuseUnknownLease(call, path);
  const { host, lease } = path;
  const reply = prefetchedRenewal(call, host, lease) ?? (await renewInObject(call.host, host, lease));
  if (!reply.renewed) throw await lost(call, path);
  return reply;
};

/** Gives a leased job back before its run began. Throws `not_found`, `lease_lost`, `lease_running`. */
export const giveBackLease = async (call: Call, path: LeasePath): Promise<GiveBackReply> => {
  refuseUnknownLease(call, path);
  const reply = await call.host(path.host, (host, timing) => host.giveBack(path.lease, timing));
  if (reply.outcome === "lease_lost") throw await lost(call, path);
  if (reply.outcome === "running") {
    throw new DomainError(
      "lease_running",
      `job ${reply.job} runs under this lease; report how it ended instead`,
    );
  }
  return reply;
};
