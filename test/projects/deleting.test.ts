import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { removeDeleted } from "../../src/projects/remove-deleted.ts";
import { refusalIn } from "../http/refusals.ts";
import { FAR_START, fireAlarms } from "../lease-client.ts";
import { failed, jobPath, junit, passed, running, sendReport } from "../results/junit.ts";
import { runStep } from "../steps.ts";
import { HOUR, type Ready, World } from "../world.ts";

const remove = (world: World) => runStep(removeDeleted, world, { queries: 100 });

const TABLES = ["jobs", "schedules", "test_runs", "outcomes"];

/** How many rows D1 has of a project, what R2 has, and how many tables its object has. */
const leftOf = async ({ projectId }: Ready) => {
  const counts = await Promise.all(
    TABLES.map((table) =>
      env.DB.prepare(`SELECT COUNT(*) AS rows FROM ${table} WHERE project_id = ?`)
        .bind(projectId)
        .first("rows"),
    ),
  );
  const own = await env.DB.prepare(
    "SELECT COUNT(*) AS rows FROM projects WHERE id = ? AND removed_at IS NULL",
  )
    .bind(projectId)
    .first("rows");
  const { objects } = await env.RESULTS.list({ prefix: `projects/${projectId}/` });
  return {
    rows: counts.reduce<number>((sum, rows) => sum + Number(rows), Number(own)),
    files: objects.length,
  };
};

/** A project whose job ended and left everything that a run may leave; its schedule and agent are deleted unless said otherwise. */
const used = async (isOver = true, { world = new World(), isLogOver = true } = {}) => {
  const ready = await running(world, ["one", "two"]);
  await sendReport(world, ready, junit(...passed("one"), failed("two")));
  await world.post(`${jobPath(ready)}/attempts/1/log?offset=0&final=${isLogOver}`, "written\n");
  await world.put(`${jobPath(ready)}/attempts/1/artifacts/a.txt`, "x", {
    headers: { "Content-Length": "1" },
  });
  if (!isOver) return { world, ready, path: `/api/v3/projects/${ready.projectId}` };
  await world.report(ready.projectId, ready.jobId, "FAILED");
  const path = `/api/v3/projects/${ready.projectId}`;
  const { body } = await world.get(`${path}/automation/schedules`);
  for (const schedule of Array.isArray(body) ? body : [])
    await world.delete(`${path}/automation/schedules/${schedule.schedule_id}`);
  await world.delete(`${path}/automation/hosts/${ready.hostId}/agents/${ready.agentId}`);
  return { world, ready, path };
};

test("DELETE /api/v3/projects/{p} takes the project and all that it had away, in R2 and its object too", async () => {
  const { world, ready, path } = await used();
  expect(await leftOf(ready)).toMatchObject({ files: 3 });
  const answer = await world.delete(path);
  expect(answer, answer.text).toMatchObject({ status: 200, body: { id: ready.projectId } });
  refusalIn(await world.get(path), 404);
  world.advance(1);
  refusalIn(await world.delete(path), 404);
  refusalIn(await world.get(`${path}/automation/tests`), 404);
  refusalIn(await world.post(`${path}/automation/hosts/${ready.hostId}/agents`, { name: "x" }), 404);
  for (let ticks = 0; ticks < 6; ticks++) await remove(world);
  expect(await leftOf(ready)).toEqual({ rows: 0, files: 0 });
  await runInDurableObject(
    env.PROJECT_RESULTS.getByName(String(ready.projectId)),
    (_, { storage: { sql } }) => {
      const tables = sql.exec("SELECT name FROM sqlite_schema WHERE name = 'results'").toArray();
      if (tables.length > 0) expect(sql.exec("SELECT * FROM results").toArray()).toEqual([]);
    },
  );
  refusalIn(await world.get(jobPath(ready)), 404);
});

test("a project with agents, schedules or a job that has not ended stays, and the refusal says why", async () => {
  const { world, ready, path } = await used(false);
  const { code, message } = refusalIn(await world.delete(path), 409);
  expect(code).toBe("project_in_use");
  expect(message).toMatch(/1 agent, 1 schedule, jobs that have not ended/);
  await remove(world);
  expect(await world.job(ready.projectId, ready.jobId)).toMatchObject({ status: "RUNNING" });
});

test("one agent alone keeps its project", async () => {
  const world = new World();
  const { projectId } = await world.ready();
  const { message } = refusalIn(await world.delete(`/api/v3/projects/${projectId}`), 409);
  expect(message).toMatch(/1 agent\b/);
  expect((await world.get(`/api/v3/projects/${projectId}`)).status).toBe(200);
});

test("the id of a project that was deleted is not given again", async () => {
  const { world, ready, path } = await used();
  await world.delete(path);
  const again = () => world.post("/api/v3/projects", { id: ready.projectId, name: "Again" });
  expect(refusalIn(await again(), 409).code).toBe("project_id_taken");
  for (let ticks = 0; ticks < 6; ticks++) await remove(world);
  expect(refusalIn(await again(), 409).code).toBe("project_id_taken");
  refusalIn(await world.get(path), 404);
});

test("what came in while a project was being removed goes too", async () => {
  const { world, ready, path } = await used();
  await world.delete(path);
  for (let ticks = 0; ticks < 2; ticks++) await remove(world);
  await env.RESULTS.put(`projects/${ready.projectId}/jobs/1/attempts/1/reports/late.xml`, "late");
  for (let ticks = 0; ticks < 6; ticks++) await remove(world);
  expect(await leftOf(ready)).toEqual({ rows: 0, files: 0 });
});

test("a log that waits with its host is not put in R2 once the project is gone, and waits no more", async () => {
  const world = new World({ now: FAR_START });
  const { ready, path } = await used(true, { world, isLogOver: false });
  const waiting = () =>
    runInDurableObject(env.HOST.getByName(String(ready.hostId)), (_, { storage: { sql } }) =>
      Number(sql.exec("SELECT COUNT(*) AS parts FROM log_parts").one().parts),
    );
  expect(await waiting()).toBe(1);
  expect((await world.delete(path)).status).toBe(200);
  for (let ticks = 0; ticks < 6; ticks++) await remove(world);
  expect(await leftOf(ready)).toEqual({ rows: 0, files: 0 });
  world.advance(HOUR);
  await fireAlarms(world, ready.hostId);
  expect(await leftOf(ready)).toEqual({ rows: 0, files: 0 });
  expect(await waiting()).toBe(0);
});
