import { expect, test } from "vitest";
import { Visitor } from "../console/visitor.ts";
import { MINUTE, type Ready, World } from "../world.ts";

const FULL = "no job is asked for: 12 MB are free at /var, and 1000 MB must be (free_disk)";

type Host = Ready & { token: string };

/** A host with a token of its own: its plain pings are answered before the router. */
const readyHost = async (world: World): Promise<Host> => {
  const ready = await world.ready();
  return { ...ready, token: await world.token("host", { host_server_id: ready.hostId }) };
};

const ping = async (world: World, { hostId, guid, token }: Host, said: object): Promise<void> => {
  const path = `/api/v3/automation/hosts/${hostId}/ping`;
  const answer = await world.post(path, { host_guid: guid, ...said }, { token });
  expect(answer).toMatchObject({ status: 200, body: { pong_message: "true" } });
};

const pageOf = async (world: World, { hostId }: Ready): Promise<string> => {
  const visitor = await Visitor.in(world);
  return (await visitor.get(`/console/hosts/${hostId}`)).text;
};

test("a ping that says why its host asks for no jobs is shown on the host's page, until one says null", async () => {
  const world = new World();
  const ready = await readyHost(world);
  // D1 has recorded this ping: the next ones differ only in what they send.
  await ping(world, ready, {});
  expect(await pageOf(world, ready)).not.toContain("by its own word");
  await ping(world, ready, { trouble: FULL });
  world.advance(MINUTE);
  for (const said of [{}, { trouble: FULL }]) {
    await ping(world, ready, said);
    const page = await pageOf(world, ready);
    expect(page).toContain(FULL);
    expect(page).toMatch(/Since <time[^>]*>[^<]*10:00:00/);
  }
  await ping(world, ready, { trouble: null });
  expect(await pageOf(world, ready)).not.toContain("by its own word");
});

test("what is no text, and more than a page has room for, does no harm in a ping", async () => {
  const world = new World();
  const ready = await readyHost(world);
  for (const trouble of [1, {}, ["x"], " ", true]) await ping(world, ready, { trouble });
  expect(await pageOf(world, ready)).not.toContain("by its own word");
  await ping(world, ready, { trouble: `<b>${"x".repeat(10_000)}` });
  const page = await pageOf(world, ready);
  expect(page).toContain(`&lt;b&gt;${"x".repeat(497)}`);
  expect(page).not.toContain("x".repeat(498));
});
