import { describe, expect, test } from "vitest";
import { z } from "zod";
import { recorded } from "../audit/rows.ts";
import { textOf, Visitor } from "../console/visitor.ts";
import { refusalIn, refusedField } from "../http/refusals.ts";
import { HOUR, World } from "../world.ts";
import { given, scheduled, see } from "./given.ts";

const NONE = { address: null, label: null, made_at: null, markdown: null };

describe("a schedule's badge", () => {
  test("is not there until it is given, and no more once it is taken away", async () => {
    const world = new World();
    const { path } = await scheduled(world, await world.ready());
    expect(await world.get(`${path}/badge`)).toMatchObject({ status: 200, body: NONE });
    const { address, path: picture, label, markdown } = await given(world, path);
    expect(address).toMatch(/^https:\/\/muster\.test\/badges\/[0-9a-f]{40}\.svg$/);
    expect({ label, markdown }).toEqual({ label: "tests", markdown: `![tests](${address})` });
    expect((await world.get(`${path}/badge`)).body).toMatchObject({ address });
    expect((await see(world, picture)).status).toBe(200);
    expect(await world.delete(`${path}/badge`)).toMatchObject({ status: 200, body: NONE });
    expect((await see(world, picture)).status).toBe(404);
    expect((await given(world, path)).address).not.toBe(address);
  });

  test("keeps its address whatever its label becomes, and has another once it is renewed", async () => {
    const world = new World();
    const { path } = await scheduled(world, await world.ready());
    const first = await given(world, path, { label: "  nightly\n run " });
    expect(first.label).toBe("nightly run");
    world.advance(HOUR);
    expect(await given(world, path)).toEqual(first);
    const other = await given(world, path, { label: "smoke" });
    expect(other).toMatchObject({ address: first.address, made_at: first.made_at, label: "smoke" });
    const renewed = await given(world, path, { renew: true });
    expect(renewed.label).toBe("smoke");
    expect(renewed.address).not.toBe(first.address);
    expect(renewed.made_at).not.toBe(first.made_at);
    expect((await see(world, first.path)).status).toBe(404);
    expect((await see(world, renewed.path)).status).toBe(200);
  });

  test("is told by the audit without its address", async () => {
    const world = new World();
    const { id, path } = await scheduled(world, await world.ready());
    const rows = await recorded(world, async () => {
      await given(world, path);
      // The same again changes nothing.
      await given(world, path);
      world.advance(HOUR);
      await given(world, path, { renew: true });
      await world.delete(`${path}/badge`);
    });
    expect(rows.map(({ action, object_id }) => [action, object_id])).toEqual([
      ["setBadge", id],
      ["setBadge", id],
      ["removeBadge", id],
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/[0-9a-f]{40}/);
  });

  test("is of a schedule that is there, in its project, and has a short label", async () => {
    const world = new World();
    const ready = await world.ready();
    const { id, path } = await scheduled(world, ready);
    for (const wrong of [{ label: "" }, { label: "x".repeat(41) }, { label: 7 }])
      refusedField(await world.put(`${path}/badge`, wrong), "label");
    refusedField(await world.put(`${path}/badge`, { renew: "yes" }), "renew");
    refusedField(await world.put(`${path}/badge`, { lable: "x" }), "lable");
    const elsewhere = path.replace(`projects/${ready.projectId}`, `projects/${await world.project()}`);
    for (const answer of [await world.put(`${elsewhere}/badge`), await world.delete(`${elsewhere}/badge`)])
      refusalIn(answer, 404);
    const { path: picture } = await given(world, path);
    await world.delete(`/api/v3/projects/${ready.projectId}/automation/schedules/${id}`);
    refusalIn(await world.put(`${path}/badge`), 404);
    expect((await see(world, picture)).status).toBe(404);
  });
});

test("the console gives, relabels, renews and takes away a badge, and has the line for a README", async () => {
  const world = new World();
  const ready = await world.ready();
  const { id, path } = await scheduled(world, ready);
  const visitor = await Visitor.in(world);
  const page = `/console/projects/${ready.projectId}/schedules/${id}`;
  expect(textOf((await visitor.get(page)).text)).toContain("Badge It has none.");
  const addressNow = async () =>
    z.looseObject({ address: z.string().nullable() }).parse((await world.get(`${path}/badge`)).body).address;
  await visitor.post(`${page}/badge`, { label: "<b>nightly</b>" });
  const first = await addressNow();
  const shown = (await visitor.get(page)).text;
  expect(textOf(shown)).toContain(`![\\<b\\>nightly\\</b\\>](${first})`);
  expect(shown).toContain(`<img src="${new URL(first ?? "").pathname}"`);
  expect(shown).not.toContain("<b>nightly");
  await visitor.post(`${page}/badge/renew`);
  expect(await addressNow()).not.toBe(first);
  await visitor.post(`${page}/badge/remove`);
  expect(await addressNow()).toBeNull();
});
