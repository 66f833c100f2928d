import { DomainError } from "../wire/refusals.ts";
import type { JobView } from "./store.ts";

/** The report is of an earlier attempt. */
export const overtaken = ({ id, attempt }: JobView, reported: number): DomainError =>
  new DomainError(
    "move_refused",
    `attempt ${reported} of job ${id} is over: the job waits for attempt ${attempt}; stop this run and poll again`,
  );

/** The report names no lease, or the wrong one. */
export const leaseRefusal = ({ id }: JobView, code: "lease_lost" | "lease_required"): DomainError =>
  new DomainError(
    code,
    code === "lease_lost"
      ? `the lease_id is not the one that job ${id} runs under; stop this run`
      : `job ${id} is under a lease; report it with its lease_id`,
  );
