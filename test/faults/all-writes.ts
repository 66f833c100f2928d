import { agent, agents, host, job, keyed, on, project, type Write } from "./requests.ts";

const hostBody = (guid: string) => ({
  ...{ host_name: "x", ip_address: "x", mac_address: "x", host_guid: guid },
  ...{ version: "x", labels: ["x"] },
});
const agentBody = (number: string) => ({
  name: "x",
  framework: "testNG",
  framework_id: "testNG-plugin",
  agent_client_id: number,
  active: false,
});

/** The writes that make and change hosts and agents. */
export const HOST_WRITES: Record<string, Write> = {
  "registering a new host": on(
    201,
    () => ({ method: "POST", path: "/api/v3/automation/host", body: hostBody(crypto.randomUUID()) }),
    { rest: { repeated: [200] } },
  ),
  "registering a known host": on(200, (ready) => ({
    method: "POST",
    path: "/api/v3/automation/host",
    body: hostBody(ready.guid),
  })),
  "updating a host": on(200, (ready) => ({ method: "PUT", path: host(ready), body: hostBody(ready.guid) })),
  "the first ping of a window": on(200, (ready) => ({
    method: "POST",
    path: `${host(ready)}/ping`,
    body: { host_guid: ready.guid },
  })),
  "retiring a host": on(200, (ready) => ({ method: "DELETE", path: host(ready) }), {
    rest: {
      repeated: ["not_found"],
    },
  }),
  "beginning maintenance": on(
    200,
    (ready) => ({
      method: "PUT",
      path: `${host(ready)}/maintenance`,
      body: { note: "x" },
    }),
    { rest: { toldAfter: true } },
  ),
  "ending maintenance": on(200, (ready) => ({ method: "DELETE", path: `${host(ready)}/maintenance` }), {
    rest: { toldAfter: true },
    before: (world, ready) => world.put(`${host(ready)}/maintenance`, { note: "x" }),
  }),
  "creating an agent": on(201, (ready) => ({ method: "POST", path: agents(ready), body: agentBody("new") }), {
    rest: {
      repeated: [200],
    },
  }),
  "updating an agent": on(200, (ready) => ({ method: "PUT", path: agent(ready), body: agentBody("other") })),
  "deactivating an agent": on(200, (ready) => ({ method: "POST", path: `${agent(ready)}/deactivate` })),
  "activating an agent": on(200, (ready) => ({ method: "POST", path: `${agent(ready)}/activate` }), {
    rest: {},
    before: (world, ready) => world.post(`${agent(ready)}/deactivate`),
  }),
  "deleting an agent": on(200, (ready) => ({ method: "DELETE", path: agent(ready) }), {
    rest: {
      repeated: ["not_found"],
    },
  }),
};

/** The writes that make what is to run, and tokens. */
export const PLAN_WRITES: Record<string, Write> = {
  "making a project": on(201, () => ({
    method: "POST",
    path: "/api/v3/projects",
    body: { name: "x" },
    headers: keyed(),
  })),
  "making a blackout": on(201, (ready) => ({
    method: "POST",
    path: `${project(ready)}/automation/blackouts`,
    body: { name: "x", days: ["2096-12-24"] },
    headers: keyed(),
  })),
  "making a webhook": on(
    201,
    (ready) => ({
      method: "POST",
      path: `${project(ready)}/automation/webhooks`,
      body: { name: "x", target: "https://ci.example.com/" },
      headers: keyed(),
    }),
    { rest: { repeatDiffers: "body" } },
  ),
  "bringing in test runs": on(201, (ready) => ({
    method: "POST",
    path: `${project(ready)}/automation/test-runs`,
    body: [
      { test_case_name: "x", automation_content: "x" },
      { test_case_name: "y", automation_content: "y" },
    ],
    headers: keyed(),
  })),
  "deleting a test run": {
    status: 200,
    repeated: ["not_found"],
    prepare: async (world) => {
      const ready = await world.ready({ jobs: 1 });
      const path = `${project(ready)}/automation/test-runs`;
      await world.post(path, [{ test_run_id: 5, test_case_name: "x", automation_content: "x" }]);
      return { ready, sent: { method: "DELETE", path: `${path}/5` } };
    },
  },
  scheduling: on(201, (ready) => ({
    method: "POST",
    path: `${project(ready)}/automation/schedules`,
    body: { name: "x", agent_server_id: ready.agentId, start_date: "2096-03-03T00:00:00Z" },
    headers: keyed(),
  })),
  "scheduling in the vendor's form": on(201, (ready) => ({
    method: "POST",
    path: "/api/v3/automation/jobs/schedule/create",
    body: { agentId: ready.agentId, projectId: ready.projectId },
    headers: { "x-qtest-nonce": crypto.randomUUID() },
  })),
  "cancelling a schedule": {
    ...on(200, (ready) => ({ method: "POST", path: `${project(ready)}/automation/schedules` })),
    prepare: async (world) => {
      const ready = await world.ready({ jobs: 1 });
      const { id } = await world.schedule(ready.projectId, ready.agentId);
      return { ready, sent: { method: "POST", path: `${project(ready)}/automation/schedules/${id}/cancel` } };
    },
  },
  "running a job again": on(
    201,
    (ready) => ({ method: "POST", path: `${job(ready)}/rerun`, headers: keyed() }),
    { rest: {}, before: (world, { projectId, jobId }) => world.report(projectId, jobId, "CANCELLED") },
  ),
  "making a token": on(
    201,
    () => ({ method: "POST", path: "/api/v3/tokens", body: { name: "x", scope: "host" }, headers: keyed() }),
    { rest: { repeatDiffers: "body" } },
  ),
  "revoking a host's own token": {
    status: 200,
    urgent: true,
    prepare: async (world) => {
      const ready = await world.ready();
      const limits = { scope: "host", host_server_id: ready.hostId };
      const { body } = await world.post("/api/v3/tokens", { name: "x", ...limits });
      const id = Number(Reflect.get(Object(body), "id"));
      return { ready, sent: { method: "DELETE", path: `/api/v3/tokens/${id}` } };
    },
  },
};
