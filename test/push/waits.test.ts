import { expect, test } from "vitest";
import { textOf, Visitor } from "../console/visitor.ts";
import { FAR_START } from "../lease-client.ts";
import { HOUR, MINUTE, type Ready, World } from "../world.ts";
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
  const page = textOf((await visitor.get(`/console/projects/${projectId}/jobs/${jobId}`)).text);
  expect(page).toContain("Scheduled 2 Mar 10:00");
  expect(page).toContain("Offered 2 Mar 10:00:02 2.0 s after its time");
  expect(page).toContain("Accepted 2 Mar 10:00:03 1.0 s later");
  expect(page).toContain("Tests began 2 Mar 10:00:08 5.0 s later");
  expect((await visitor.get(`/console/jobs?project=${projectId}`)).text).toMatch(
    /data-label="Waited"[^>]*>3\.0 s</,
  );
});

test("a report on the socket says why the host ended the run, with what code and where more is told", async () => {
  const world = shareClock(new World({ now: FAR_START }));
  const { projectId, hostId, agentId } = await world.ready();
  const { jobId } = await world.schedule(projectId, agentId);
  world.advance(2000);
  const host = await HostSocket.ready(world, hostId);
  const [offer] = await host.offered();
  if (!offer) throw new Error("nothing was offered");
  await host.accept(offer);
  const { lease_id, job } = offer;
  const end = { lease_id, project_id: job.project_id, job_id: job.job_id, status: "FAILED" };
  const told = { cause: "disk_full", exit_code: 3, url: "https://ci.example.com/7" };
  expect(await host.ask("report", { ...end, ...told })).toMatchObject({ status: 200 });
  const { history, ...ended } = await world.job(projectId, jobId);
  expect(history.at(-1)).toMatchObject({ to: "FAILED", reason: "disk_full" });
  expect(ended).toMatchObject({ exit_code: 3, url: "https://ci.example.com/7" });
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

/** Begins a job that came due `waitMs` before. */
const begunAfter = async (world: World, { projectId, agentId }: Ready, waitMs: number): Promise<void> => {
  const { jobId } = await world.schedule(projectId, agentId, { at: world.now - waitMs });
  await world.report(projectId, jobId, "RUNNING");
};

test("the overview counts how long the jobs of the last day waited, in the projects that a token may see", async () => {
  const world = new World({ now: FAR_START + 48 * HOUR });
  const [own, others] = [await world.ready(), await world.ready()];
  for (const waitMs of [1000, 1000, 2000, 14_000, 4 * MINUTE]) await begunAfter(world, own, waitMs);
  // One came due a day ago, one still waits, one is in another project.
  await begunAfter(world, own, 25 * HOUR);
  await world.schedule(own.projectId, own.agentId, { at: world.now - MINUTE });
  await begunAfter(world, others, 1000);
  const token = await world.token("operator", { project_ids: [own.projectId] });
  const text = textOf((await (await Visitor.in(world, token)).get("/console")).text);
  expect(text).toContain(
    "5 jobs that came due and began: half of them waited under 5 s, 95 of 100 under 5 min.",
  );
  expect(text).toContain(
    "under 2 s 2 40 % under 5 s 1 20 % under 15 s 1 20 % under 1 min 0 0 % under 5 min 1 20 % under 30 min 0 0 % 30 min or more 0 0 %",
  );
});

test("the overview says if no job was begun in the last day", async () => {
  const world = new World({ now: FAR_START + 96 * HOUR });
  const { projectId } = await world.ready();
  const visitor = await Visitor.in(world, await world.token("operator", { project_ids: [projectId] }));
  expect((await visitor.get("/console")).text).toContain("No job was begun in the last 24 hours");
});
