import { expect, test } from "vitest";
import { z } from "zod";
import { settleBlackouts } from "../../src/schedules/settle-blackouts.ts";
import { iso, jobsOf, makeSchedule, schedulesOf } from "../scheduling.ts";
import { runStep } from "../steps.ts";
import { HOUR, jobsIn, MINUTE, type Ready, START, World } from "../world.ts";

const DAY = 24 * HOUR;
const pathOf = ({ projectId }: Pick<Ready, "projectId">) =>
  `/api/v3/projects/${projectId}/automation/blackouts`;
const blackout = (world: World, ready: Pick<Ready, "projectId">, facts: object) =>
  world.post(pathOf(ready), { name: "Moving house", ...facts });
const idOf = (answer: { body: unknown }) =>
  z.looseObject({ blackout_id: z.int() }).parse(answer.body).blackout_id;
/** The next hours, as a window. */
const hours = (from: number, to: number) => ({ from: iso(START + from * HOUR), to: iso(START + to * HOUR) });

/** An hourly schedule's jobs of the first hours, by hour from the start and status; one that is overdue is still planned. */
const firstHours = async (scheduleId: number, most = 6) =>
  (await jobsOf(scheduleId))
    .filter(({ scheduled_at: at }) => at < START + most * HOUR)
    .map(({ scheduled_at: at, status, status_reason: why }) =>
      status === "NOT_RUN"
        ? `${(at - START) / HOUR} PLANNED`
        : [(at - START) / HOUR, status, why].filter((part) => part !== null).join(" "),
    );

test("a run in a blackout of its project is not planned; with blackouts ignore it is", async () => {
  const world = new World();
  const ready = await world.ready();
  expect((await blackout(world, ready, hours(2, 4))).status).toBe(201);
  const { id } = await makeSchedule(world, ready);
  expect(await firstHours(id)).toEqual(["0 PLANNED", "1 PLANNED", "4 PLANNED", "5 PLANNED"]);
  const careless = await makeSchedule(world, ready, { blackouts: "ignore" });
  expect(await firstHours(careless.id)).toHaveLength(6);
  const other = await world.ready();
  expect(await firstHours((await makeSchedule(world, other)).id)).toHaveLength(6);
});

test("jobs that were planned before it are cancelled with the reason, but for those that may have been handed out", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id, path, jobIds } = await makeSchedule(world, ready);
  const careless = await makeSchedule(world, ready, { blackouts: "ignore" });
  const byHand = await world.post(`${path}/run-now`);
  expect(byHand.status).toBe(201);
  await blackout(world, ready, hours(0, 3));
  expect(await firstHours(id)).toEqual([
    "0 PLANNED",
    "0 PLANNED",
    "1 CANCELLED blackout",
    "2 CANCELLED blackout",
    "3 PLANNED",
    "4 PLANNED",
    "5 PLANNED",
  ]);
  expect(await firstHours(careless.id)).toEqual([0, 1, 2, 3, 4, 5].map((hour) => `${hour} PLANNED`));
  const [, second = 0] = jobIds;
  expect((await world.job(ready.projectId, second)).history).toMatchObject([
    { from: "PLANNED", to: "CANCELLED", by: "admin bootstrap", reason: "blackout" },
  ]);
});

test("runs that it leaves out do not count for max_runs", async () => {
  const world = new World();
  const ready = await world.ready();
  await blackout(world, ready, hours(1, 3));
  const after = await makeSchedule(world, ready, { max_runs: 3 });
  expect(await firstHours(after.id)).toEqual(["0 PLANNED", "3 PLANNED", "4 PLANNED"]);
  const other = await world.ready();
  const before = await makeSchedule(world, other, { max_runs: 3 });
  await blackout(world, other, hours(1, 3));
  world.advance(30 * MINUTE);
  await world.tick();
  expect(await firstHours(before.id)).toEqual([
    "0 PLANNED",
    "1 CANCELLED blackout",
    "2 CANCELLED blackout",
    "3 PLANNED",
    "4 PLANNED",
  ]);
});

