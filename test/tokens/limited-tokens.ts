import { z } from "zod";
import type { Answer, Ready, World } from "../world.ts";

export interface LimitedTokens {
  one: Ready;
  two: Ready;
  /** A host with agents of both projects, and a job for each. */
  shared: { hostId: number; guid: string; jobs: { one: number; two: number } };
  /** Of these scopes, for the first project. */
  operator: string;
  host: string;
  /** Of the first project's own host. */
  ownHost: string;
}

/** Two projects with a host each, a host that both share, and tokens that are limited to the first project or its host. */
export const limitedTokens = async (world: World): Promise<LimitedTokens> => {
  const one = await world.ready({ jobs: 1 });
  const two = await world.ready({ jobs: 1 });
  const { id: hostId, guid } = await world.host();
  const agents = [await world.agent(one.projectId, hostId), await world.agent(two.projectId, hostId)];
  const scheduled = async (projectId: number, agentId = 0) =>
    (await world.schedule(projectId, agentId)).jobId;
  const jobs = {
    one: await scheduled(one.projectId, agents[0]),
    two: await scheduled(two.projectId, agents[1]),
  };
  const operator = await world.token("operator", { project_ids: [one.projectId] });
  const host = await world.token("host", { project_ids: [one.projectId] });
  const ownHost = await world.token("host", { host_server_id: one.hostId });
  return { one, two, shared: { hostId, guid, jobs }, operator, host, ownHost };
};

const rows = z.array(z.looseObject({}));

/** This field of each row of a list. */
export const idsIn = (answer: Answer, field: string): unknown[] =>
  rows.parse(answer.body).map((row) => row[field]);
