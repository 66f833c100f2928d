import { expect, test } from "vitest";
import { HOUR, World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

const world = new World();

/** What a schedule's page says under "Comes next", and what the list says of its next run. */
const nextOf = async (projectId: number, id: number) => {
  const visitor = await Visitor.in(world);
  const { text } = await visitor.get(`/console/projects/${projectId}/schedules/${id}`);
  const list = await visitor.get(`/console/schedules?project=${projectId}`);
  return {
    page: /Comes next(.*?)History/.exec(textOf(text))?.[1] ?? "",
    list: textOf(/data-label="Next run">(.*?)<\/td>/s.exec(list.text)?.[1] ?? "").trim(),
  };
};

test("a due job that has not begun is shown as next, planned or overdue, until it begins", async () => {
  const { projectId, agentId } = await world.ready();
  const { id, jobId } = await world.schedule(projectId, agentId);
  world.advance(10 * 60_000);
  const planned = await nextOf(projectId, id);
  expect(planned.page).toContain("Planned");
  expect(planned.list).toBe("waits, was due 10 min ago");
  world.advance(HOUR);
  await world.tick();
  expect((await world.job(projectId, jobId)).status).toBe("NOT_RUN");
  const overdue = await nextOf(projectId, id);
  expect(overdue.page).toContain("Overdue");
  expect(overdue.list).toBe("waits, was due 1 h ago");
  await world.report(projectId, jobId, "RUNNING");
  const running = await nextOf(projectId, id);
  expect(running.page).toContain("Nothing is planned.");
  expect(running.list).toBe("none planned");
});

test("a job that waits comes before those that are planned for later", async () => {
  const { projectId, agentId } = await world.ready();
  const { id } = await world.schedule(projectId, agentId, { at: world.now + 2 * HOUR });
  expect((await nextOf(projectId, id)).list).toBe("in 2 h");
  const path = `/api/v3/projects/${projectId}/automation/schedules/${id}/run-now`;
  expect((await world.post(path, {})).status).toBe(201);
  world.advance(60_000);
  const { page, list } = await nextOf(projectId, id);
  expect(page.match(/Planned/g)).toHaveLength(2);
  expect(list).toBe("waits, was due 1 min ago");
});
