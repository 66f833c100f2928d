import { Hono } from "hono";
import { z } from "zod";
import type { App, Call } from "../env.ts";
import { endpoint } from "../http/endpoint.ts";
import { formatWireTime } from "../http/times.ts";
import { jobShape, wireJobView } from "../jobs/wire.ts";
import { getProject } from "../projects/projects.ts";
import { ON_LOST } from "./on-lost.ts";
import {
  createSchedule,
  type Scheduled,
  scheduleInput,
  scheduleOnce,
  scheduleOnceInput,
} from "./schedules.ts";

const scheduleShape = z.object({
  schedule_id: z.int(),
  name: z.string(),
  project_id: z.int(),
  agent_server_id: z.int(),
  start_date: z.string(),
  allocated_minutes: z.int().nullable(),
  on_lost: z.enum(ON_LOST),
  max_attempts: z.int(),
  jobs: z.array(jobShape),
});

const wireSchedule = (call: Call, { schedule, jobs }: Scheduled): z.output<typeof scheduleShape> => ({
  schedule_id: schedule.id,
  name: schedule.name,
  project_id: schedule.projectId,
  agent_server_id: schedule.agentId,
  start_date: formatWireTime(schedule.startAt),
  allocated_minutes: schedule.allocatedMinutes,
  on_lost: schedule.onLost,
  max_attempts: schedule.maxAttempts,
  jobs: jobs.map((job) => wireJobView(call, job)),
});

export const scheduleRoutes = new Hono<App>()
  .post(
    "/projects/:project/automation/schedules",
    endpoint({
      operation: "createSchedule",
      summary: "Schedule a single run of an agent",
      ids: ["project"],
      body: scheduleInput,
      exists: (call, { project }) => getProject(call, project),
      answers: { 201: { description: "The schedule with its jobs", schema: scheduleShape } },
    }),
    async (c) => {
      const made = await createSchedule(c.var.call, c.req.valid("param").project, c.req.valid("json"));
      return c.json(wireSchedule(c.var.call, made), 201);
    },
  )
  .post(
    "/automation/jobs/schedule/create",
    endpoint({
      operation: "scheduleOnce",
      summary: "Schedule a single run in the vendor's own form; now where no startDate is given",
      body: scheduleOnceInput,
      answers: { 201: { description: "The schedule's id", schema: z.int() } },
    }),
    async (c) => c.json((await scheduleOnce(c.var.call, c.req.valid("json"))).schedule.id, 201),
  );
