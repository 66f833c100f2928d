import { describe, expect, test } from "vitest";
import { z } from "zod";
import { refusalIn, refusedField } from "../http/refusals.ts";
import { everythingStored } from "../http/rows.ts";
import { type RequestOptions, World } from "../world.ts";

const SEED_FIELDS = ["host_server_id", "host_name", "ip_address", "mac_address", "host_guid"];
const VERSION = "muster-host 0.1.0";
const LABELS = ["linux", "gpu:a100", "site/berlin"];

const hostPath = (id: number) => `/api/v3/automation/hosts/${id}`;
const answered = z.looseObject({ host_server_id: z.int() });

/** A host's calls, each with these facts beside those of the seed. */
const newHost = (world = new World(), guid: string = crypto.randomUUID()) => {
  const seed = { host_name: "Lab 1", ip_address: "x", mac_address: "x", host_guid: guid };
  return {
    world,
    guid,
    register: (facts: object, options?: RequestOptions) =>
      world.post("/api/v3/automation/host", { ...seed, ...facts }, options),
    update: (id: number, facts: object) => world.put(hostPath(id), { ...seed, ...facts }),
    /** What is read of it, in a read of its own and in the list. */
    read: async (id: number) => {
      const { body } = await world.get(hostPath(id));
      const listed = await world.get(`/api/v3/automation/hosts?after=${id - 1}&limit=1`);
      expect(listed.body).toEqual([body]);
      return body;
    },
  };
};

/** The same, registered with this version and these labels. */
const labelled = async (facts: object = { version: VERSION, labels: LABELS }) => {
  const host = newHost();
  const { host_server_id: id } = answered.parse((await host.register(facts)).body);
  return { ...host, id };
};

describe("A version and labels", () => {
  test("of a registration are read with the host and in the list; the answer keeps to the seed's fields", async () => {
    const { register, read } = newHost();
    const answer = await register({ version: VERSION, labels: LABELS });
    expect(answer.status).toBe(201);
    const host = answered.parse(answer.body);
    expect(Object.keys(host)).toEqual(SEED_FIELDS);
    expect(await read(host.host_server_id)).toMatchObject({ version: VERSION, labels: LABELS });
  });

  test("that were never given are null and none", async () => {
    const { id, read } = await labelled({});
    expect(await read(id)).toMatchObject({ version: null, labels: [] });
  });

  test.each([
    ["without them", {}, { version: VERSION, labels: LABELS }],
    ["with null for both", { version: null, labels: null }, { version: VERSION, labels: LABELS }],
    ["with a version alone", { version: "other 2" }, { version: "other 2", labels: LABELS }],
    ["with labels alone", { labels: ["windows"] }, { version: VERSION, labels: ["windows"] }],
    ["with no labels in the list", { labels: [] }, { version: VERSION, labels: [] }],
  ])("stay as they are but for what is given anew: %s", async (_, facts, expected) => {
    const byRegistration = await labelled();
    expect((await byRegistration.register(facts)).status).toBe(200);
    expect(await byRegistration.read(byRegistration.id)).toMatchObject(expected);
    const byUpdate = await labelled();
    expect((await byUpdate.update(byUpdate.id, facts)).status).toBe(200);
    expect(await byUpdate.read(byUpdate.id)).toMatchObject(expected);
  });

  test("outlive a retirement", async () => {
    const { world, id, register, read } = await labelled();
    await world.delete(hostPath(id));
    await register({});
    expect(await read(id)).toMatchObject({ version: VERSION, labels: LABELS });
  });

  test("are kept of a host that registers with a token for nothing else", async () => {
    const { world, register, read } = newHost();
    const token = await world.token("host", { register_only: true });
    const { body } = await register({ version: VERSION, labels: LABELS }, { token });
    expect(await read(answered.parse(body).host_server_id)).toMatchObject({
      version: VERSION,
      labels: LABELS,
    });
  });

  test("are kept at their bounds, a label that is named twice once, in the order of the first", async () => {
    const every = "Az09._-:/".padEnd(40, "x");
    const most = [every, ...Array.from({ length: 19 }, (_, nth) => `${nth}`)];
    const { id, register, read } = await labelled({ version: ` ${"ü".repeat(60)} `, labels: most });
    expect(await read(id)).toMatchObject({ version: ` ${"ü".repeat(60)} `, labels: most });
    await register({ labels: ["b", "a", "b", "B", "a"] });
    expect(await read(id)).toMatchObject({ labels: ["b", "a", "B"] });
  });

  test.each([
    ["version", { version: "" }],
    ["version", { version: " " }],
    ["version", { version: "x".repeat(61) }],
    ["version", { version: 1 }],
    ["version", { version: "a\0b" }],
    ["labels", { labels: "linux" }],
    ["labels", { labels: { linux: true } }],
    ["labels", { labels: Array.from({ length: 21 }, (_, nth) => `${nth}`) }],
    ["labels[0]", { labels: [""] }],
    ["labels[1]", { labels: ["linux", "a b"] }],
    ["labels[0]", { labels: ["x".repeat(41)] }],
    ["labels[0]", { labels: ["linux\n"] }],
    ["labels[0]", { labels: ["büro"] }],
    ["labels[0]", { labels: ['a","b'] }],
    ["labels[0]", { labels: [7] }],
    ["labels[0]", { labels: [null] }],
  ])("in a wrong form are refused, by the name %s: %j", async (field, facts) => {
    const { id, register, update } = await labelled();
    const before = await everythingStored();
    refusedField(await register(facts), field);
    refusedField(await update(id, facts), field);
    expect(await everythingStored()).toBe(before);
  });

  test("of a repeated registration change nothing: the repeat is answered as the first was", async () => {
    const { register, read } = newHost();
    const headers = { "Idempotency-Key": "once" };
    const first = await register({ version: VERSION, labels: LABELS }, { headers });
    const { host_server_id: id } = answered.parse(first.body);
    await register({ version: "other 2", labels: ["windows"] });
    const again = await register({ version: VERSION, labels: LABELS }, { headers });
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(await read(id)).toMatchObject({ version: "other 2", labels: ["windows"] });
    const other = await register({ version: VERSION, labels: ["linux"] }, { headers });
    expect(refusalIn(other, 409).code).toBe("key_reused");
  });

  test("are in the audit as they were and are, once for each change", async () => {
    const { world, id, register } = await labelled();
    await register({ version: VERSION, labels: LABELS });
    await register({ labels: ["windows"] });
    const { body } = await world.get(`/api/v3/audit?object_kind=host&object_id=${id}`);
    const was = { version: VERSION, labels: JSON.stringify(LABELS) };
    expect(body).toMatchObject([
      { action: "registerHost", before: null, after: was },
      { action: "registerHost", before: was, after: { version: VERSION, labels: '["windows"]' } },
    ]);
    expect(body).toHaveLength(2);
  });
});
