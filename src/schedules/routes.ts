import { Hono } from "hono";
import * as z from "zod";
import { getProject } from "../access/known.ts";
import type { App } from "../http/app.ts";
import { TRACE_HEADERS } from "../http/declared-headers.ts";
import { endpoint } from "../http/endpoint.ts";
import { answerPage } from "../http/list-answers.ts";
import { cancelSchedule } from "../jobs/jobs.ts";
import { JOB_EXAMPLE, jobShape, wireJobs } from "../jobs/wire.ts";
import { described, fieldsOf } from "../wire/described.ts";
import { shape } from "../wire/lazy-shape.ts";
import { pageQuery } from "../wire/list-pages.ts";
import { formatWireTime } from "../wire/times.ts";
import {
  backfillSchedule,
  deleteSchedule,
  pauseSchedule,
  resumeSchedule,
  runNowInput,
  runScheduleNow,
} from "./control.ts";
import { SCHEDULE_EXAMPLE } from "./field-words.ts";
import { previewSchedule, readCalendar } from "./forecast.ts";
import {
  backfillInput,
  calendarQuery,
  pauseInput,
  previewInput,
  scheduleInput,
  scheduleOnceInput,
} from "./input.ts";
import { createSchedule, getSchedule, listSchedules, scheduleOnce, updateSchedule } from "./schedules.ts";
import {
  addedShape,
  calendarDayShape,
  previewShape,
  scheduleShape,
  wireAdded,
  wireDay,
  wireSchedule,
} from "./wire.ts";

const AUTOMATION = "/projects/:project/automation";
const SCHEDULES = `${AUTOMATION}/schedules` as const;
const SCHEDULE = `${SCHEDULES}/:schedule` as const;
const PATH = ["project", "schedule"] as const;
/** A new schedule with its first jobs. */
const scheduledShape = shape(() =>
  described(scheduleShape().extend({ jobs: z.array(jobShape()) }), {
    fields: { ...fieldsOf(scheduleShape()), jobs: "The first of its jobs." },
    example: { ...SCHEDULE_EXAMPLE, jobs: [{ ...JOB_EXAMPLE, project_id: 356, schedule_id: 245 }] },
  }),
);
const cancelledShape = shape(() =>
  described(z.object({ cancelled: z.int() }), {
    fields: { cancelled: "How many jobs were cancelled." },
    example: { cancelled: 3 },
  }),
);
const asItIs = { 200: { description: "The schedule as it now is", schema: scheduleShape } };

