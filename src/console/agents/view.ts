import * as z from "zod";
import { allowsHost, allowsProject } from "../../access/permissions.ts";
import { setAgentActive } from "../../agents/agents.ts";
import type { Call } from "../../call.ts";
import { notFound } from "../../wire/refusals.ts";
import { idIn } from "../lists/id-search.ts";
import type { Picked } from "../picked/do-each.ts";
import { readAgentList, readHostOf } from "./store.ts";

const id = z.coerce.number().int().min(1).optional().catch(undefined);

/** The query parameters of the list; invalid ones are ignored. */
export const agentsAddress = z.object({
  project: id,
  host: id,
  /** A part of the name, or the id. */
  q: z.string().trim().max(255).default("").catch(""),
  state: z.enum(["active", "inactive"]).optional().catch(undefined),
  order: z.enum(["newest", "oldest"]).default("newest").catch("newest"),
  after: id,
});
export type AgentsAddress = z.output<typeof agentsAddress>;

/** A page of the agents that the caller may see. */
export const listAgents = ({ db, actor }: Call, { project, host, q, state, order, after }: AgentsAddress) =>
  readAgentList(db, actor, {
    ...{ state, order, after },
    id: idIn(q),
    search: q.replace(/^#(?=\d+$)/, ""),
    projectId: project !== undefined && allowsProject(actor, project) ? project : undefined,
    hostId: actor.hostId ?? host,
  });
export type AgentListing = Awaited<ReturnType<typeof listAgents>>;

export const agentPath = ({
  project,
  host,
  agent,
}: {
  project: number;
  host: number;
  agent: number;
}): string => `/console/projects/${project}/hosts/${host}/agents/${agent}`;

/** Sets whether the jobs of a picked agent are handed out, and returns the path of its page. Throws `not_found`. */
export const setPickedActive = async (
  call: Call,
  { project, id: agent }: Picked,
  active: boolean,
): Promise<string> => {
  const host = await readHostOf(call.db, { project, id: agent });
  if (host === undefined || !allowsHost(call.actor, host)) throw notFound("agent", agent);
  await setAgentActive(call, { project, host, agent }, active);
  return agentPath({ project, host, agent });
};
