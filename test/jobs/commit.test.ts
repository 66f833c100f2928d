import { expect, test } from "vitest";
import { z } from "zod";
import { refusedField } from "../http/refusals.ts";
import { jobPath } from "../results/junit.ts";
import { makeSchedule, schedulesOf } from "../scheduling.ts";
import { World } from "../world.ts";

const SHA = "6dcb09b5b57875f334f61aebed695e2e4193db5e";
const OTHER = "0123456789abcdef";

const jobIn = (body: unknown): number => z.looseObject({ job_id: z.int() }).parse(body).job_id;

test("the commit of a schedule is that of its jobs, in lower case", async () => {
  const world = new World();
  const ready = await world.ready();
  const { path, jobIds } = await makeSchedule(world, ready, { commit: SHA.toUpperCase() });
  expect((await world.get(path)).body).toMatchObject({ commit: SHA });
  expect(await world.job(ready.projectId, jobIds[0] ?? 0)).toMatchObject({ commit: SHA });
  const { jobId } = await world.schedule(ready.projectId, ready.agentId);
  expect(await world.job(ready.projectId, jobId)).toMatchObject({ commit: null });
  const listed = await world.get(`/api/v3/projects/${ready.projectId}/automation/jobs?limit=1`);
  expect(listed.body).toMatchObject([{ commit: SHA }]);
});

test("the commit of run-now and of a rerun takes the place of the schedule's; without one it stays", async () => {
  const world = new World();
  const ready = await world.ready();
  const { path } = await makeSchedule(world, ready, { commit: SHA, overlap: "allow" });
  for (const [body, expected] of [
    [{ commit: OTHER }, OTHER],
    [undefined, SHA],
  ] as const) {
    const made = jobIn((await world.post(`${path}/run-now`, body)).body);
    expect(await world.job(ready.projectId, made)).toMatchObject({ commit: expected });
    await world.report(ready.projectId, made, "CANCELLED");
    const again = await world.post(`${jobPath({ ...ready, jobId: made })}/rerun`, body);
    expect(again).toMatchObject({ status: 201, body: { commit: expected } });
    const other = await world.post(`${jobPath({ ...ready, jobId: made })}/rerun`, { commit: "abcdef0" });
    expect(other).toMatchObject({ status: 201, body: { commit: "abcdef0" } });
  }
});

test("the commit of a schedule that is replaced is the new one", async () => {
  const world = new World();
  const ready = await world.ready();
  const { path } = await makeSchedule(world, ready, { commit: SHA });
  const edited = { name: "Hourly", agent_server_id: ready.agentId, cron: "0 * * * *" };
  expect((await world.put(path, { ...edited, commit: OTHER })).body).toMatchObject({ commit: OTHER });
  expect((await world.put(path, edited)).body).toMatchObject({ commit: null });
});

test.each(["abcdef", "g".repeat(40), `${SHA} `, "a".repeat(65), "", 7, "main"])(
  "%j is no commit",
  async (commit) => {
    const world = new World();
    const ready = await world.ready();
    const { path, jobIds } = await makeSchedule(world, ready);
    const job = jobPath({ ...ready, jobId: jobIds[0] ?? 0 });
    refusedField(
      await world.post(schedulesOf(ready.projectId), {
        ...{ name: "x", agent_server_id: ready.agentId },
        commit,
      }),
      "commit",
    );
    refusedField(await world.post(`${path}/run-now`, { commit }), "commit");
    refusedField(await world.post(`${job}/rerun`, { commit }), "commit");
  },
);
