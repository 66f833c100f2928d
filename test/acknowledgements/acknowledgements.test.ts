import { expect, test } from "vitest";
import { recorded } from "../audit/rows.ts";
import { refusalIn, refusedField } from "../http/refusals.ts";
import { HOUR, type Ready, World } from "../world.ts";

const at = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}+00:00`;

const scheduleOf = async (world: World, { projectId, agentId }: Ready) => {
  const { id } = await world.schedule(projectId, agentId);
  return { id, path: `/api/v3/projects/${projectId}/automation/schedules/${id}/acknowledgement` };
};

test("a schedule's failures are acknowledged until a time, by whom the answer and the audit say, and no longer once that is taken back", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id, path } = await scheduleOf(world, ready);
  const token = await world.token("operator");
  const until = at(world.now + 4 * HOUR);
  const rows = await recorded(world, async () => {
    const answer = await world.put(path, { until }, { token });
    expect(answer, answer.text).toMatchObject({ status: 200, body: { until } });
    expect(answer.body).toMatchObject({ by: expect.stringMatching(/^operator operator \d+$/) });
    // The same again changes nothing.
    await world.put(path, { until }, { token });
  });
  expect(rows).toMatchObject([
    { action: "acknowledgeSchedule", object_kind: "schedule", object_id: id, project_id: ready.projectId },
  ]);
  expect(await world.delete(path)).toMatchObject({ status: 200, body: { until: null, by: null } });
});

test("a host is acknowledged likewise, but not by a token that is limited to projects", async () => {
  const world = new World();
  const { projectId, hostId } = await world.ready();
  const path = `/api/v3/automation/hosts/${hostId}/acknowledgement`;
  const until = at(world.now + HOUR);
  const rows = await recorded(world, async () => {
    expect(await world.put(path, { until })).toMatchObject({
      status: 200,
      body: { until, by: "admin bootstrap" },
    });
    expect(await world.delete(path)).toMatchObject({ status: 200, body: { until: null, by: null } });
  });
  expect(rows.map(({ action }) => action)).toEqual(["acknowledgeHost", "unacknowledgeHost"]);
  const token = await world.token("operator", { project_ids: [projectId] });
  for (const answer of [await world.put(path, { until }, { token }), await world.delete(path, { token })])
    expect(refusalIn(answer, 403).message).toContain("the host may be of others too");
});

test("an end that is over or more than 30 days off is refused, and a wrong id comes before it", async () => {
  const world = new World();
  const ready = await world.ready();
  const { path } = await scheduleOf(world, ready);
  const host = `/api/v3/automation/hosts/${ready.hostId}/acknowledgement`;
  for (const each of [path, host])
    for (const until of [at(world.now), at(world.now + 30 * 24 * HOUR + 1000)])
      refusedField(await world.put(each, { until }), "until");
  const far = { until: at(world.now + 30 * 24 * HOUR) };
  for (const each of [path, host]) expect(await world.put(each, far)).toMatchObject({ status: 200 });
  const past = { until: at(world.now - HOUR) };
  refusalIn(await world.put(path.replace(/schedules\/\d+/, "schedules/99999999"), past), 404);
  refusalIn(await world.put(host.replace(/hosts\/\d+/, "hosts/99999999"), past), 404);
});

test("a deleted schedule, one of another project, and a retired host are not found", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id, path } = await scheduleOf(world, ready);
  const until = at(world.now + HOUR);
  const other = await world.project();
  refusalIn(
    await world.put(path.replace(`projects/${ready.projectId}`, `projects/${other}`), { until }),
    404,
  );
  await world.delete(`/api/v3/projects/${ready.projectId}/automation/schedules/${id}`);
  refusalIn(await world.put(path, { until }), 404);
  refusalIn(await world.delete(path), 404);
  await world.delete(`/api/v3/automation/hosts/${ready.hostId}`);
  refusalIn(await world.put(`/api/v3/automation/hosts/${ready.hostId}/acknowledgement`, { until }), 404);
});
