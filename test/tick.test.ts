import fc from "fast-check";
import { expect, test } from "vitest";
import { endLostRuns } from "../src/jobs/end-lost-runs.ts";
import { MAX_QUERIES, STEPS } from "../src/tick.ts";
import { standingAround } from "./fault-injection.ts";
import { lease, leasesIn, reportUnder } from "./lease-client.ts";
import { iso, makeSchedule } from "./scheduling.ts";
import { runStep } from "./steps.ts";
import { HOUR, jobsIn, MINUTE, type Ready, START, World } from "./world.ts";

/** A seam that counts the statements since the last reset, and fails those beyond the platform's limit. */
const bounded = () => {
  const counter = { statements: 0 };
  const seam = standingAround((trip, go) => {
    if (trip.to === "d1") counter.statements += trip.statements.length;
    if (counter.statements > MAX_QUERIES) throw new Error("more statements than one invocation may run");
    return go();
  });
  return { counter, seam };
};

/** Requests about a schedule, its agent and its host, which come in any order. */
interface Scene {
  world: World;
  ready: Ready;
  path: string;
}
type Command = (scene: Scene) => Promise<unknown>;

const edit =
  (cron: string, facts: object): Command =>
  ({ world, ready, path }) =>
    world.put(path, { name: "Edited", agent_server_id: ready.agentId, cron, ...facts });

const agentOf = ({ projectId, hostId, agentId }: Ready) =>
  `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents/${agentId}`;

const hostFacts = (host_guid: string) => ({
  host_name: "Host",
  ip_address: "192.168.74.73",
  mac_address: "00:15:5D:4A:4D:01",
  host_guid,
});

/** Hosts are retired and registered again; agents and schedules are deleted. */
const GONE_AND_BACK: Command[] = [
  ({ world, ready }) => world.delete(`/api/v3/automation/hosts/${ready.hostId}`),
  ({ world, ready }) => world.post("/api/v3/automation/host", hostFacts(ready.guid)),
  ({ world, ready }) => world.delete(agentOf(ready)),
  ({ world, path }) => world.delete(path),
];

/** Jobs are run by a plain host and by one that knows leases, and stay behind as they are. */
const RUNS: Command[] = [
  ({ world, ready }) => world.ping(ready.hostId, ready.guid),
  async ({ world, ready }) => {
    const polled = await world.poll(ready.hostId, { headers: { "Lease-Owner": "plain" } });
    const [job] = polled.status === 200 ? jobsIn(polled) : [];
    if (job === undefined) return;
    await world.report(ready.projectId, job, { status: "RUNNING", headers: { "Lease-Owner": "plain" } });
  },
  async ({ world, ready }) => {
    const answer = await lease(world, ready.hostId, { max_jobs: 3 });
    const [first, second] = answer.status === 200 ? leasesIn(answer) : [];
    for (const { job, lease_id } of [first, second].filter((found) => found !== undefined))
      await reportUnder(world, {
        projectId: ready.projectId,
        jobId: job.job_id,
        status: "RUNNING",
        leaseId: lease_id,
      });
    if (second)
      await reportUnder(world, {
        projectId: ready.projectId,
        jobId: second.job.job_id,
        status: "FAILED",
        leaseId: second.lease_id,
      });
  },
];

