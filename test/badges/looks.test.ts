import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { counting } from "../fault-injection.ts";
import { refusalIn } from "../http/refusals.ts";
import { makeSchedule } from "../scheduling.ts";
import { HOUR, MINUTE, World } from "../world.ts";
import { given, scheduled, see } from "./given.ts";

describe("the picture of a badge", () => {
  test("says how the last run ended, whatever waits, runs or was cancelled since", async () => {
    const world = new World();
    const ready = await world.ready();
    const { jobId, path } = await scheduled(world, ready, { overlap: "allow" });
    const { path: picture } = await given(world, path);
    const state = async () => /aria-label="tests: ([a-z ]+)"/.exec((await see(world, picture)).text)?.[1];
    expect(await state()).toBe("no runs");
    const end = async (job: number, status: string) => {
      await world.report(ready.projectId, job, "RUNNING");
      await world.report(ready.projectId, job, status);
    };
    const runNow = async () =>
      z.looseObject({ job_id: z.int() }).parse((await world.post(`${path}/run-now`)).body).job_id;
    await end(jobId, "COMPLETED");
    expect(await state()).toBe("passed");
    world.advance(HOUR);
    const failing = await runNow();
    expect(await state()).toBe("passed");
    await end(failing, "FAILED");
    expect(await state()).toBe("failed");
    world.advance(HOUR);
    await world.report(ready.projectId, await runNow(), "CANCELLED");
    await world.report(ready.projectId, await runNow(), "RUNNING");
    expect(await state()).toBe("failed");
    const last = await runNow();
    await end(last, "COMPLETED");
    expect(await state()).toBe("passed");
  });

  test("is unknown once its project is deleted", async () => {
    const world = new World();
    const ready = await world.ready();
    const { path } = await scheduled(world, ready);
    const { path: picture } = await given(world, path);
    await env.DB.prepare("UPDATE projects SET deleted_at = ? WHERE id = ?")
      .bind(world.now, ready.projectId)
      .run();
    expect((await see(world, picture)).status).toBe(404);
  });

  test("names neither the schedule nor its project", async () => {
    const world = new World();
    const ready = await world.ready();
    const { path } = await scheduled(world, ready, { name: "Secret plan" });
    const { text } = await see(world, (await given(world, path)).path);
    const { name } = z
      .looseObject({ name: z.string() })
      .parse((await world.get(`/api/v3/projects/${ready.projectId}`)).body);
    expect(text).not.toContain("Secret");
    expect(text).not.toContain(name);
  });

  test("may be kept for a minute, and is not sent again while it is the same", async () => {
    const world = new World();
    const ready = await world.ready();
    const { jobId, path } = await scheduled(world, ready);
    const { path: picture } = await given(world, path);
    const first = await see(world, picture);
    expect(first.headers.get("content-type")).toBe("image/svg+xml");
    expect(first.headers.get("cache-control")).toBe("public, max-age=60");
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    for (const sent of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const same = await see(world, picture, { "If-None-Match": sent });
      expect([same.status, same.text, same.headers.get("etag")]).toEqual([304, "", etag]);
    }
    await world.report(ready.projectId, jobId, "RUNNING");
    await world.report(ready.projectId, jobId, "FAILED");
    const changed = await see(world, picture, { "If-None-Match": etag });
    expect(changed.status).toBe(200);
    expect(changed.headers.get("etag")).not.toBe(etag);
  });

  test("of an id that is none is a grey one with 404, and costs nothing where it can be none", async () => {
    const { seam, counts } = counting();
    const world = new World({ seam });
    for (const [name, trips] of [
      [`${"0".repeat(40)}.svg`, 1],
      [`${"0".repeat(40)}.png`, 0],
      ["x.svg", 0],
      [`${"A".repeat(40)}.svg`, 0],
      ["%3Cscript%3E.svg", 0],
    ] as const) {
      counts.reset();
      const answer = await see(world, `/badges/${name}`, { "If-None-Match": "*" });
      expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "image/svg+xml"]);
      expect(answer.text).toContain('aria-label="tests: unknown"');
      expect(counts.d1RoundTrips).toBe(trips);
    }
  });

  test("is one read of D1, however many jobs its schedule has", async () => {
    const { seam, counts } = counting();
    const world = new World({ seam });
    const ready = await world.ready();
    const { path } = await makeSchedule(world, ready, { cron: "* * * * *", overlap: "allow" });
    world.advance(400 * MINUTE);
    const { path: picture } = await given(world, path);
    counts.reset();
    expect((await see(world, picture)).status).toBe(200);
    expect([counts.d1RoundTrips, counts.statements.length]).toEqual([1, 1]);
    expect(counts.rowsRead).toBeLessThanOrEqual(450);
  });

  test("is refused beyond so many looks in a minute, and guesses of one address beyond fewer", async () => {
    const limitOf = (most: number): RateLimit => {
      const seen = new Map<string, number>();
      return {
        limit: async ({ key }) => {
          seen.set(key, (seen.get(key) ?? 0) + 1);
          return { success: (seen.get(key) ?? 0) <= most };
        },
      };
    };
    const world = new World({
      settings: { RATE_LIMITS: "on" },
      seam: (plain) => ({ ...plain, TOKEN_LIMIT: limitOf(20), FAILURE_LIMIT: limitOf(3) }),
    });
    const { path } = await scheduled(world, await world.ready());
    const { path: picture } = await given(world, path);
    const from = (address: string) => ({ "CF-Connecting-IP": address });
    const guess = (address: string) =>
      see(world, `/badges/${crypto.randomUUID().replaceAll("-", "")}00000000.svg`, from(address));
    for (let guesses = 0; guesses < 3; guesses++) expect((await guess("10.1.2.3")).status).toBe(404);
    expect(refusalIn(await guess("10.1.2.3"), 429).code).toBe("too_many");
    expect((await guess("10.1.2.4")).status).toBe(404);
    for (let looks = 0; looks < 20; looks++)
      expect((await see(world, picture, from("10.1.2.3"))).status).toBe(200);
    refusalIn(await see(world, picture, from("10.9.9.9")), 429);
  });
});
