import { expect } from "vitest";
import { z } from "zod";
import { HOUR, MINUTE, type Ready, START, World, type WorldOptions } from "../world.ts";

const alarms = z.array(
  z.strictObject({
    alarm_id: z.int(),
    kind: z.string(),
    message: z.string(),
    since: z.string(),
    raised_at: z.string(),
    host_server_id: z.int().nullable(),
    host_name: z.string().nullable(),
    schedule_id: z.int().nullable(),
    schedule_name: z.string().nullable(),
    job_id: z.int().nullable(),
  }),
);
export type Alarm = z.output<typeof alarms>[number];

let scenes = 0;

/** A world ten days after the last one: a tick older than the newest changes nothing. */
export const laterWorld = (options: WorldOptions = {}): World =>
  new World({ now: START + scenes++ * 240 * HOUR, ...options });

export const HALF_HOUR = 30 * MINUTE;

/** So many half hours later, with a tick at the end of each; the host pings in each unless it is silent. */
export const later = async (
  world: World,
  { hostId, guid }: Pick<Ready, "hostId" | "guid">,
  { halfHours = 1, silent = false } = {},
): Promise<void> => {
  for (let each = 0; each < halfHours; each++) {
    if (!silent) await world.ping(hostId, guid);
    world.advance(HALF_HOUR);
    await world.tick();
  }
};

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
