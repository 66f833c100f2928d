import { tale } from "../scheduling.ts";
import type { World } from "../world.ts";

/** The times, as hours and minutes, of a schedule's jobs that wait. */
export const waiting = async (id: number): Promise<string[]> =>
  (await tale(id)).filter((job) => /PLANNED|NOT_RUN/.test(job)).map((job) => job.slice(0, 5));

/** Replaces a schedule, as an operator's edit does. */
export const edit = (
  world: World,
  path: string,
  { agentId, ...facts }: { agentId: number; [fact: string]: unknown },
) => world.put(path, { name: "Edited", agent_server_id: agentId, ...facts });
