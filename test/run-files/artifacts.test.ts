import { describe, expect, test } from "vitest";
import { faulty } from "../fault-injection.ts";
import { refusalIn } from "../http/refusals.ts";
import { jobPath, running } from "../results/junit.ts";
import { type Ready, World } from "../world.ts";

const send = (world: World, ready: Ready, path: string, body: string, headers: Record<string, string> = {}) =>
  world.put(`${jobPath(ready)}/attempts/1/artifacts/${path}`, body, {
    headers: { "Content-Length": String(new TextEncoder().encode(body).byteLength), ...headers },
  });

describe("PUT .../attempts/{n}/artifacts/{path}", () => {
  test("keeps a file under its path; it is listed and read as it was", async () => {
    const world = new World();
    const ready = await running(world);
    const sent = await send(world, ready, "screens/login ok.png", "PNG", { "Content-Type": "image/png" });
    expect(sent).toMatchObject({
      status: 200,
      body: { path: "screens/login ok.png", bytes: 3, content_type: "image/png", attempt: 1 },
    });
    await send(world, ready, "a.txt", "text", { "Content-Type": "text/plain; charset=utf-8" });
    const listed = await world.get(`${jobPath(ready)}/artifacts`);
    expect(listed.body).toMatchObject([{ path: "a.txt" }, { path: "screens/login ok.png", bytes: 3 }]);
    const read = await world.get(`${jobPath(ready)}/artifacts/screens/login%20ok.png`);
    expect([read.status, read.text, read.headers.get("content-type")]).toEqual([200, "PNG", "image/png"]);
  });

  test("of the same path again takes its place", async () => {
    const world = new World();
    const ready = await running(world);
    await send(world, ready, "a.txt", "first");
    await send(world, ready, "a.txt", "second");
    expect((await world.get(`${jobPath(ready)}/artifacts`)).body).toMatchObject([{ bytes: 6 }]);
    expect((await world.get(`${jobPath(ready)}/artifacts/a.txt`)).text).toBe("second");
  });

  test("what a browser would run is kept as bytes to be saved, and never shown", async () => {
    const world = new World();
    const ready = await running(world);
    for (const [path, type] of [
      ["page.html", "text/html"],
      ["picture.svg", "image/svg+xml"],
      ["data.xml", "application/xml"],
    ] as const) {
      await send(world, ready, path, "<script>alert(1)</script>", { "Content-Type": type });
      const { headers } = await world.get(`${jobPath(ready)}/artifacts/${path}`);
      expect(headers.get("content-type")).toBe("application/octet-stream");
      expect(headers.get("content-disposition")).toMatch(/^attachment; filename="/);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toMatch(/default-src 'none'.*sandbox/);
    }
    await send(world, ready, 'odd"name;\u00e4.png', "x", { "Content-Type": "image/png" });
    const { headers } = await world.get(
      `${jobPath(ready)}/artifacts/${encodeURIComponent('odd"name;\u00e4.png')}`,
    );
    expect(headers.get("content-disposition")).toBe(
      `inline; filename="odd_name__.png"; filename*=UTF-8''odd%22name%3B%C3%A4.png`,
    );
  });

  test("a file without its length, packed, or under no good path is refused", async () => {
    const world = new World();
    const ready = await running(world);
    const path = `${jobPath(ready)}/attempts/1/artifacts`;
    expect(refusalIn(await world.put(`${path}/a`, "x"), 400).message).toContain("Content-Length");
    refusalIn(await send(world, ready, "a", "x", { "Content-Encoding": "gzip" }), 415);
    refusalIn(await send(world, ready, "a%2F..%2Fb", "x"), 400);
    refusalIn(await send(world, ready, "a%00b", "x"), 400);
    refusalIn(await send(world, ready, "x".repeat(501), "x"), 400);
    refusalIn(await send(world, ready, "a", "x", { "Content-Length": String(100 * 1024 * 1024 + 1) }), 413);
    expect((await world.get(`${jobPath(ready)}/artifacts`)).body).toEqual([]);
    for (const length of ["1", "9"])
      expect(
        refusalIn(await send(world, ready, "a", "four", { "Content-Length": length }), 400).message,
      ).toContain(`must have ${length} bytes`);
  });

  test("one that R2 does not take is a 503, and is stored when it is sent again", async () => {
    const { seam, fail } = faulty();
    const world = new World({ seam });
    const ready = await running(world);
    fail({ to: "r2", only: "put", when: "before" });
    expect(refusalIn(await send(world, ready, "a.txt", "text"), 503).code).toBe("unavailable");
    expect(await send(world, ready, "a.txt", "text")).toMatchObject({ status: 200 });
    expect((await world.get(`${jobPath(ready)}/artifacts/a.txt`)).text).toBe("text");
  });

  test("of the same path that breaks off leaves the one before as it was", async () => {
    const { seam, fail } = faulty();
    const world = new World({ seam });
    const ready = await running(world);
    await send(world, ready, "a.txt", "first", { "Content-Type": "text/plain" });
    fail({ to: "r2", only: "put", when: "before" });
    refusalIn(await send(world, ready, "a.txt", "other bytes", { "Content-Type": "image/png" }), 503);
    refusalIn(await send(world, ready, "b.txt", "four", { "Content-Length": "9" }), 400);
    expect((await world.get(`${jobPath(ready)}/artifacts`)).body).toMatchObject([
      { path: "a.txt", bytes: 5, content_type: "text/plain" },
    ]);
    expect((await world.get(`${jobPath(ready)}/artifacts/a.txt`)).text).toBe("first");
  });

  test("another job's file is not found, and another project's is as if it were not there", async () => {
    const world = new World();
    const [mine, other] = [await running(world), await running(world)];
    await send(world, other, "a.txt", "secret");
    refusalIn(await world.get(`${jobPath(mine)}/artifacts/a.txt`), 404);
    const path = jobPath({ projectId: mine.projectId, jobId: other.jobId });
    refusalIn(await world.get(`${path}/artifacts/a.txt`), 404);
    refusalIn(await world.get(`${path}/artifacts`), 404);
    refusalIn(await world.get(`${path}/log`), 404);
    const limited = await world.token("operator", { project_ids: [mine.projectId] });
    refusalIn(await world.get(`${jobPath(other)}/artifacts/a.txt`, { token: limited }), 404);
    refusalIn(await world.get(`${jobPath(other)}/results`, { token: limited }), 404);
  });
});
