import { expect, test } from "vitest";
import { beginInSlot } from "../../src/host-program/begin-in-slot.ts";
import { ServerClock } from "../../src/host-program/server-clock.ts";
import { ServiceClient } from "../../src/host-program/service-client.ts";
import { until } from "../local/checkout.ts";
import { answeringService } from "./answering-service.ts";

/** Offers leases to a host with so many slots, of which each agent may use so many. Gives what began, and what it sent. */
const offered = async (slots: { host: number; agent: number }, leases: readonly string[]) => {
  const service = await answeringService(() => ({ status: 200 }));
  const settings = { url: service.url, timeoutMs: 10_000, retryMs: 1, maxRetryMs: 4 };
  const began: string[] = [];
  const begin = beginInSlot({
    client: new ServiceClient(settings, () => "token", new ServerClock()),
    hostId: 3,
    freeSlots: () => slots.agent - new Set(began).size,
    freeHostSlots: () => slots.host - new Set(began).size,
    jobs: { isHeld: ({ lease_id: id }) => began.includes(id), begin: ({ lease_id: id }) => began.push(id) },
  });
  for (const lease_id of leases) begin({ ...Object({ lease_id }) }, { ...Object({ id: 1 }) });
  const given = () => service.heard.map(({ method, path }) => `${method} ${path}`);
  return { began, given };
};

test.each([
  { host: 2, agent: 9 },
  { host: 9, agent: 2 },
])("what is offered beyond the slots is given back: %j", async (slots) => {
  const { began, given } = await offered(slots, ["a", "b", "c"]);
  await until("the lease is given back", () => given().length > 0, 20);
  expect(began).toEqual(["a", "b"]);
  expect(given()).toEqual(["DELETE /automation/hosts/3/leases/c"]);
});

test("a lease that is offered again while its job runs is not given back", async () => {
  const { began, given } = await offered({ host: 1, agent: 1 }, ["a", "a", "b"]);
  await until("the other is given back", () => given().length > 0, 20);
  expect(new Set(began)).toEqual(new Set(["a"]));
  expect(given()).toEqual(["DELETE /automation/hosts/3/leases/b"]);
});
