import { expect, test } from "vitest";
import { runEnvironment } from "../../src/host-program/run-environment.ts";
import type { Leased } from "../../src/host-program/service-types.ts";

const leased: Leased = {
  lease_id: "7-x",
  attempt: 2,
  accept_by: "2026-03-02T10:00:00+00:00",
  allocated_minutes: null,
  on_lost: "fail",
  parameters: [
    { name: "BROWSER", value: "firefox" },
    { name: "MUSTER_JOB_ID", value: "another" },
  ],
  job: {
    client_id: 1,
    project_id: 7,
    job_id: 648,
    host_server_id: 1,
    status: "PLANNED",
    agent_server_id: 1,
    agent_id: 1,
    schedule_id: 3,
    automation_materials: [],
    start_date: "2026-03-02T10:00:00+00:00",
  },
};

test("a run finds the parameters of its job in its environment, over its agent's, and never in the place of what identifies it", () => {
  const agent = {
    name: "AGENT 1",
    env: { BROWSER: "chromium", COLOUR: "off" },
  };
  const folders = { runFolder: "/runs/1", directory: "/work" };
  const place = { leased, agent: { ...Object(agent) }, mark: "m", ...folders, scheduledData: undefined };
  const env = runEnvironment({ PATH: "/bin", MUSTER_TOKEN: "secret" }, place, {});
  expect(env).toMatchObject({ PATH: "/bin", COLOUR: "off", BROWSER: "firefox", MUSTER_JOB_ID: "648" });
  expect(env.MUSTER_TOKEN).toBeUndefined();
});
