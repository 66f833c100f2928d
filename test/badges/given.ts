import { expect } from "vitest";
import { z } from "zod";
import type { Ready, World } from "../world.ts";

const badge = z.object({ address: z.string(), label: z.string(), made_at: z.string(), markdown: z.string() });

/** A single run's schedule, with its path in the API. */
export const scheduled = async (world: World, ready: Ready, facts: Record<string, unknown> = {}) => {
  const { id, jobId } = await world.schedule(ready.projectId, ready.agentId, { facts });
  return { id, jobId, path: `/api/v3/projects/${ready.projectId}/automation/schedules/${id}` };
};

/** Gives a schedule a badge; its address is as a reader of a README has it. */
export const given = async (world: World, path: string, body?: object) => {
  const answer = await world.put(`${path}/badge`, body);
  expect(answer.status, answer.text).toBe(200);
  const { address, ...rest } = badge.parse(answer.body);
  return { address, path: new URL(address).pathname, ...rest };
};

/** A look at a badge, as anyone has it. */
export const see = (world: World, path: string, headers: Record<string, string> = {}) =>
  world.get(path, { token: null, headers });
