import { expect, test } from "vitest";
import { z } from "zod";
import { askForSchedule, iso, makeSchedule } from "../scheduling.ts";
import { HOUR, jobsIn, type Ready, START, World } from "../world.ts";

const hostPath = ({ hostId }: Ready) => `/api/v3/automation/hosts/${hostId}`;
const agentPath = ({ projectId, hostId, agentId }: Pick<Ready, "projectId" | "hostId" | "agentId">) =>
  `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents/${agentId}`;

const refusedWith = (code: string, message: RegExp) => ({
  status: 409,
  body: { code, message: expect.stringMatching(message) },
});

/** An hourly schedule with a run that is completed. */
const withCompleted = async () => {
  const world = new World();
  const ready = await world.ready();
  const schedule = await makeSchedule(world, ready, { overlap: "allow" });
  const [jobId = 0] = schedule.jobIds;
  await world.report(ready.projectId, jobId, "RUNNING");
  await world.report(ready.projectId, jobId, "COMPLETED");
  const rerun = () => world.post(`/api/v3/projects/${ready.projectId}/automation/jobs/${jobId}/rerun`);
  const now = () => world.post(`${schedule.path}/run-now`);
  return { world, ready, ...schedule, rerun, now };
};

test("a paused schedule runs nothing now nor again: it is to be resumed first, and then it does", async () => {
  const { world, ready, path, rerun, now } = await withCompleted();
  await world.post(`${path}/pause`);
  for (const ask of [rerun, now])
    expect(await ask()).toMatchObject(refusedWith("schedule_paused", /resume it/));
  await world.post(`${path}/resume`);
  for (const ask of [rerun, now]) expect(await ask()).toMatchObject({ status: 201 });
  expect(jobsIn(await world.poll(ready.hostId, { from: START, to: START + 1 }))).toHaveLength(2);
});

test("a run of a deleted schedule does not run again", async () => {
  const { world, path, rerun } = await withCompleted();
  await world.delete(path);
  expect(await rerun()).toMatchObject(refusedWith("schedule_paused", /was deleted/));
});

test("a schedule whose host was retired is not run, rerun or resumed before the host is registered again", async () => {
  const { world, ready, path, rerun, now } = await withCompleted();
  await world.delete(hostPath(ready));
  const resume = () => world.post(`${path}/resume`);
  expect(await resume()).toMatchObject(refusedWith("agent_inactive", /was retired; register it again/));
  expect(await world.get(path)).toMatchObject({ body: { paused_at: iso(START).replace(".000Z", "+00:00") } });
  const first = new RegExp(`^host ${ready.hostId} .* was retired; register it again.*, then resume .* run`);
  for (const ask of [rerun, now]) expect(await ask()).toMatchObject(refusedWith("agent_inactive", first));
  const filled = await world.post(`${path}/backfill`, { from: iso(START - HOUR), to: iso(START) });
  expect(filled).toMatchObject(refusedWith("agent_inactive", /was retired; register it again/));
  await world.post("/api/v3/automation/host", {
    host_name: "Again",
    ip_address: "192.168.74.73",
    mac_address: "00:15:5D:4A:4D:01",
    host_guid: ready.guid,
  });
  for (const ask of [resume, rerun, now]) expect((await ask()).status).toBeLessThan(300);
});

test("a schedule whose agent was deleted is not resumed before it has an agent", async () => {
  const { world, ready, path } = await withCompleted();
  await world.delete(agentPath(ready));
  const resume = () => world.post(`${path}/resume`);
  expect(await resume()).toMatchObject(refusedWith("agent_inactive", /was deleted; create its number again/));
  const agentId = await world.agent(ready.projectId, ready.hostId);
  const facts = { name: "Hourly", agent_server_id: agentId, cron: "0 * * * *", overlap: "allow" };
  await world.put(path, facts);
  expect(await resume()).toMatchObject({ status: 200, body: { paused_at: null } });
  const due = { from: START + HOUR, to: START + HOUR + 1 };
  expect(jobsIn(await world.poll(ready.hostId, due))).toHaveLength(1);
});

test("a schedule of three runs whose agent was gone at their times has three when it goes on, once", async () => {
  const world = new World();
  const { projectId, hostId } = await world.ready();
  const number = { agent_client_id: "7" };
  const agentId = await world.agent(projectId, hostId, number);
  const { path } = await makeSchedule(
    world,
    { projectId, agentId },
    { overlap: "allow", max_runs: 3, missed: "skip" },
  );
  await world.delete(agentPath({ projectId, hostId, agentId }));
  world.advance(1.5 * HOUR);
  expect(await world.agent(projectId, hostId, number)).toBe(agentId);
  for (let time = 0; time < 2; time++) {
    expect(await world.post(`${path}/resume`)).toMatchObject({ status: 200 });
    expect(
      jobsIn(await world.poll(hostId, { to: world.now + 24 * HOUR })),
      `resume ${time + 1}`,
    ).toHaveLength(3);
    await world.post(`${path}/pause`);
  }
});

test("a cron that names no run before its end_date is refused, when it is made and when it is replaced", async () => {
  const { world, ready, path } = await withCompleted();
  const refused = { status: 400, body: { errors: [{ field: "end_date" }] } };
  for (const end_date of [iso(START - HOUR), iso(START)]) {
    expect(await askForSchedule(world, ready, { end_date })).toMatchObject(refused);
    const facts = { name: "Hourly", agent_server_id: ready.agentId, cron: "0 * * * *", end_date };
    expect(await world.put(path, facts)).toMatchObject(refused);
  }
  const daily = { cron: "0 3 * * *", end_date: iso(START + HOUR) };
  expect(await askForSchedule(world, ready, daily)).toMatchObject(refused);
  const { body } = await askForSchedule(world, ready, { end_date: iso(START + 1000) });
  expect(z.object({ jobs: z.array(z.unknown()) }).parse(body).jobs).toHaveLength(1);
});