export const scheduleRoutes = new Hono<App>()
  .post(
    SCHEDULES,
    endpoint({
      operation: "createSchedule",
      summary: "Schedule runs of an agent: once, or by a cron in a time zone",
      ids: ["project"],
      body: scheduleInput,
      headers: TRACE_HEADERS,
      answers: { 201: { description: "The schedule with the first of its jobs", schema: scheduledShape } },
    }),
    async (c) => {
      const made = await createSchedule(c.get("call"), c.req.valid("param").project, c.req.valid("json"));
      return c.json({ ...wireSchedule(made.schedule), jobs: wireJobs(c.get("call"), made.jobs) }, 201);
    },
  )
  .post(
    `${SCHEDULES}/preview`,
    endpoint({
      operation: "previewSchedule",
      summary: "List the next 20 times of a schedule before it is saved",
      ids: ["project"],
      body: previewInput,
      answers: { 200: { description: "The times", schema: previewShape } },
    }),
    async (c) => {
      const { project } = c.req.valid("param");
      await getProject(c.get("call"), project);
      const { times, skipped } = await previewSchedule(c.get("call"), project, c.req.valid("json"));
      return c.json({
        times: times.map(({ at, local }) => ({ utc: formatWireTime(at), local })),
        skipped: skipped.map(({ at, local, blackout }) => ({ utc: formatWireTime(at), local, blackout })),
      });
    },
  )
  .get(
    SCHEDULES,
    endpoint({
      operation: "listSchedules",
      summary: "List a project's schedules",
      ids: ["project"],
      query: pageQuery,
      answers: { 200: { description: "A page of schedules", schema: () => z.array(scheduleShape()) } },
    }),
    async (c) => {
      const listed = await listSchedules(c.get("call"), c.req.valid("param").project, c.req.valid("query"));
      return answerPage(c, listed.next, listed.rows.map(wireSchedule));
    },
  )
  .get(
    SCHEDULE,
    endpoint({
      operation: "getSchedule",
      summary: "Read a schedule",
      ids: PATH,
      exists: getSchedule,
      answers: { 200: { description: "The schedule", schema: scheduleShape } },
    }),
    async (c) => c.json(wireSchedule(await getSchedule(c.get("call"), c.req.valid("param")))),
  )
  .put(
    SCHEDULE,
    endpoint({
      operation: "updateSchedule",
      summary: "Replace a schedule; jobs that may have been handed out stay",
      ids: PATH,
      body: scheduleInput,
      exists: getSchedule,
      answers: asItIs,
    }),
    async (c) =>
      c.json(wireSchedule(await updateSchedule(c.get("call"), c.req.valid("param"), c.req.valid("json")))),
  )
  .delete(
    SCHEDULE,
    endpoint({
      operation: "deleteSchedule",
      summary: "Delete a schedule; its open jobs are cancelled",
      ids: PATH,
      exists: getSchedule,
      answers: { 200: { description: "The schedule as it was", schema: scheduleShape } },
    }),
    async (c) => c.json(wireSchedule(await deleteSchedule(c.get("call"), c.req.valid("param")))),
  )
  .post(
    `${SCHEDULE}/pause`,
    endpoint({
      operation: "pauseSchedule",
      summary: "Pause a schedule: nothing of it is handed out",
      ids: PATH,
      body: pauseInput,
      exists: getSchedule,
      answers: asItIs,
    }),
    async (c) => {
      const note = c.req.valid("json")?.note ?? null;
      return c.json(wireSchedule(await pauseSchedule(c.get("call"), c.req.valid("param"), note)));
    },
  )
  .post(
    `${SCHEDULE}/resume`,
    endpoint({
      operation: "resumeSchedule",
      summary: "Resume a schedule; its rule decides about the runs that it missed",
      ids: PATH,
      exists: getSchedule,
      answers: asItIs,
    }),
    async (c) => c.json(wireSchedule(await resumeSchedule(c.get("call"), c.req.valid("param")))),
  )
  .post(
    `${SCHEDULE}/run-now`,
    endpoint({
      operation: "runScheduleNow",
      summary: "Run a schedule once more, now",
      ids: PATH,
      body: runNowInput,
      exists: getSchedule,
      headers: TRACE_HEADERS,
      answers: { 201: { description: "The job", schema: addedShape } },
    }),
    async (c) =>
      c.json(wireAdded(await runScheduleNow(c.get("call"), c.req.valid("param"), c.req.valid("json"))), 201),
  )
  .post(
    `${SCHEDULE}/backfill`,
    endpoint({
      operation: "backfillSchedule",
      summary: "Make jobs for the runs of a window that have none",
      ids: PATH,
      body: backfillInput,
      exists: getSchedule,
      answers: { 201: { description: "The jobs made", schema: () => z.array(addedShape()) } },
    }),
    async (c) => {
      const jobs = await backfillSchedule(c.get("call"), c.req.valid("param"), c.req.valid("json"));
      return c.json(jobs.map(wireAdded), 201);
    },
  )
  .post(
    `${SCHEDULE}/cancel`,
    endpoint({
      operation: "cancelSchedule",
      summary: "Cancel a schedule's open jobs",
      ids: PATH,
      exists: getSchedule,
      answers: { 200: { description: "How many", schema: cancelledShape } },
    }),
    async (c) => c.json(await cancelSchedule(c.get("call"), c.req.valid("param"))),
  )
  .get(
    `${AUTOMATION}/calendar`,
    endpoint({
      operation: "readCalendar",
      summary: "List the jobs and coming times of a project's schedules by day",
      ids: ["project"],
      query: calendarQuery,
      answers: {
        200: { description: "The days that have jobs or times", schema: () => z.array(calendarDayShape()) },
      },
    }),
    async (c) => {
      const days = await readCalendar(c.get("call"), c.req.valid("param").project, c.req.valid("query"));
      return c.json(days.map(wireDay));
    },
  )
  .post(
    "/automation/jobs/schedule/create",
    endpoint({
      operation: "scheduleOnce",
      summary: "Schedule a single run in the vendor's own form; now where no startDate is given",
      ignoresUnknown: true,
      body: scheduleOnceInput,
      headers: TRACE_HEADERS,
      answers: { 201: { description: "The schedule's id", schema: () => z.int().meta({ examples: [245] }) } },
    }),
    async (c) => c.json((await scheduleOnce(c.get("call"), c.req.valid("json"))).schedule.id, 201),
  );