test("the tick plans round it, and so does a resumed and an edited schedule", async () => {
  const world = new World();
  const ready = await world.ready();
  const resumed = await makeSchedule(world, ready);
  const edited = await makeSchedule(world, ready);
  await world.post(`${resumed.path}/pause`);
  await blackout(world, ready, { ...hours(30 * 24 + 1, 30 * 24 + 3) });
  await blackout(world, ready, hours(2, 3));
  await world.post(`${resumed.path}/resume`);
  await world.put(edited.path, { name: "Edited", agent_server_id: ready.agentId, cron: "0 * * * *" });
  expect(await firstHours(resumed.id, 4)).toEqual([
    "0 PLANNED",
    "1 PLANNED",
    "2 CANCELLED blackout",
    "3 PLANNED",
  ]);
  expect(await firstHours(edited.id, 4)).toEqual([
    "0 PLANNED",
    "1 PLANNED",
    "2 CANCELLED blackout",
    "3 PLANNED",
  ]);
  world.advance(15 * DAY);
  await world.tick();
  const planned = (await jobsOf(resumed.id)).map(({ scheduled_at: at }) => (at - START) / HOUR);
  expect(planned).toContain(30 * 24);
  expect(planned).not.toContain(30 * 24 + 1);
  expect(planned).not.toContain(30 * 24 + 2);
  expect(planned).toContain(30 * 24 + 3);
});

test("a run that was missed in a blackout is not made up for", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id, path } = await makeSchedule(world, ready, { max_runs: 400 });
  await world.post(`${path}/pause`);
  await blackout(world, ready, hours(1, 3));
  world.advance(2 * HOUR + 30 * MINUTE);
  await world.post(`${path}/resume`);
  expect((await firstHours(id, 4)).slice(1)).toEqual([
    "1 CANCELLED blackout",
    "2 CANCELLED blackout",
    "3 PLANNED",
  ]);
});

test("once it is deleted, what it left out is planned again by the tick after ten minutes, and not before", async () => {
  const world = new World();
  const ready = await world.ready();
  const cancelled = await makeSchedule(world, ready, { max_runs: 5 });
  const made = await blackout(world, ready, hours(2, 4));
  const left = await makeSchedule(world, ready);
  world.advance(25 * MINUTE);
  const deleted = await world.delete(`${pathOf(ready)}/${idOf(made)}`);
  expect([deleted.status, idOf(deleted)]).toEqual([200, idOf(made)]);
  world.advance(5 * MINUTE);
  await world.tick();
  expect(await firstHours(left.id)).toEqual(["0 PLANNED", "1 PLANNED", "4 PLANNED", "5 PLANNED"]);
  world.advance(30 * MINUTE);
  await world.tick();
  expect(await firstHours(left.id)).toEqual(["0", "1", "2", "3", "4", "5"].map((hour) => `${hour} PLANNED`));
  const again = (await firstHours(cancelled.id)).filter((job) => !job.includes("CANCELLED"));
  expect(again).toEqual(["0", "1", "2", "3", "4"].map((hour) => `${hour} PLANNED`));
  expect((await world.get(pathOf(ready))).body).toEqual([]);
  expect((await world.delete(`${pathOf(ready)}/${idOf(made)}`)).status).toBe(404);
});

test("once it is deleted, a schedule that was planned further meanwhile has what it left out in its max_runs again", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id } = await makeSchedule(world, ready, { max_runs: 4 });
  const made = await blackout(world, ready, hours(2, 3));
  world.advance(30 * MINUTE);
  await world.tick();
  const kept = async () => (await firstHours(id)).filter((job) => job.endsWith("PLANNED"));
  expect(await kept()).toEqual([0, 1, 3, 4].map((hour) => `${hour} PLANNED`));
  await world.delete(`${pathOf(ready)}/${idOf(made)}`);
  world.advance(30 * MINUTE);
  await world.tick();
  expect((await kept()).slice(0, 4)).toEqual([0, 1, 2, 3].map((hour) => `${hour} PLANNED`));
});

