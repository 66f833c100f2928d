import { expect, test } from "vitest";
import { measuredWorld } from "../measured-world.ts";
import { START } from "../world.ts";

const { world, counts, note } = measuredWorld();

test("a token is looked up again 30 s after its last look-up began, however much it is used", async () => {
  world.now = START;
  const { hostId, guid } = await world.ready();
  const token = await world.token("host");
  const lookedUp = async (): Promise<number> => {
    counts.reset();
    expect(await world.ping(hostId, guid, { token })).toMatchObject({ status: 200 });
    return counts.statements.filter((text) => text.includes('"tokens"')).length;
  };
  await world.ping(hostId, guid);
  expect(await lookedUp()).toBe(1);
  for (const _ of [10, 20, 29]) {
    world.advance(9999);
    expect(await lookedUp()).toBe(0);
  }
  world.advance(3);
  expect(await lookedUp()).toBe(1);
  expect(counts.statements).toHaveLength(1);
  note("ping whose token is looked up", 0);
});
