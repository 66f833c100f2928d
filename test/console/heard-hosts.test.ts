import { expect, test } from "vitest";
import { HOUR, MINUTE, START, World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

/** A host whose agent has a job that is due in a moment, and someone who sees its project alone. */
const begin = async (hours: number) => {
  const world = new World({ now: START + hours * HOUR });
  const ready = await world.ready();
  const { jobId } = await world.schedule(ready.projectId, ready.agentId, { at: world.now + MINUTE });
  const visitor = await Visitor.in(world, await world.token("operator", { project_ids: [ready.projectId] }));
  const seen = async (path: string) => textOf((await visitor.get(path)).text);
  return { world, ready, jobId, seen };
};

test("a host that pinged since the last half-hour check never reads Offline alone among agents and things found", async () => {
  const { world, ready, seen } = await begin(10_000);
  const agents = `/console/agents?host=${ready.hostId}`;
  const found = `/console/find?q=%23${ready.hostId}`;
  for (const path of [agents, found]) expect(await seen(path)).not.toContain("heard from since");
  await world.ping(ready.hostId, ready.guid);
  world.advance(1000);
  expect(await seen(agents)).toContain("Offline, heard from since");
  expect(await seen(found)).toContain(`#${ready.hostId} Offline, heard from since`);
  world.advance(30 * MINUTE);
  for (const path of [agents, found]) {
    expect(await seen(path)).toContain("Offline");
    expect(await seen(path)).not.toContain("heard from since");
  }
});

test("the overview tells who is Offline by the check and was heard from since, and asks for no attention to its due jobs", async () => {
  const { world, ready, jobId, seen } = await begin(11_000);
  world.advance(2 * MINUTE);
  expect(await seen("/console")).toMatch(new RegExp(`Offline [^:]+: 1 job waits past its time .*#${jobId} `));
  await world.ping(ready.hostId, ready.guid);
  world.advance(1000);
  const page = await seen("/console");
  expect(page).toMatch(/Hosts online 0 of 1, 1 heard from since/);
  expect(page).toContain("Nothing needs you now");
  world.advance(31 * MINUTE);
  expect(await seen("/console")).toMatch(/Hosts online 0 of 1 Needs attention .*Offline [^:]+: 1 job waits/);
});
