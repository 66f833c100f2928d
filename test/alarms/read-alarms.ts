import { expect } from "vitest";
import { z } from "zod";
import type { World } from "../world.ts";

const named = z.object({ id: z.int(), name: z.string() }).nullable();
const alarms = z.array(
  z.strictObject({
    alarm_id: z.int(),
    kind: z.string(),
    message: z.string(),
    since: z.string(),
    raised_at: z.string(),
    host: named,
    schedule: named,
    job_id: z.int().nullable(),
  }),
);
export type Alarm = z.output<typeof alarms>[number];

/** The open alarms of a project. */
export const alarmsOf = async (world: World, projectId: number): Promise<Alarm[]> => {
  const answer = await world.get(`/api/v3/projects/${projectId}/automation/alarms`);
  expect(answer.status).toBe(200);
  return alarms.parse(answer.body);
};

export const kindsOf = async (world: World, projectId: number): Promise<string[]> =>
  (await alarmsOf(world, projectId)).map(({ kind }) => kind);

/** A time as answers have it. */
export const wireTime = (at: number): string => new Date(at).toISOString().replace(".000Z", "+00:00");