const crons = fc.constantFrom("* * * * *", "0 3 * * *", "*/7 * * * *", "0 0 29 2 *", "0 12 * * MON");
const commands: fc.Arbitrary<Command> = fc.oneof(
  crons.map((cron) => edit(cron, {})),
  fc.tuple(crons, fc.integer({ min: 1, max: 600 })).map(([cron, max_runs]) => edit(cron, { max_runs })),
  crons.map((cron) => edit(cron, { start_date: iso(START + 50 * 24 * HOUR) })),
  fc
    .integer({ min: -9, max: 90 })
    .map((minutes) => edit("", { cron: null, start_date: iso(START + minutes * MINUTE) })),
  fc.constantFrom("pause", "resume", "run-now", "cancel").map(
    (word): Command =>
      ({ world, path }) =>
        world.post(`${path}/${word}`),
  ),
  fc.integer({ min: 1, max: 999 }).map(
    (minutes): Command =>
      ({ world, path }) =>
        world.post(`${path}/backfill`, { from: iso(world.now), to: iso(world.now + minutes * MINUTE) }),
  ),
  fc.constantFrom("activate", "deactivate").map(
    (word): Command =>
      ({ world, ready }) =>
        world.post(`${agentOf(ready)}/${word}`),
  ),
  ...GONE_AND_BACK.map((command) => fc.constant(command)),
  ...RUNS.map((command) => fc.constant(command)),
  fc.constantFrom(MINUTE, HOUR, 40 * 24 * HOUR).map(
    (ms): Command =>
      async ({ world }) =>
        world.advance(ms),
  ),
  fc.constant<Command>(({ world }) => world.tick()),
);

test("planning ends though more jobs were added ahead than are planned ahead", async () => {
  const { counter, seam } = bounded();
  const world = new World({ seam, now: START + MINUTE });
  const ready = await world.ready();
  const { path } = await makeSchedule(world, ready, { cron: "0 3 * * *" });
  const scene = { world, ready, path };
  await world.post(`${path}/pause`);
  await edit("* * * * *", {})(scene);
  const filled = await world.post(`${path}/backfill`, {
    from: iso(world.now),
    to: iso(world.now + 999 * MINUTE),
  });
  expect(filled.body).toHaveLength(999);
  counter.statements = 0;
  expect(await world.post(`${path}/resume`)).toMatchObject({ status: 200 });
  await world.tick();
  expect(counter.statements).toBeLessThan(100);
});

const rules = fc.record({
  overlap: fc.constantFrom("skip", "allow", "cancel_running"),
  missed: fc.constantFrom("skip", "run_once"),
  on_lost: fc.constantFrom("fail", "requeue"),
  expire_after_minutes: fc.constantFrom(null, 30),
  allocated_minutes: fc.constantFrom(null, 20),
});

test("each step of the tick runs no more statements than are left to it, and each tick ends within its bounds, whatever was done before", async () => {
  const { counter, seam } = bounded();
  const run = fc.record({
    cron: crons,
    facts: rules,
    list: fc.array(commands, { minLength: 2, maxLength: 8 }),
  });
  const mostLeft = fc.integer({ min: 0, max: 12 });
  await fc.assert(
    fc.asyncProperty(run, mostLeft, async ({ cron, facts, list }, queries) => {
      counter.statements = 0;
      const world = new World({ seam });
      const ready = await world.ready();
      const scene = { world, ready, path: (await makeSchedule(world, ready, { cron, ...facts })).path };
      for (const command of list) {
        counter.statements = 0;
        await command(scene);
      }
      for (const [name, step] of Object.entries(STEPS)) {
        for (const left of [0, queries]) {
          counter.statements = 0;
          await runStep(step, world, { queries: left });
          expect(counter.statements, name).toBeLessThanOrEqual(left);
        }
      }
      for (let tick = 0; tick < 2; tick++) {
        counter.statements = 0;
        await world.tick();
        // What is left of the earlier schedules of this property is planned too, each in a batch that holds a hundred.
        expect(counter.statements).toBeLessThan(150);
      }
    }),
    { numRuns: 8 },
  );
}, 300_000);

test("each step of the tick runs no more statements than are left to it: the runs of a silent host end at a tick that has them", async () => {
  const { counter, seam } = bounded();
  const world = new World({ seam, now: START + 900 * 24 * HOUR });
  const { projectId, jobId } = await world.ready({ jobs: 1 });
  await world.report(projectId, jobId, "RUNNING");
  world.advance(2 * HOUR);
  counter.statements = 0;
  await runStep(endLostRuns, world, { queries: 1 });
  expect(counter.statements).toBe(1);
  expect(await world.job(projectId, jobId)).toMatchObject({ status: "RUNNING" });
  await runStep(endLostRuns, world, { queries: 20 });
  expect(await world.job(projectId, jobId)).toMatchObject({ status: "FAILED" });
});
