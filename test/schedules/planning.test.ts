import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { planSchedules } from "../../src/schedules/plan-schedules.ts";
import { type Cadence, MAX_AHEAD, missedOf, planRuns } from "../../src/schedules/planning.ts";
import { jobsOf, makeSchedule, schedulesOf } from "../scheduling.ts";
import { runStep } from "../steps.ts";
import { HOUR, MINUTE, START, World } from "../world.ts";

const DAY = 24 * HOUR;
const HORIZON = 30 * DAY;
const RULE = { missed: "run_once", missedWithinMinutes: 60 } as const;

const crons = fc.constantFrom(
  "0 * * * *",
  "30 2 * * *",
  "*/15 * * * *",
  "0 6 * * MON-FRI",
  "0 0 L * *",
  "15 1,13 1 * *",
);
const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe");
const cadences: fc.Arbitrary<Cadence> = fc.record({
  cron: crons,
  timeZone: zones,
  startAt: fc.option(fc.integer({ min: 0, max: 40 }).map((days) => START + days * DAY)),
  endAt: fc.option(fc.integer({ min: 41, max: 90 }).map((days) => START + days * DAY)),
  maxRuns: fc.option(fc.integer({ min: 1, max: 700 })),
  closed: fc.array(
    fc
      .record({ day: fc.integer({ min: 0, max: 60 }), hours: fc.integer({ min: 1, max: 80 }) })
      .map(({ day, hours }) => ({
        from: START + day * DAY,
        until: START + day * DAY + hours * HOUR,
      })),
    { maxLength: 3 },
  ),
});

/** Plans a cadence by ticks at these times, as the product does. Jobs ahead are planned and not yet due. */
const planBy = (cadence: Cadence, ticks: readonly number[]): number[] => {
  const times: number[] = [];
  let plannedUntil = START;
  let finished = false;
  for (const now of ticks) {
    if (finished) break;
    const ahead = times.filter((at) => at > now).length;
    const plan = planRuns(cadence, {
      progress: { plannedUntil, runsPlanned: times.length, ahead },
      rule: RULE,
      now,
      horizonMs: HORIZON,
    });
    times.push(...plan.times);
    plannedUntil = plan.plannedUntil;
    finished = plan.dueAt === null;
  }
  return times;
};

test("planning in random slices of ticks gives the jobs that planning in one go gives", () => {
  fc.assert(
    fc.property(
      cadences,
      fc.array(fc.integer({ min: 1, max: 4 * 48 }), { minLength: 1, maxLength: 30 }),
      (cadence, gaps) => {
        let now = START;
        const ticks = [START, ...gaps.map((halfHours) => (now += halfHours * 30 * MINUTE))];
        const sliced = planBy(cadence, ticks);
        const every = Array.from(
          { length: (now - START) / (30 * MINUTE) + 1 },
          (_, tick) => START + tick * 30 * MINUTE,
        );
        const steady = planBy(cadence, every);
        const most = Math.min(sliced.length, steady.length);
        expect(sliced.slice(0, most)).toEqual(steady.slice(0, most));
        expect(sliced).toEqual([...new Set(sliced)].sort((one, other) => one - other));
        expect(sliced.filter((at) => at <= now)).toEqual(steady.filter((at) => at <= now));
      },
    ),
    { numRuns: 50 },
  );
});

test("never more than 500 jobs wait ahead, nor more than max_runs are planned, nor any outside the bounds", () => {
  fc.assert(
    fc.property(cadences, fc.integer({ min: 0, max: 60 * 48 }), (cadence, halfHours) => {
      const now = START + halfHours * 30 * MINUTE;
      const times = planBy(cadence, [START, now]);
      expect(times.filter((at) => at > now).length).toBeLessThanOrEqual(MAX_AHEAD);
      expect(times.length).toBeLessThanOrEqual(cadence.maxRuns ?? Number.POSITIVE_INFINITY);
      for (const at of times) {
        expect(at).toBeGreaterThanOrEqual(cadence.startAt ?? START);
        expect(at).toBeLessThan(cadence.endAt ?? Number.POSITIVE_INFINITY);
      }
    }),
    { numRuns: 50 },
  );
});

test("of missed runs all but the latest are skipped, and that one too where it is too old or the rule skips", () => {
  const [one, two, three] = [START, START + HOUR, START + 2 * HOUR];
  const now = START + 2 * HOUR + 30 * MINUTE;
  expect(missedOf([one, two, three, now], RULE, now)).toEqual([one, two]);
  expect(missedOf([one, two, three, now], { ...RULE, missedWithinMinutes: 29 }, now)).toEqual([
    one,
    two,
    three,
  ]);
  expect(missedOf([one, two, three, now], { ...RULE, missed: "skip" }, now)).toEqual([one, two, three]);
  expect(missedOf([now], RULE, now)).toEqual([]);
});

