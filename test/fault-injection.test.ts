import { expect, test } from "vitest";
import { counting, faulty } from "./fault-injection.ts";
import { World } from "./world.ts";

test("the counting seam sees each round trip with its statements, and each call of an object", async () => {
  const { seam, counts } = counting();
  const world = new World({ seam });
  const host = await world.host();
  expect(counts).toMatchObject({ d1RoundTrips: 1, objectCalls: { introduce: 1 } });
  expect(counts.statements).toContainEqual(expect.stringMatching(/^\s*insert into "?hosts"?/i));
  expect(counts.rowsWritten).toBeGreaterThan(0);
  counts.reset();
  await world.get(`/api/v3/automation/hosts/${host.id}`);
  expect(counts).toMatchObject({ d1RoundTrips: 1, rowsRead: 1, rowsWritten: 0, objectCallsInAll: 0 });
});

test("the fault seam fails the call that it was armed for, before or after it took effect", async () => {
  const faults = faulty();
  const world = new World({ seam: faults.seam });
  const { projectId } = await world.ready();
  const names = async () => (await world.get("/api/v3/projects?limit=1000")).text;
  faults.fail({ to: "d1", when: "before", times: 5 });
  expect(await world.post("/api/v3/projects", { name: "never made" })).toMatchObject({ status: 503 });
  expect(await names()).not.toContain("never made");
  faults.fail({ to: "d1", when: "after", times: 5, only: "insert" });
  expect(await world.post("/api/v3/projects", { name: "made unheard" })).toMatchObject({ status: 503 });
  expect(await names()).toContain("made unheard");
  faults.fail({ to: "d1", nth: 2, when: "before" });
  expect(await world.get(`/api/v3/projects/${projectId}`)).toMatchObject({ status: 200 });
  expect(faults.fired()).toBe(10);
  expect(await world.get(`/api/v3/projects/${projectId}`)).toMatchObject({ status: 200 });
  expect(faults.fired()).toBe(11);
});

test("the fault seam fails an object's method as the platform does: marked to be tried again", async () => {
  const faults = faulty();
  const world = new World({ seam: faults.seam });
  const host = await world.host();
  faults.fail({ to: "object", only: "ping", when: "before" });
  expect(await world.ping(host.id, host.guid)).toMatchObject({ status: 200 });
  faults.fail({ to: "object", only: "ping", when: "after", times: 5 });
  expect(await world.ping(host.id, host.guid)).toMatchObject({ status: 503 });
  expect(faults.fired()).toBe(6);
});
