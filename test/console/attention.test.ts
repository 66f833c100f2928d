import { expect, test } from "vitest";
import { HOUR, START, World } from "../world.ts";
import { fieldIn, Visitor } from "./visitor.ts";

test("of twenty schedules that fail the overview has some, and leads to all, each with what can be done", async () => {
  const world = new World({ now: START + 30_000 * HOUR });
  const { projectId, agentId } = await world.ready();
  const made: number[] = [];
  for (let place = 0; place < 20; place++) {
    const { id, jobId } = await world.schedule(projectId, agentId, { facts: { name: `Fails ${place}` } });
    for (const status of ["RUNNING", "FAILED"]) await world.report(projectId, jobId, status);
    made.push(id);
  }
  const visitor = await Visitor.in(world, await world.token("operator", { project_ids: [projectId] }));
  const page = async (path: string) => {
    const { status, text } = await visitor.get(path);
    expect(status, path).toBe(200);
    return {
      text,
      schedules: [...text.matchAll(/id="failing-(\d+)"/g)].map(([, id]) => Number(id)),
      next: /href="([^"]*)">Next page/.exec(text)?.[1] ?? "",
    };
  };
  const overview = await page("/console");
  expect(overview.schedules).toHaveLength(3);
  expect(overview.text).toContain('href="/console/attention"');
  const first = await page("/console/attention");
  const second = await page(first.next);
  expect([...first.schedules, ...second.schedules].sort((one, other) => one - other)).toEqual(made);
  expect([first.schedules.length, second.next]).toEqual([15, ""]);
  expect(second.text.match(/formaction="[^"]*\/rerun"/g)).toHaveLength(5);
  const [schedule] = second.schedules;
  const from = fieldIn(second.text, "from");
  const sent = await visitor.post(`/console/projects/${projectId}/schedules/${schedule}/acknowledge`, {
    ...{ hours: "4", from },
  });
  expect(sent.headers.get("location")).toBe("/console/attention?from=15&done=acknowledged");
  expect((await page(first.next)).text).toContain("Acknowledged: 1");
  expect((await visitor.get("/console/attention?from=x")).status).toBe(200);
});
