import type { Ready } from "../world.ts";
import { ALL, type Calls, HOSTS, host, PEOPLE, project } from "./access-paths.ts";

const agents = ({ projectId, hostId }: Ready) =>
  `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents`;
const hostBody = (guid: string = crypto.randomUUID()) => ({
  host_name: "x",
  ip_address: "x",
  mac_address: "x",
  host_guid: guid,
});
const agentBody = () => ({
  name: "x",
  framework: "testNG",
  framework_id: "testNG-plugin",
  agent_client_id: crypto.randomUUID(),
  active: true,
});

/** Hosts, agents, projects and test runs. */
export const hostCalls: Calls = {
  "register a host": { request: () => ["POST", "/api/v3/automation/host", hostBody()], scopes: HOSTS },
  "update a host": { request: (ready) => ["PUT", host(ready), hostBody(ready.guid)], scopes: HOSTS },
  ping: { request: (ready) => ["POST", `${host(ready)}/ping`, { host_guid: ready.guid }], scopes: HOSTS },
  poll: { request: (ready) => ["GET", `${host(ready)}/jobs?end_date=2030-01-01T00:00:00Z`], scopes: HOSTS },
  "list hosts": { request: () => ["GET", "/api/v3/automation/hosts?limit=1"], scopes: ALL },
  "read a host": { request: (ready) => ["GET", host(ready)], scopes: ALL },
  "retire a host": { request: (ready) => ["DELETE", host(ready)], scopes: ["admin"] },
  "begin a host's maintenance": {
    request: (ready) => ["PUT", `${host(ready)}/maintenance`, { note: "x" }],
    scopes: PEOPLE,
  },
  "end a host's maintenance": {
    request: (ready) => ["DELETE", `${host(ready)}/maintenance`],
    scopes: PEOPLE,
  },
  "list a host's agents": { request: (ready) => ["GET", `${host(ready)}/agents`], scopes: ALL },
  "list agents": { request: (ready) => ["GET", agents(ready)], scopes: ALL },
  "create an agent": { request: (ready) => ["POST", agents(ready), agentBody()], scopes: ALL },
  "update an agent": {
    request: (ready) => ["PUT", `${agents(ready)}/${ready.agentId}`, agentBody()],
    scopes: ALL,
  },
  "activate an agent": {
    request: (ready) => ["POST", `${agents(ready)}/${ready.agentId}/activate`],
    scopes: ALL,
  },
  "deactivate an agent": {
    request: (ready) => ["POST", `${agents(ready)}/${ready.agentId}/deactivate`],
    scopes: ALL,
  },
  "delete an agent": { request: (ready) => ["DELETE", `${agents(ready)}/${ready.agentId}`], scopes: ALL },
  "make a project": { request: () => ["POST", "/api/v3/projects", { name: "x" }], scopes: PEOPLE },
  "list projects": { request: () => ["GET", "/api/v3/projects?limit=1"], scopes: ALL },
  "read a project": { request: (ready) => ["GET", project(ready)], scopes: ALL },
  "rename a project": { request: (ready) => ["PUT", project(ready), { name: "x" }], scopes: PEOPLE },
  "delete a project": { request: (ready) => ["DELETE", project(ready)], scopes: ["admin"] },
  "bring in test runs": {
    request: (ready) => [
      "POST",
      `${project(ready)}/automation/test-runs`,
      [{ test_case_name: "x", automation_content: "x" }],
    ],
    scopes: PEOPLE,
  },
  "preview bringing test runs in": {
    request: (ready) => [
      "POST",
      `${project(ready)}/automation/test-runs/preview`,
      [{ test_case_name: "x", automation_content: "x" }],
    ],
    scopes: PEOPLE,
  },
  "change a test run": {
    request: (ready) => ["PUT", `${project(ready)}/automation/test-runs/1`, { test_case_name: "x" }],
    scopes: PEOPLE,
  },
  "list test runs": {
    request: (ready) => ["GET", `${project(ready)}/automation/test-runs`],
    scopes: PEOPLE,
  },
  "read a test run": {
    request: (ready) => ["GET", `${project(ready)}/automation/test-runs/1`],
    scopes: PEOPLE,
  },
  "delete a test run": {
    request: (ready) => ["DELETE", `${project(ready)}/automation/test-runs/1`],
    scopes: PEOPLE,
  },
  "search agents": { request: () => ["POST", "/api/v3/automation/automation-agents", {}], scopes: ALL },
  "acknowledge a host": {
    request: (ready) => ["PUT", `${host(ready)}/acknowledgement`, { until: "2026-03-02T12:00:00Z" }],
    scopes: PEOPLE,
  },
  "end a host's acknowledgement": {
    request: (ready) => ["DELETE", `${host(ready)}/acknowledgement`],
    scopes: PEOPLE,
  },
  "register a host, by the other path": {
    request: () => ["POST", "/api/v3/automation/hosts", hostBody()],
    scopes: HOSTS,
  },
};
