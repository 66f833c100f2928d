import { expect, test } from "vitest";
import { lease } from "../lease-client.ts";
import { HostSocket, shareClock } from "../push/socket-client.ts";
import { makeSchedule } from "../scheduling.ts";
import { type Answer, HOUR, jobsIn, MINUTE, type Ready, World } from "../world.ts";

const OWNER = { headers: { "Lease-Owner": "process 1" } };

const cancels = ({ headers }: Answer): string | null => headers.get("Cancel-Requested");

/** A host without leases that runs the first job of a schedule, which an operator then cancels. */
const cancelledRun = async ({ owner = OWNER, facts = {} }: { owner?: object; facts?: object } = {}) => {
  const world = new World();
  const ready = await world.ready();
  const { jobIds } = await makeSchedule(world, ready, { max_runs: 3, ...facts });
  const [first = 0, second = 0] = jobIds;
  await world.poll(ready.hostId, { to: world.now + 1, ...owner });
  await world.report(ready.projectId, first, { status: "RUNNING", ...owner });
  world.advance(MINUTE);
  const operator = { token: await world.token("operator") };
  const cancel = () => world.report(ready.projectId, first, { status: "CANCELLED", ...operator });
  expect((await cancel()).body).toMatchObject({ status: "CANCELLED" });
  return { world, ready, first, second, cancel };
};

const poll = (world: World, { hostId }: Ready, options: object = OWNER) =>
  world.poll(hostId, { to: world.now + 1, ...options });

test("a plain host is notified by its next poll and its next ping that its run was cancelled, until it reports on it", async () => {
  for (const report of ["FAILED", "CANCELLED"]) {
    const { world, ready, first } = await cancelledRun();
    for (let time = 0; time < 2; time++) {
      expect(cancels(await poll(world, ready))).toBe(String(first));
      expect(cancels(await world.ping(ready.hostId, ready.guid))).toBe(String(first));
    }
    const token = await world.token("host");
    await world.report(ready.projectId, first, { status: report, token });
    expect(cancels(await poll(world, ready)), report).toBeNull();
    expect(cancels(await world.ping(ready.hostId, ready.guid)), report).toBeNull();
  }
});

test("a host that reports nothing is notified until the run would have had to end", async () => {
  const { world, ready, first } = await cancelledRun();
  world.advance(23 * HOUR);
  expect(cancels(await world.ping(ready.hostId, ready.guid))).toBe(String(first));
  world.advance(HOUR);
  expect(cancels(await world.ping(ready.hostId, ready.guid))).toBeNull();
});

test("a cancel that is sent again notifies the host again; a job that never ran, or that the host ended, is not notified", async () => {
  const { world, ready, first, cancel } = await cancelledRun();
  await world.report(ready.projectId, first, { status: "CANCELLED", ...OWNER });
  await cancel();
  expect(cancels(await poll(world, ready))).toBe(String(first));
  const other = await world.ready({ jobs: 1 });
  await world.report(other.projectId, other.jobId, "CANCELLED");
  expect(cancels(await poll(world, other))).toBeNull();
});

test("the next run of the schedule is handed to the same caller only with its second poll after the cancel", async () => {
  for (const owner of [OWNER, {}]) {
    const { world, ready, first, second } = await cancelledRun({ owner });
    world.advance(HOUR);
    const answer = await poll(world, ready, owner);
    expect([jobsIn(answer), cancels(answer), answer.headers.get("Jobs-Held")]).toEqual([
      [],
      String(first),
      "1",
    ]);
    expect(jobsIn(await poll(world, ready, owner))).toEqual([second]);
  }
});

test("a lease request that finds nothing names the cancelled run, too", async () => {
  const { world, ready, first } = await cancelledRun();
  for (let time = 0; time < 2; time++) {
    const answer = await lease(world, ready.hostId);
    expect([answer.status, cancels(answer)]).toEqual([200, String(first)]);
  }
});

test("a socket that looks for jobs leaves it to the next poll to name the cancelled run", async () => {
  const { world, ready, first, second } = await cancelledRun({ owner: {} });
  const elsewhere = await world.project();
  await world.agent(elsewhere, ready.hostId);
  // From here on the object knows that nothing is due, and has notified no one.
  await poll(world, ready, { token: await world.token("host", { project_ids: [elsewhere] }) });
  const socket = await HostSocket.ready(shareClock(world), ready.hostId);
  await socket.settled();
  socket.socket.close();
  await socket.untilClosed();
  world.advance(HOUR);
  const answer = await poll(world, ready, {});
  expect([jobsIn(answer), cancels(answer)]).toEqual([[], String(first)]);
  expect(jobsIn(await poll(world, ready, {}))).toEqual([second]);
});

test("another process of the host is handed the next run at once", async () => {
  const { world, ready, second } = await cancelledRun();
  world.advance(HOUR);
  expect(jobsIn(await poll(world, ready, { headers: { "Lease-Owner": "process 2" } }))).toEqual([second]);
});

test("the caller of the cancelled run is handed other schedules' jobs at once", async () => {
  const { world, ready } = await cancelledRun();
  const other = await world.schedule(ready.projectId, ready.agentId, { at: world.now + HOUR });
  world.advance(HOUR);
  expect(jobsIn(await poll(world, ready))).toEqual([other.jobId]);
});

test("a run that was replaced by the next is notified as cancelled, by the next one's start and by the tick", async () => {
  for (const how of ["start", "tick"]) {
    const world = new World();
    const ready = await world.ready();
    const { jobIds } = await makeSchedule(world, ready, { overlap: "cancel_running", max_runs: 3 });
    const [first = 0, second = 0] = jobIds;
    await world.report(ready.projectId, first, { status: "RUNNING", ...OWNER });
    world.advance(HOUR);
    await world.ping(ready.hostId, ready.guid);
    if (how === "start") await world.report(ready.projectId, second, { status: "RUNNING", ...OWNER });
    else await world.tick();
    expect(cancels(await world.ping(ready.hostId, ready.guid)), how).toBe(String(first));
  }
});

test("a token limited to another project is not notified of the run", async () => {
  const { world, ready } = await cancelledRun();
  const elsewhere = await world.project();
  await world.agent(elsewhere, ready.hostId);
  const token = await world.token("host", { project_ids: [elsewhere] });
  expect(cancels(await poll(world, ready, { token }))).toBeNull();
});
