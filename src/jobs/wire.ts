import * as z from "zod";
import type { Call } from "../call.ts";
import { JOB_STATUSES } from "../database/enums.ts";
import { described } from "../wire/described.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { formatWireTime } from "../wire/times.ts";
import { traceIn } from "../wire/trace-context.ts";
import { type Material, materialShape, parseMaterials } from "./materials.ts";
import type { BoundedJob } from "./poll-store.ts";
import type { JobView } from "./store.ts";

export const jobStatusShape = shape(() => z.enum(JOB_STATUSES).meta({ id: "JobStatus" }));

/** The seed's sample. */
export const JOB_EXAMPLE = {
  client_id: 2,
  project_id: 356,
  job_id: 647,
  host_server_id: 86,
  status: "PLANNED" as const,
  agent_server_id: 148,
  agent_id: 5,
  schedule_id: 245,
  automation_materials: [
    {
      test_run_id: 6691,
      test_case_id: 18893,
      test_case_name: "groovy.GebLogin",
      test_case_version_id: 20372,
      automation_content: "groovy.GebLogin",
    },
  ],
  start_date: "2015-04-08T03:01:48+00:00",
};

/** A job as in the seed's sample ("Retrieve Scheduled Jobs"), with its fields in that order. */
export const jobShape = shape(() =>
  described(
    z.object({
      client_id: z.int(),
      project_id: z.int(),
      job_id: z.int(),
      host_server_id: z.int(),
      status: jobStatusShape(),
      agent_server_id: z.int(),
      agent_id: z.union([z.int(), z.string()]),
      schedule_id: z.int(),
      automation_materials: z.array(materialShape),
      start_date: z.string(),
      traceparent: z.string().optional(),
      tracestate: z.string().optional(),
    }),
    {
      name: "Job",
      fields: {
        client_id: "The number of this site.",
        project_id: "The id of its project.",
        job_id: "The id of the job.",
        host_server_id: "The id of the host that runs it.",
        status: "Where it is in its life; people see NOT_RUN as NOT RUN.",
        agent_server_id: "The id of the agent that runs it.",
        agent_id:
          "The agent's own number at its host: a number if it is a whole one, else the string that the host sent.",
        schedule_id: "The id of the schedule that it is a run of.",
        automation_materials: "The tests to run; none: all that the agent has.",
        start_date: "When it is due: a UTC time.",
        traceparent:
          "The trace that its run belongs to, for TRACEPARENT in the run's environment; left out where the request that asked for the run named none.",
        tracestate: "What belongs to traceparent, for TRACESTATE; left out where there is none.",
      },
      example: JOB_EXAMPLE,
    },
  ),
);
export type WireJob = Shaped<typeof jobShape>;

const WHOLE_NUMBER = /^(0|[1-9]\d{0,14})$/;

/** The client's own number of an agent: a number if it is a whole one, else the string that it sent. */
const agentNumber = (clientNumber: string): number | string =>
  WHOLE_NUMBER.test(clientNumber) ? Number(clientNumber) : clientNumber;

type JobFacts = Pick<
  JobView,
  | "id"
  | "projectId"
  | "hostId"
  | "agentId"
  | "scheduleId"
  | "scheduledAt"
  | "status"
  | "clientNumber"
  | "traceContext"
>;

const wireJob = ({ settings }: Pick<Call, "settings">, job: JobFacts, materials: Material[]): WireJob => ({
  client_id: settings.SITE_ID,
  project_id: job.projectId,
  job_id: job.id,
  host_server_id: job.hostId,
  status: job.status,
  agent_server_id: job.agentId,
  agent_id: agentNumber(job.clientNumber),
  schedule_id: job.scheduleId,
  automation_materials: materials,
  start_date: formatWireTime(job.scheduledAt),
  ...traceIn(job.traceContext),
});

/** Jobs in wire form. The store gives materials only at the first of the jobs that share them; here each job gets them. */
export const wireJobs = (call: Pick<Call, "settings">, rows: BoundedJob[]): WireJob[] => {
  const materials = new Map<number, Material[]>();
  return rows.map((row) => {
    if (row.materials !== null) materials.set(row.snapshotId, parseMaterials(row.materials));
    return wireJob(call, row, materials.get(row.snapshotId) ?? []);
  });
};

export const wireJobView = (call: Pick<Call, "settings">, job: JobView): WireJob =>
  wireJob(call, job, parseMaterials(job.materials));