test("no cache of a host's object hides a run that is planned again", async () => {
  const world = new World();
  const ready = await world.ready();
  const made = await blackout(world, ready, hours(0, 2));
  await makeSchedule(world, ready, { cron: "45 * * * *" });
  const poll = () => world.poll(ready.hostId, { from: START, to: world.now + 2 * HOUR });
  world.advance(MINUTE);
  for (let polls = 0; polls < 2; polls++) expect(jobsIn(await poll())).toEqual([]);
  world.advance(4 * MINUTE);
  await world.delete(`${pathOf(ready)}/${idOf(made)}`);
  world.advance(24 * MINUTE);
  expect(jobsIn(await poll())).toEqual([]);
  world.advance(MINUTE);
  await world.tick();
  expect(jobsIn(await poll())).toHaveLength(2);
});

test("the tick cancels what was being planned at the same moment, and looks at a blackout no more after that", async () => {
  const world = new World();
  const ready = await world.ready();
  await blackout(world, ready, hours(2, 4));
  // As if its plan had been read before the blackout was made.
  const late = await makeSchedule(world, ready, { blackouts: "ignore" });
  world.advance(5 * MINUTE);
  await runStep(settleBlackouts, world, { queries: 100 });
  await world.env.DB.prepare("UPDATE schedules SET blackouts = 'heed' WHERE id = ?").bind(late.id).run();
  world.advance(25 * MINUTE);
  await world.tick();
  expect((await firstHours(late.id)).slice(2, 4)).toEqual(["2 CANCELLED blackout", "3 CANCELLED blackout"]);
  const { results } = await world.env.DB.prepare("SELECT settled_at FROM blackouts WHERE project_id = ?")
    .bind(ready.projectId)
    .all();
  expect(results).toEqual([{ settled_at: world.now }]);
});

test("a preview of a schedule tells what is skipped, and why", async () => {
  const world = new World();
  const ready = await world.ready();
  await blackout(world, ready, { days: ["2026-03-03"], time_zone: "Europe/Berlin" });
  const preview = (facts: object) =>
    world.post(`${schedulesOf(ready.projectId)}/preview`, {
      cron: "0 6 * * *",
      time_zone: "Europe/Berlin",
      ...facts,
    });
  const { times, skipped } = z
    .object({ times: z.array(z.object({ local: z.string() })), skipped: z.array(z.unknown()) })
    .parse(z.object({ times: z.unknown(), skipped: z.unknown() }).parse((await preview({})).body));
  expect(times[0]?.local).toBe("2026-03-04T06:00:00+01:00");
  expect(skipped).toEqual([
    { utc: "2026-03-03T05:00:00+00:00", local: "2026-03-03T06:00:00+01:00", blackout: "Moving house" },
  ]);
  expect((await preview({ blackouts: "ignore" })).body).toMatchObject({ skipped: [] });
});

test("the calendar tells the runs that are skipped, day by day, with the blackout's name", async () => {
  const world = new World();
  const ready = await world.ready();
  await blackout(world, ready, { days: ["2026-03-03"] });
  const { id } = await makeSchedule(world, ready, { cron: "0 */12 * * *" });
  const { body } = await world.get(
    `/api/v3/projects/${ready.projectId}/automation/calendar?from=2026-03-03T00:00:00Z&to=2026-03-04T00:00:00Z`,
  );
  const skipped = (start_date: string) => ({ schedule_id: id, start_date, blackout: "Moving house" });
  expect(body).toEqual([
    {
      date: "2026-03-03",
      jobs: [],
      coming: [],
      skipped: [skipped("2026-03-03T00:00:00+00:00"), skipped("2026-03-03T12:00:00+00:00")],
    },
  ]);
});

test("a preview of a blackout tells its spans and the planned jobs that it would cancel, and makes nothing", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id } = await makeSchedule(world, ready);
  const body = { name: "Moving house", ...hours(1, 3) };
  expect((await world.post(`${pathOf(ready)}/preview`, body)).body).toEqual({
    spans: [{ from: "2026-03-02T11:00:00+00:00", to: "2026-03-02T13:00:00+00:00", name: "Moving house" }],
    jobs: 2,
    schedules: [{ schedule_id: id, name: "Hourly" }],
  });
  expect((await world.get(pathOf(ready))).body).toEqual([]);
});

