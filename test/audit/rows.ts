import { z } from "zod";
import type { World } from "../world.ts";

/** A row of the audit as the API answers it. */
export const row = z.strictObject({
  id: z.int(),
  at: z.string(),
  action: z.string(),
  token_id: z.int(),
  by: z.string(),
  address: z.string().nullable(),
  request_id: z.uuid(),
  object_kind: z.string(),
  object_id: z.int(),
  project_id: z.int().nullable(),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
});
export type Row = z.output<typeof row>;

export const read = async (world: World, query = ""): Promise<Row[]> =>
  z.array(row).parse((await world.get(`/api/v3/audit?limit=1000&${query}`)).body);

/** What is audited of what `act` does. */
export const recorded = async (world: World, act: () => Promise<unknown>): Promise<Row[]> => {
  const last = (await read(world, "order=newest")).at(0)?.id ?? 0;
  await act();
  return read(world, `after=${last}`);
};

export const named = (rows: Row[]) =>
  rows.map(({ action, object_kind, object_id }) => [action, object_kind, object_id]);

export const scene = async (world: World) => {
  const ready = await world.ready({ jobs: 1 });
  const { id: schedule, jobId } = await world.schedule(ready.projectId, ready.agentId);
  const project = `/api/v3/projects/${ready.projectId}`;
  return {
    ...ready,
    schedule,
    planned: jobId,
    project,
    agent: `${project}/automation/hosts/${ready.hostId}/agents/${ready.agentId}`,
    host: `/api/v3/automation/hosts/${ready.hostId}`,
    schedules: `${project}/automation/schedules`,
  };
};
