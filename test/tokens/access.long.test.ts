import { describe, expect, test } from "vitest";
import { refusalIn } from "../http/refusals.ts";
import { type Ready, World } from "../world.ts";

type Scope = "admin" | "operator" | "host";
interface Allowed {
  request: (ready: Ready) => [method: string, path: string, body?: unknown];
  scopes: Scope[];
}

const project = ({ projectId }: Ready) => `/api/v3/projects/${projectId}`;
const host = ({ hostId }: Ready) => `/api/v3/automation/hosts/${hostId}`;
const agents = ({ projectId, hostId }: Ready) =>
  `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents`;
const blackouts = (ready: Ready) => `${project(ready)}/automation/blackouts`;
const BLACKOUT = { name: "x", days: ["2096-12-24"] };
const status = (ready: Ready) => `${project(ready)}/automation/jobs/${ready.jobId}/status`;
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
const ALL: Scope[] = ["admin", "operator", "host"];
const PEOPLE: Scope[] = ["admin", "operator"];
const HOSTS: Scope[] = ["admin", "host"];

const vendorLog = {
  name: "x",
  status: "PASS",
  exe_start_date: "2026-03-02T10:00:00Z",
  exe_end_date: "2026-03-02T10:00:00Z",
};

const RULES = { days: 7, changes_of_build: 1, changes_of_materials: 3, retries: 1 };
const QUARANTINE = { reason: "x", owner: "x", until: "2026-03-03T10:00:00Z" };

