import { env } from "cloudflare:workers";
import { z } from "zod";
import type { Answer, Ready, World } from "./world.ts";

const scheduled = z.looseObject({
  schedule_id: z.int(),
  jobs: z.array(z.looseObject({ job_id: z.int(), start_date: z.string() })),
});

export const schedulesOf = (projectId: number): string =>
  `/api/v3/projects/${projectId}/automation/schedules`;

/** A time (epoch milliseconds) as requests and answers write it. */
export const iso = (at: number): string => new Date(at).toISOString();

/** Asks for a schedule of a ready host's agent, hourly unless said otherwise. */
export const askForSchedule = (
  world: World,
  { projectId, agentId }: Pick<Ready, "projectId" | "agentId">,
  facts: object = {},
): Promise<Answer> =>
  world.post(schedulesOf(projectId), {
    name: "Hourly",
    agent_server_id: agentId,
    cron: "0 * * * *",
    ...facts,
  });

/** Makes a schedule; gives its id and the times of its first jobs. */
export const makeSchedule = async (
  world: World,
  ready: Pick<Ready, "projectId" | "agentId">,
  facts: object = {},
) => {
  const answer = await askForSchedule(world, ready, facts);
  const { success, data } = scheduled.safeParse(answer.body);
  if (!success) throw new Error(`no schedule: ${answer.status} ${answer.text}`);
  return {
    id: data.schedule_id,
    path: `${schedulesOf(ready.projectId)}/${data.schedule_id}`,
    times: data.jobs.map(({ start_date }) => start_date),
    jobIds: data.jobs.map(({ job_id }) => job_id),
  };
};

const jobRow = z.object({
  id: z.int(),
  scheduled_at: z.number(),
  status: z.string(),
  status_reason: z.string().nullable(),
});

/** All jobs of a schedule in the database, by time. */
export const jobsOf = async (scheduleId: number) => {
  const { results } = await env.DB.prepare(
    "SELECT id, scheduled_at, status, status_reason FROM jobs WHERE schedule_id = ? ORDER BY scheduled_at, id",
  )
    .bind(scheduleId)
    .all();
  return z.array(jobRow).parse(results);
};

/** Each job of a schedule as text: its time, its status and its reason. */
export const tale = async (scheduleId: number): Promise<string[]> =>
  (await jobsOf(scheduleId)).map(({ scheduled_at, status, status_reason }) =>
    [new Date(scheduled_at).toISOString().slice(11, 16), status, status_reason].filter(Boolean).join(" "),
  );
