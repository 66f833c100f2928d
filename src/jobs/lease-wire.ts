import * as z from "zod";
import { ON_LOST } from "../database/enums.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { formatWireTime } from "../wire/times.ts";
import { parameterShape } from "./parameters.ts";
import type { LeasedJob } from "./run-leases.ts";
import { jobShape } from "./wire.ts";

/** Leased jobs as the host gets them. */
export const leasedShape = shape(() =>
  z.array(
    z.object({
      lease_id: z.string(),
      attempt: z.int(),
      accept_by: z.string(),
      allocated_minutes: z.int().nullable(),
      on_lost: z.enum(ON_LOST),
      /** Set in the run's environment. */
      parameters: z.array(parameterShape),
      job: jobShape(),
    }),
  ),
);

export const wireLease = ({
  leaseId,
  attempt,
  acceptBy,
  allocatedMinutes,
  onLost,
  parameters,
  job,
}: LeasedJob): Shaped<typeof leasedShape>[number] => ({
  lease_id: leaseId,
  attempt,
  accept_by: formatWireTime(acceptBy),
  allocated_minutes: allocatedMinutes,
  on_lost: onLost,
  parameters,
  job,
});