const CALLS: Record<string, Allowed> = {
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
  "make a blackout": { request: (ready) => ["POST", blackouts(ready), BLACKOUT], scopes: PEOPLE },
  "preview a blackout": {
    request: (ready) => ["POST", `${blackouts(ready)}/preview`, BLACKOUT],
    scopes: PEOPLE,
  },
  "list blackouts": { request: (ready) => ["GET", blackouts(ready)], scopes: PEOPLE },
  "delete a blackout": { request: (ready) => ["DELETE", `${blackouts(ready)}/1`], scopes: PEOPLE },
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
  schedule: {
    request: (ready) => [
      "POST",
      `${project(ready)}/automation/schedules`,
      { name: "x", agent_server_id: ready.agentId, start_date: "2026-03-02T10:00:00Z" },
    ],
    scopes: PEOPLE,
  },
  "acknowledge a schedule": {
    request: (ready) => [
      "PUT",
      `${project(ready)}/automation/schedules/1/acknowledgement`,
      { until: "2026-03-02T12:00:00Z" },
    ],
    scopes: PEOPLE,
  },
  "end a schedule's acknowledgement": {
    request: (ready) => ["DELETE", `${project(ready)}/automation/schedules/1/acknowledgement`],
    scopes: PEOPLE,
  },
  "acknowledge a host": {
    request: (ready) => ["PUT", `${host(ready)}/acknowledgement`, { until: "2026-03-02T12:00:00Z" }],
    scopes: PEOPLE,
  },
  "end a host's acknowledgement": {
    request: (ready) => ["DELETE", `${host(ready)}/acknowledgement`],
    scopes: PEOPLE,
  },
  "schedule/create": {
    request: ({ projectId, agentId }) => [
      "POST",
      "/api/v3/automation/jobs/schedule/create",
      { projectId, agentId },
    ],
    scopes: ALL,
  },
  "list jobs": { request: (ready) => ["GET", `${project(ready)}/automation/jobs`], scopes: PEOPLE },
  "read a job": {
    request: (ready) => ["GET", `${project(ready)}/automation/jobs/${ready.jobId}`],
    scopes: ALL,
  },
  "report RUNNING": { request: (ready) => ["PUT", status(ready), { status: "RUNNING" }], scopes: HOSTS },
  "report CANCELLED": { request: (ready) => ["PUT", status(ready), { status: "CANCELLED" }], scopes: ALL },
  "send a report": {
    request: (ready) => [
      "PUT",
      `${project(ready)}/automation/jobs/${ready.jobId}/attempts/1/reports/x`,
      "<testsuites/>",
    ],
    scopes: HOSTS,
  },
  "send the vendor's log": {
    request: (ready) => ["POST", `${project(ready)}/test-runs/1/auto-test-logs`, vendorLog],
    scopes: ALL,
  },
  "send the vendor's logs": {
    request: (ready) => ["POST", `${project(ready)}/auto-test-logs`, { test_logs: [vendorLog] }],
    scopes: ALL,
  },
  "read what became of the vendor's logs": {
    request: () => ["GET", "/api/v3/projects/queue-processing/1"],
    scopes: ALL,
  },
  "read the rules of flakiness": {
    request: (ready) => ["GET", `${project(ready)}/automation/flaky-rules`],
    scopes: PEOPLE,
  },
  "set the rules of flakiness": {
    request: (ready) => ["PUT", `${project(ready)}/automation/flaky-rules`, RULES],
    scopes: PEOPLE,
  },
  "preview the rules of flakiness": {
    request: (ready) => ["POST", `${project(ready)}/automation/flaky-rules/preview`, RULES],
    scopes: PEOPLE,
  },
  "list quarantines": {
    request: (ready) => ["GET", `${project(ready)}/automation/quarantines`],
    scopes: PEOPLE,
  },
  "put a test under quarantine": {
    request: (ready) => ["PUT", `${project(ready)}/automation/tests/1/quarantine`, QUARANTINE],
    scopes: PEOPLE,
  },
  "end a quarantine": {
    request: (ready) => ["DELETE", `${project(ready)}/automation/tests/1/quarantine`],
    scopes: PEOPLE,
  },
  "append to a log": {
    request: (ready) => [
      "POST",
      `${project(ready)}/automation/jobs/${ready.jobId}/attempts/1/log?offset=0`,
      "x",
    ],
    scopes: HOSTS,
  },
  "read a log": {
    request: (ready) => ["GET", `${project(ready)}/automation/jobs/${ready.jobId}/log`],
    scopes: ALL,
  },
  "send a file": {
    request: (ready) => [
      "PUT",
      `${project(ready)}/automation/jobs/${ready.jobId}/attempts/1/artifacts/a/b.txt`,
      "x",
    ],
    scopes: HOSTS,
  },
  "begin a file in parts": {
    request: (ready) => [
      "POST",
      `${project(ready)}/automation/jobs/${ready.jobId}/attempts/1/uploads`,
      { path: "a/b.txt", bytes: 1 },
    ],
    scopes: HOSTS,
  },
  "send a part of a file": {
    request: (ready) => [
      "PUT",
      `${project(ready)}/automation/jobs/${ready.jobId}/attempts/1/uploads/1/parts/1`,
      "x",
    ],
    scopes: HOSTS,
  },
  "complete a file in parts": {
    request: (ready) => [
      "POST",
      `${project(ready)}/automation/jobs/${ready.jobId}/attempts/1/uploads/1/complete`,
    ],
    scopes: HOSTS,
  },
  "give up a file in parts": {
    request: (ready) => ["DELETE", `${project(ready)}/automation/jobs/${ready.jobId}/attempts/1/uploads/1`],
    scopes: HOSTS,
  },
  "list files": {
    request: (ready) => ["GET", `${project(ready)}/automation/jobs/${ready.jobId}/artifacts`],
    scopes: ALL,
  },
  "read a file": {
    request: (ready) => ["GET", `${project(ready)}/automation/jobs/${ready.jobId}/artifacts/a/b.txt`],
    scopes: ALL,
  },
  "read a job's results": {
    request: (ready) => ["GET", `${project(ready)}/automation/jobs/${ready.jobId}/results`],
    scopes: ALL,
  },
  "compare jobs": {
    request: (ready) => ["GET", `${project(ready)}/automation/jobs/${ready.jobId}/compare/${ready.jobId}`],
    scopes: PEOPLE,
  },
  "list tests": { request: (ready) => ["GET", `${project(ready)}/automation/tests`], scopes: PEOPLE },
  "read a test": { request: (ready) => ["GET", `${project(ready)}/automation/tests/1`], scopes: PEOPLE },
  "read a test's history": {
    request: (ready) => ["GET", `${project(ready)}/automation/tests/1/history`],
    scopes: PEOPLE,
  },
  "issue a token": {
    request: () => ["POST", "/api/v3/tokens", { name: "x", scope: "host" }],
    scopes: ["admin"],
  },
  "revoke a token": { request: () => ["DELETE", "/api/v3/tokens/999999999"], scopes: ["admin"] },
};

describe.each(ALL)("Who may do what: %s", (scope) => {
  test.each(Object.entries(CALLS))("%s", async (_, { request, scopes }) => {
    const world = new World();
    const [method, path, body] = request(await world.ready({ jobs: 1 }));
    const answer = await world.request(method, path, { body, token: await world.token(scope) });
    if (scopes.includes(scope)) expect([200, 201, 404, 409]).toContain(answer.status);
    else expect(refusalIn(answer, 403).message).toContain(scope);
  });
});
