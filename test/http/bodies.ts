import type { Ready } from "../world.ts";

/** A call with a body, and the values that its fields refuse. */
export interface BodyCall {
  method: "POST" | "PUT";
  path: (ready: Ready) => string;
  /** A good body. */
  good: (ready: Ready) => Record<string, unknown>;
  strings?: string[];
  times?: string[];
  ids?: string[];
  flags?: string[];
  /** Fields that may be missing. */
  optional?: string[];
}

const agents = ({ projectId, hostId }: Ready) =>
  `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents`;
const host = () => ({ host_name: "x", ip_address: "x", mac_address: "x", host_guid: crypto.randomUUID() });
const agent = () => ({
  name: "x",
  framework: "testNG",
  framework_id: "testNG-plugin",
  agent_client_id: crypto.randomUUID(),
  active: true,
});
const HOST_STRINGS = ["host_name", "ip_address", "mac_address", "host_guid"];
const AGENT_STRINGS = ["name", "framework", "framework_id", "agent_client_id"];

/** Every call that takes an object. */
export const BODIES: Record<string, BodyCall> = {
  "register a host": {
    method: "POST",
    path: () => "/api/v3/automation/host",
    good: host,
    strings: HOST_STRINGS,
  },
  "update a host": {
    method: "PUT",
    path: ({ hostId }) => `/api/v3/automation/hosts/${hostId}`,
    good: host,
    strings: HOST_STRINGS,
  },
  ping: {
    method: "POST",
    path: ({ hostId }) => `/api/v3/automation/hosts/${hostId}/ping`,
    good: ({ guid }) => ({ host_guid: guid }),
    strings: ["host_guid"],
  },
  "create an agent": { method: "POST", path: agents, good: agent, strings: AGENT_STRINGS, flags: ["active"] },
  "update an agent": {
    method: "PUT",
    path: (ready) => `${agents(ready)}/${ready.agentId}`,
    good: agent,
    strings: AGENT_STRINGS,
    flags: ["active"],
    optional: ["framework_id", "agent_client_id"],
  },
  "report a job": {
    method: "PUT",
    path: ({ projectId, jobId }) => `/api/v3/projects/${projectId}/automation/jobs/${jobId}/status`,
    good: () => ({ status: "RUNNING" }),
    strings: ["status"],
  },
  "make a project": {
    method: "POST",
    path: () => "/api/v3/projects",
    good: () => ({ name: "x" }),
    strings: ["name"],
    ids: ["id"],
    optional: ["id"],
  },
  schedule: {
    method: "POST",
    path: ({ projectId }) => `/api/v3/projects/${projectId}/automation/schedules`,
    good: ({ agentId }) => ({ name: "x", agent_server_id: agentId, start_date: "2026-03-02T10:00:00Z" }),
    strings: ["name"],
    ids: ["agent_server_id"],
    times: ["start_date"],
    optional: ["start_date"],
  },
  "schedule/create": {
    method: "POST",
    path: () => "/api/v3/automation/jobs/schedule/create",
    good: ({ agentId, projectId }) => ({ agentId, projectId }),
    ids: ["agentId", "projectId"],
    times: ["startDate"],
    optional: ["startDate"],
  },
  "issue a token": {
    method: "POST",
    path: () => "/api/v3/tokens",
    good: () => ({ name: "x", scope: "host" }),
    strings: ["name", "scope"],
  },
};