test("however many ticks plan it, no more than 500 jobs of a schedule wait ahead in the database", async () => {
  const world = new World();
  const { id } = await makeSchedule(world, await world.ready(), { cron: "* * * * *" });
  for (let tick = 0; tick < 4; tick++) {
    world.advance(30 * MINUTE);
    await world.tick();
    const ahead = (await jobsOf(id)).filter(({ scheduled_at }) => scheduled_at > world.now);
    expect(ahead).toHaveLength(MAX_AHEAD);
  }
});

test("a preview's times are those that are then planned", async () => {
  await fc.assert(
    fc.asyncProperty(crons, zones, fc.integer({ min: 0, max: 300 }), async (cron, time_zone, days) => {
      const world = new World({ now: START + days * DAY });
      const ready = await world.ready();
      const preview = await world.post(`${schedulesOf(ready.projectId)}/preview`, { cron, time_zone });
      const { times } = z.object({ times: z.array(z.object({ utc: z.string() })) }).parse(preview.body);
      const planned = await makeSchedule(world, ready, { cron, time_zone });
      const shown = times.map(({ utc }) => utc);
      const most = Math.min(shown.length, planned.times.length);
      expect(planned.times.slice(0, most)).toEqual(shown.slice(0, most));
      expect(most).toBeGreaterThanOrEqual(Math.min(20, planned.times.length));
    }),
    { numRuns: 12 },
  );
});

test("1,000 schedules on 1,000 hosts are planned over as many ticks as the bounds need, and none is starved", async () => {
  const world = new World({ now: START + 400 * DAY });
  const { projectId } = await world.ready();
  const now = world.now;
  await env.DB.batch(
    [
      `INSERT INTO hosts (guid, guid_as_sent, name, ip_address, mac_address, registered_at, creation_key)
       SELECT 'many-' || value, 'many', 'many', '1', '1', ${now}, 'many-host-' || value FROM json_each(?)`,
      `INSERT INTO agents (host_id, project_id, client_number, name, framework, framework_id, active, creation_key)
       SELECT id, ${projectId}, 'many', 'many', 'f', 'f', 1, 'many-agent-' || id FROM hosts WHERE guid_as_sent = 'many'
         AND ? IS NOT NULL`,
      `INSERT INTO snapshots (materials, materials_bytes, creation_key) SELECT '[]', 2, 'many' WHERE ? IS NOT NULL`,
      `INSERT INTO schedules (project_id, agent_id, snapshot_id, schedule_name, cron, time_zone, overlap, missed,
         missed_within_minutes, on_lost, max_attempts, planned_until, plan_due_at, created_at, creation_key)
       SELECT ${projectId}, a.id, s.id, 'many', '0 3 * * *', 'UTC', 'skip', 'run_once', 60, 'fail', 1, ${now}, ${now},
         ${now}, 'many-' || a.id FROM agents a JOIN snapshots s ON s.creation_key = 'many'
       WHERE a.client_number = 'many' AND ? IS NOT NULL`,
    ].map((text) =>
      env.DB.prepare(text).bind(JSON.stringify(Array.from({ length: 1000 }, (_, number) => number))),
    ),
  );
  await env.DB.exec("UPDATE schedules SET plan_due_at = NULL WHERE schedule_name <> 'many'");
  const counted = z.object({ schedules: z.int(), jobs: z.int() });
  const count = async () =>
    counted.parse(
      await env.DB.prepare(
        `SELECT COUNT(DISTINCT j.schedule_id) AS schedules, COUNT(*) AS jobs FROM jobs j
         JOIN schedules s ON s.id = j.schedule_id WHERE s.schedule_name = 'many'`,
      ).first(),
    );
  const seen = [];
  for (let tick = 0; tick < 4; tick++) {
    await runStep(planSchedules, world, { queries: 14 });
    seen.push(await count());
    world.advance(30 * MINUTE);
  }
  // Each time two batches of at most 5,000 jobs, and then the rest.
  expect(seen).toEqual([
    { schedules: 332, jobs: 9960 },
    { schedules: 664, jobs: 19_920 },
    { schedules: 996, jobs: 29_880 },
    { schedules: 1000, jobs: 30_000 },
  ]);
  // A day later each schedule needs one job: one batch plans them all.
  world.advance(DAY);
  await runStep(planSchedules, world, { queries: 9 });
  expect(await count()).toEqual({ schedules: 1000, jobs: 31_000 });
});
