import type { AgentRow } from "../../agents/store.ts";
import type { Call } from "../../call.ts";
import { maintenanceOf } from "../../hosts/maintenance.ts";
import { notFound } from "../../wire/refusals.ts";
import { lanesOfHost } from "../timeline/page-lanes.ts";
import type { TimeWindow } from "../timeline/window.ts";
import { readAgentOfHost, readAgentPage } from "./agent-store.ts";
import { contactOf } from "./view.ts";

/** An agent, and the name of its host. Throws `not_found`. */
export const readEdited = async (
  { db }: Call,
  path: { project: number; host: number; agent: number },
): Promise<{ agent: AgentRow; hostName: string }> => {
  const { agent, hostName } = await readAgentOfHost(db, path);
  if (!agent) throw notFound("agent", path.agent);
  return { agent, hostName };
};

/** Everything on an agent's page, with its timeline in `window`. Throws `not_found`. */
export const readAgent = async (
  call: Call,
  path: { project: number; host: number; agent: number },
  window: TimeWindow,
) => {
  const [{ agent, host, lane, ...rest }, contact] = await Promise.all([
    readAgentPage(call.db, path, { now: call.now, window }),
    contactOf(call, path.host, null),
  ]);
  if (!agent || !host || !lane) throw notFound("agent", path.agent);
  return {
    ...rest,
    ...{ agent, host, contact },
    maintenance: maintenanceOf(host, call.now),
    timeline: lanesOfHost(lane, [agent], { window, here: agent.id }),
  };
};
export type AgentPage = Awaited<ReturnType<typeof readAgent>>;
