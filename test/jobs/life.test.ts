import { expect, test } from "vitest";
import { jobsIn, World } from "../world.ts";

test("a job is scheduled, polled, run and reported, and its history says so", async () => {
  const world = new World();
  const { projectId, hostId, guid, agentId, jobId } = await world.ready({ jobs: 1 });
  expect(await world.ping(hostId, guid)).toMatchObject({
    status: 200,
    body: { received_time: "2026-03-02T10:00:00+00:00", pong_message: "true" },
  });
  const polled = await world.poll(hostId);
  expect(polled.body).toMatchObject([{ job_id: jobId, status: "PLANNED", agent_server_id: agentId }]);
  expect(jobsIn(await world.poll(hostId))).toEqual([]);
  expect(await world.report(projectId, jobId, "RUNNING")).toMatchObject({ status: 200 });
  expect(await world.report(projectId, jobId, "RUNNING")).toMatchObject({ status: 409 });
  expect(await world.report(projectId, jobId, "COMPLETED")).toMatchObject({
    status: 200,
    body: { status: "COMPLETED" },
  });
  const { history } = await world.job(projectId, jobId);
  expect(history.map(({ from, to }) => `${from} ${to}`)).toEqual(["PLANNED RUNNING", "RUNNING COMPLETED"]);
});