test("a single run, a run now, a rerun and a backfill go by hand: no blackout keeps them", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id, path } = await makeSchedule(world, ready, { overlap: "allow" });
  await blackout(world, ready, hours(-3, 3));
  const { jobId } = await world.schedule(ready.projectId, ready.agentId, { at: START + HOUR });
  expect((await world.post(`${path}/run-now`)).status).toBe(201);
  expect((await world.post(`${path}/backfill`, hours(-2, 0))).body).toHaveLength(2);
  world.advance(30 * MINUTE);
  await world.tick();
  expect(await world.job(ready.projectId, jobId)).toMatchObject({ status: "PLANNED" });
  expect((await firstHours(id, 1)).filter((job) => job.endsWith("PLANNED"))).toHaveLength(4);
});

test.each([
  [{}, "days is required: name days, a window by from and to, or a calendar file"],
  [{ days: ["2026-02-30"] }, /days\[0\] must be a day like 2026-12-24/],
  [{ days: ["2026-12-24/2026-12-20"] }, /days\[0\] must be a day/],
  [{ days: [] }, /days must name a day/],
  [{ days: ["2020-01-01"] }, "days must name a time that is still to come"],
  [{ ...hours(3, 2) }, "to must be after from"],
  [{ from: iso(START) }, "to is required with the other end of the window"],
  [{ days: ["2026-12-24"], calendar: "x" }, /calendar can't be given together with days/],
  [{ days: ["2026-12-24"], time_zone: "Middle Earth" }, /time_zone must be an IANA time zone/],
  [{ calendar: "no calendar" }, "calendar must be a calendar file, which begins with BEGIN:VCALENDAR"],
])("%j is refused with what would be right", async (facts, message) => {
  const world = new World();
  const refused = await blackout(world, { projectId: await world.project() }, facts);
  expect([refused.status, refused.body]).toEqual([
    400,
    expect.objectContaining({
      message: typeof message === "string" ? message : expect.stringMatching(message),
    }),
  ]);
});

test("the same key makes one blackout; a project has at most 50, and each is in the audit", async () => {
  const world = new World();
  const ready = { projectId: await world.project() };
  const once = { headers: { "Idempotency-Key": "once" } };
  const body = { name: "Moving house", ...hours(1, 3) };
  const [first, second] = [
    await world.post(pathOf(ready), body, once),
    await world.post(pathOf(ready), body, once),
  ];
  expect([first.status, second.status, idOf(second)]).toEqual([201, 201, idOf(first)]);
  for (let made = 1; made < 50; made++) await blackout(world, ready, hours(1, 2));
  expect(await blackout(world, ready, hours(1, 2))).toMatchObject({
    status: 409,
    body: { code: "too_many_blackouts", message: expect.stringContaining("has 50 blackouts; delete one") },
  });
  await world.delete(`${pathOf(ready)}/${idOf(first)}`);
  const { body: rows } = await world.get(`/api/v3/audit?object_kind=blackout&object_id=${idOf(first)}`);
  expect(rows).toMatchObject([
    { action: "createBlackout", project_id: ready.projectId, after: { name: "Moving house" } },
    { action: "deleteBlackout", after: { deleted_at: START } },
  ]);
});

test("another project's blackouts are not there for a token that is limited", async () => {
  const world = new World();
  const [own, other] = [{ projectId: await world.project() }, { projectId: await world.project() }];
  const made = await blackout(world, other, hours(1, 2));
  const token = await world.token("operator", { project_ids: [own.projectId] });
  expect((await world.get(pathOf(own), { token })).body).toEqual([]);
  expect((await world.get(pathOf(other), { token })).status).toBe(404);
  expect((await world.delete(`${pathOf(own)}/${idOf(made)}`, { token })).status).toBe(404);
  expect((await world.delete(`${pathOf(own)}/${idOf(made)}`)).status).toBe(404);
});
