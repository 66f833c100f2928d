import { describe, expect, test } from "vitest";
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

describe("a run's trace", () => {
  const agent = { ...Object({ name: "AGENT 1", env: { TRACESTATE: "agent=1" } }) };
  const own = {
    TRACEPARENT: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    TRACESTATE: "host=1",
  };
  const environmentOf = (job: Partial<Leased["job"]>) =>
    runEnvironment(
      own,
      {
        leased: { ...leased, job: { ...leased.job, ...job } },
        ...{ agent, mark: "m", runFolder: "/runs/1", directory: "/work", scheduledData: undefined },
      },
      {},
    );

  test("is that of its job, by the names that tools look for", () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    expect(environmentOf({ traceparent, tracestate: "a=1" })).toMatchObject({
      TRACEPARENT: traceparent,
      TRACESTATE: "a=1",
    });
    expect(environmentOf({ traceparent }).TRACESTATE).toBeUndefined();
  });

  test("is not the one that the host itself was started in", () => {
    expect(environmentOf({}).TRACEPARENT).toBeUndefined();
    expect(environmentOf({}).TRACESTATE).toBe("agent=1");
  });
});
