import * as z from "zod";
import { ON_LOST } from "../database/enums.ts";
import { described } from "../wire/described.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { formatWireTime } from "../wire/times.ts";
import { parameterShape } from "./parameters.ts";
import type { LeasedJob } from "./run-leases.ts";
import { JOB_EXAMPLE, jobShape } from "./wire.ts";

/** Leased jobs as the host gets them. */
export const leasedShape = shape(() =>
  z.array(
    described(
      z.object({
        lease_id: z.string(),
        attempt: z.int(),
        accept_by: z.string(),
        allocated_minutes: z.int().nullable(),
        on_lost: z.enum(ON_LOST),
        parameters: z.array(parameterShape),
        job: jobShape(),
      }),
      {
        name: "Lease",
        fields: {
          lease_id: "The id of the lease, for renewals, reports and the run's files.",
          attempt: "The number of this attempt of the job, from 1 up.",
          accept_by: "Until when to report the job RUNNING, before it is handed out to others: a UTC time.",
          allocated_minutes:
            "How many minutes the run may take; null: as long as the service lets runs take.",
          on_lost: "What becomes of the job if the lease ends during its run: it fails, or is queued again.",
          parameters: "What to set in the run's environment.",
          job: "The job to run.",
        },
        example: {
          lease_id: "0a3cbb36-1e0f-4c0c-9d39-1e8c0ea6d1a6",
          attempt: 1,
          accept_by: "2015-04-08T03:02:48+00:00",
          allocated_minutes: 60,
          on_lost: "fail",
          parameters: [],
          job: JOB_EXAMPLE,
        },
      },
    ),
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
