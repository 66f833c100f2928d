import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { counting } from "../fault-injection.ts";
import { refusedField } from "../http/refusals.ts";
import { rowCounts } from "../http/rows.ts";
import { MINUTE, START, World } from "../world.ts";
import { type Row, read, row, scene } from "./rows.ts";

describe("The record", () => {
  test("is never changed, and nothing of the last day is removed", async () => {
    await scene(new World());
    const before = await rowCounts();
    await expect(env.DB.prepare("UPDATE audit SET by = 'nobody'").run()).rejects.toThrow("never changed");
    await expect(env.DB.prepare("DELETE FROM audit").run()).rejects.toThrow("kept for a day");
    expect(await rowCounts()).toEqual(before);
  });

  test("is read by its filters, oldest or newest first, a page at a time", async () => {
    const world = new World({ now: START + 7 * 24 * 60 * MINUTE });
    const it = await scene(world);
    await world.post(`${it.agent}/deactivate`);
    const made = await read(world, `project_id=${it.projectId}`);
    expect(made.map(({ action }) => action)).toEqual([
      "createProject",
      "createAgent",
      "createSchedule",
      "createSchedule",
      "deactivateAgent",
    ]);
    const newest = await read(world, `project_id=${it.projectId}&order=newest`);
    expect(newest).toEqual(made.toReversed());
    expect(await read(world, `object_kind=agent&object_id=${it.agentId}`)).toHaveLength(2);
    expect(await read(world, `action=deactivateAgent&project_id=${it.projectId}`)).toHaveLength(1);
    expect(await read(world, `from=${new Date(world.now + 1).toISOString()}`)).toEqual([]);
    expect(
      await read(world, `token_id=0&to=${new Date(world.now - 6 * 24 * 60 * MINUTE).toISOString()}`),
    ).not.toContainEqual(expect.objectContaining({ project_id: it.projectId }));
    const walked: Row[] = [];
    let next = `/api/v3/audit?limit=2&order=newest&project_id=${it.projectId}`;
    for (let page = 0; next !== "" && page < 9; page++) {
      const answer = await world.get(next);
      walked.push(...z.array(row).parse(answer.body));
      const link = /<https:\/\/muster\.test([^>]+)>/.exec(answer.headers.get("Link") ?? "");
      next = link?.[1] ?? "";
    }
    expect(walked).toEqual(newest);
  });

  test("of a stretch of time is found without a look at what is before or after it", async () => {
    const { seam, counts } = counting();
    const world = new World({ now: START + 30 * 24 * 60 * MINUTE, seam });
    const projects = async (count: number, apartMs: number): Promise<number[]> => {
      const made: number[] = [];
      for (let one = 0; one < count; one++) {
        world.advance(apartMs);
        made.push(await world.project());
      }
      return made;
    };
    const found = async (query: string): Promise<(number | null)[]> => {
      counts.reset();
      const answer = await world.get(`/api/v3/audit?limit=3&${query}`);
      expect(counts.rowsRead).toBeLessThan(20);
      return z
        .array(row)
        .parse(answer.body)
        .map(({ project_id }) => project_id);
    };
    const before = await projects(3, 1000);
    const end = new Date(world.now + 1000).toISOString();
    await projects(2, 60_000);
    await projects(40, 30 * MINUTE);
    const start = new Date(world.now + 30_000).toISOString();
    const after = await projects(3, 60_000);
    expect(await found(`to=${end}&order=newest`)).toEqual(before.toReversed());
    expect(await found(`from=${start}&order=oldest`)).toEqual(after);
  });

  test("refuses filters with impossible values", async () => {
    const world = new World();
    for (const field of ["object_kind", "order", "from", "object_id", "limit"])
      refusedField(await world.get(`/api/v3/audit?${field}=x`), field);
    refusedField(await world.get("/api/v3/audit?object_id=1"), "object_kind");
  });

  test("is kept for RETENTION_DAYS, and its last day however old", async () => {
    const settings = { RETENTION_DAYS: "10" };
    const day = 24 * 60 * MINUTE;
    const world = new World({ settings, now: START + 1000 * day });
    const acted = async (days: number) => {
      world.now = START + days * day;
      return world.project();
    };
    const [old, , late] = [await acted(1000), await acted(1001), await acted(1002.5)];
    const found = async (id: number) => (await read(world, `object_kind=project&object_id=${id}`)).length;
    await world.tick(START + 1010 * day);
    expect(await found(old)).toBe(1);
    await world.tick(START + 1020 * day);
    await world.tick(START + 1020 * day);
    expect([await found(old), await found(late)]).toEqual([0, 1]);
  });
});
