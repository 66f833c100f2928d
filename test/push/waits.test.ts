import { expect, test } from "vitest";
import { Visitor } from "../console/visitor.ts";
import { FAR_START } from "../lease-client.ts";
import { World } from "../world.ts";
import { HostSocket, shareClock } from "./socket-client.ts";

test("a job keeps when it was offered, accepted and begun, and its page says how long it waited", async () => {
  const world = shareClock(new World({ now: FAR_START }));
  const { projectId, hostId, agentId } = await world.ready();
  const { jobId } = await world.schedule(projectId, agentId);
  world.advance(2000);
  const host = await HostSocket.ready(world, hostId);
  const [offer] = await host.offered();
  if (!offer) throw new Error("nothing was offered");
  world.advance(1000);
  await host.accept(offer);
  world.advance(60_000);
  const { lease_id, job } = offer;
  const end = { lease_id, project_id: job.project_id, job_id: job.job_id, status: "COMPLETED" };
  expect(await host.ask("report", { ...end, begun_after_ms: 5000 })).toMatchObject({ status: 200 });
  expect(await world.job(projectId, jobId)).toMatchObject({
    offered_at: "2096-03-02T10:00:02+00:00",
    accepted_at: "2096-03-02T10:00:03+00:00",
    begun_at: "2096-03-02T10:00:08+00:00",
    waited_ms: 3000,
  });
  const visitor = await Visitor.in(world);
  const page = await visitor.get(`/console/projects/${projectId}/jobs/${jobId}`);
  expect(page.text).toContain(
    "offered 2.0 s after its time, accepted 1.0 s later, its tests began 5.0 s after that",
  );
  expect((await visitor.get(`/console/jobs?project=${projectId}`)).text).toContain("waited 3.0 s");
});

test("a job keeps when a plain poll got it; an impossible time of its beginning is not kept", async () => {
  const world = new World({ now: FAR_START });
  const { projectId, hostId, jobId } = await world.ready({ jobs: 1 });
  const process = { headers: { "Lease-Owner": "process" } };
  await world.poll(hostId, process);
  world.advance(4000);
  await world.report(projectId, jobId, { status: "RUNNING", ...process });
  const path = `/api/v3/projects/${projectId}/automation/jobs/${jobId}/status`;
  await world.put(path, { status: "FAILED", begun_after_ms: "soon" }, process);
  expect(await world.job(projectId, jobId)).toMatchObject({
    offered_at: "2096-03-02T10:00:00+00:00",
    begun_at: null,
    waited_ms: 4000,
  });
});
