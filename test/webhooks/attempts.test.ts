import { expect, test } from "vitest";
import { z } from "zod";
import { FAR_START, lease, oneLease, reportUnder } from "../lease-client.ts";
import { MINUTE, World } from "../world.ts";
import { makeWebhook, Receiver, runQueue, typeIn } from "./receiver.ts";

test("an event of an earlier attempt has nothing of the later one", async () => {
  const world = new World({ now: FAR_START });
  const receiver = new Receiver();
  const ready = await world.ready();
  await makeWebhook(world, ready.projectId, { events: ["job.started", "job.ended"] });
  const { jobId } = await world.schedule(ready.projectId, ready.agentId);
  await world.report(ready.projectId, jobId, "RUNNING");
  await world.report(ready.projectId, jobId, "FAILED");
  // As if the job had been planned again before the events were sent.
  await world.env.DB.prepare(
    "UPDATE jobs SET attempt = 2, results_attempt = 2, results = ?, exit_code = 7 WHERE id = ?",
  )
    .bind(
      JSON.stringify({ passed: 1, failed: 0, errors: 0, skipped: 0, flaky: 0, missing: 0, quarantined: 0 }),
      jobId,
    )
    .run();
  await runQueue(world);
  const data = receiver.received.map(
    ({ body }) => z.looseObject({ data: z.looseObject({}) }).parse(JSON.parse(body)).data,
  );
  expect(data).toMatchObject([
    { job: { attempt: 1, status: "RUNNING", started_at: null, exit_code: null } },
    { job: { attempt: 1, status: "FAILED", exit_code: null }, counts: null },
  ]);
});

test("a run under a lease tells of its start and its end, as a host under a socket would", async () => {
  const world = new World({ now: FAR_START + MINUTE });
  const receiver = new Receiver();
  const ready = await world.ready({ jobs: 1 });
  await makeWebhook(world, ready.projectId, { events: ["job.started", "job.ended"] });
  const { lease_id: leaseId } = oneLease(await lease(world, ready.hostId));
  const run = { projectId: ready.projectId, jobId: ready.jobId, leaseId };
  await reportUnder(world, { ...run, status: "RUNNING" });
  await reportUnder(world, { ...run, status: "COMPLETED" });
  await runQueue(world);
  expect(receiver.received.map(typeIn)).toEqual(["job.started", "job.ended"]);
});
