import type { Ready } from "../world.ts";

type Place = Pick<Ready, "projectId" | "hostId">;
/** The path of the agents of a host in a project. */
export const agents = ({ projectId, hostId }: Place) =>
  `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents`;
/** The body of a request that makes or updates an agent. */
export const facts = (more: Record<string, unknown> = {}) => ({
  name: "AGENT 1",
  framework: "testNG",
  framework_id: "testNG-plugin",
  agent_client_id: "29",
  active: false,
  ...more,
});
