import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_QUERIES } from "../src/tick.ts";
import { standingAround } from "./fault-injection.ts";
import { makeSchedule } from "./scheduling.ts";
import { HOUR, MINUTE, type Ready, START, World } from "./world.ts";

const iso = (at: number) => new Date(at).toISOString();

/** A seam that counts the statements since the last reset, and refuses those beyond what the platform runs. */
const bounded = () => {
  const counter = { statements: 0 };
  const seam = standingAround((trip, go) => {
    if (trip.to === "d1") counter.statements += trip.statements.length;
    if (counter.statements > MAX_QUERIES) throw new Error("more statements than one invocation may run");
    return go();
  });
  return { counter, seam };
};

/** What a schedule may be asked to do, in any order. */
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
        world.post(
          `/api/v3/projects/${ready.projectId}/automation/hosts/${ready.hostId}/agents/${ready.agentId}/${word}`,
        ),
  ),
  fc.constantFrom(MINUTE, HOUR, 40 * 24 * HOUR).map(
    (ms): Command =>
      async ({ world }) =>
        world.advance(ms),
  ),
  fc.constant<Command>(({ world }) => world.tick()),
);

test("planning ends where more jobs were added ahead than are planned ahead", async () => {
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

test("each tick ends within its bounds, whatever was done to a schedule before", async () => {
  const { counter, seam } = bounded();
  await fc.assert(
    fc.asyncProperty(crons, fc.array(commands, { minLength: 2, maxLength: 6 }), async (cron, list) => {
      counter.statements = 0;
      const world = new World({ seam });
      const ready = await world.ready();
      const scene = { world, ready, path: (await makeSchedule(world, ready, { cron })).path };
      for (const command of list) {
        counter.statements = 0;
        await command(scene);
      }
      for (let tick = 0; tick < 2; tick++) {
        counter.statements = 0;
        await world.tick();
        // What is left of the earlier schedules of this property is planned too, each in a batch that holds a hundred.
        expect(counter.statements).toBeLessThan(150);
      }
    }),
    { numRuns: 25 },
  );
});
