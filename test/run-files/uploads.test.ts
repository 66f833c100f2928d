import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { removeDeleted } from "../../src/projects/remove-deleted.ts";
import { pruneResults } from "../../src/results/prune-results.ts";
import { faulty } from "../fault-injection.ts";
import { refusalIn, refusedField } from "../http/refusals.ts";
import { FAR_START, lease, oneLease, reportUnder } from "../lease-client.ts";
import { jobPath, runAgain, running } from "../results/junit.ts";
import { runStep } from "../steps.ts";
import { HOUR, type Ready, World, type WorldOptions } from "../world.ts";
import { PART_BYTES, SHORT, THREE_PARTS, uploader, uploadIdIn } from "./upload-client.ts";

const DAY = 24 * HOUR;

const aRun = async (options: WorldOptions = {}) => {
  const world = new World(options);
  const ready = await running(world);
  return { world, ready, ...uploader(world, ready) };
};

const sqlOf = <Found>({ projectId }: Pick<Ready, "projectId">, use: (sql: SqlStorage) => Found) =>
  runInDurableObject(env.PROJECT_RESULTS.getByName(String(projectId)), (_, { storage }) => use(storage.sql));

/** How many uploads a project's object knows. */
const uploadsOf = (ready: Pick<Ready, "projectId">): Promise<number> =>
  sqlOf(
    ready,
    (sql) => sql.exec<{ uploads: number }>("SELECT COUNT(*) AS uploads FROM uploads").one().uploads,
  );

/** The last upload of a project as R2 knows it. */
const inR2 = async (ready: Pick<Ready, "projectId">) => {
  const { key, r2_id } = await sqlOf(ready, (sql) =>
    sql.exec<{ key: string; r2_id: string }>("SELECT key, r2_id FROM uploads ORDER BY id DESC LIMIT 1").one(),
  );
  const upload = env.RESULTS.resumeMultipartUpload(key, r2_id);
  const isGone = async () => expect(upload.uploadPart(9, SHORT)).rejects.toThrow("(10024)");
  return { key, upload, isGone };
};

describe("a file in parts", () => {
  test("is one file once it is complete: listed and read like any other", async () => {
    const { create, put, complete, list, read } = await aRun();
    const created = await create(THREE_PARTS);
    expect(created).toMatchObject({
      status: 201,
      body: { path: "out/all.txt", ...THREE_PARTS, part_bytes: PART_BYTES, parts: 3, missing: [1, 2, 3] },
    });
    const id = uploadIdIn(created);
    const [first, second] = ["1".repeat(PART_BYTES), "2".repeat(PART_BYTES)];
    expect(await put(id, 3)).toMatchObject({ status: 200, body: { missing: [1, 2] } });
    expect(await put(id, 1, first)).toMatchObject({ body: { missing: [2] } });
    expect(await put(id, 2, second)).toMatchObject({ body: { missing: [] } });
    expect(await list()).toEqual([]);
    const file = { path: "out/all.txt", ...THREE_PARTS, content_type: "text/plain", attempt: 1 };
    expect(await complete(id)).toMatchObject({ status: 200, body: file });
    expect(await list()).toMatchObject([file]);
    const answer = await read();
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/plain"]);
    expect(answer.text === first + second + SHORT).toBe(true);
  });

  test("goes on where it was: created again it is the same, and names what is missing", async () => {
    const { create, begin, put, complete } = await aRun();
    const id = await begin(THREE_PARTS);
    await put(id, 3);
    expect(await create(THREE_PARTS)).toMatchObject({
      status: 200,
      body: { upload_id: id, missing: [1, 2] },
    });
    expect(await put(id, 3)).toMatchObject({ body: { missing: [1, 2] } });
    const { code, message } = refusalIn(await complete(id), 409);
    expect([code, message]).toEqual(["upload_incomplete", expect.stringContaining("send part 1, 2 and")]);
  });

  test("has the last of what was sent for a part", async () => {
    const { begin, put, complete, read } = await aRun();
    const id = await begin();
    for (const text of ["first", "third", "other"])
      expect(await put(id, 1, text)).toMatchObject({ status: 200 });
    expect(await complete(id)).toMatchObject({ status: 200 });
    expect((await read()).text).toBe("other");
  });

  test("completed again is answered as before; nothing more is taken", async () => {
    const { begin, put, complete, drop, list } = await aRun();
    const id = await begin();
    await put(id, 1);
    await complete(id);
    expect(await complete(id)).toMatchObject({ status: 200, body: { path: "out/all.txt", bytes: 5 } });
    expect(refusalIn(await put(id, 1), 409).code).toBe("upload_ended");
    expect(refusalIn(await drop(id), 409).code).toBe("upload_ended");
    expect(await list()).toMatchObject([{ path: "out/all.txt" }]);
  });

  test("that is given up is gone, and so are its parts", async () => {
    const { ready, begin, put, complete, drop, list } = await aRun();
    const id = await begin(THREE_PARTS);
    await put(id, 3);
    const { isGone } = await inR2(ready);
    expect(await drop(id)).toMatchObject({ status: 200, body: { upload_id: id } });
    expect(await uploadsOf(ready)).toBe(0);
    await isGone();
    for (const answer of [await put(id, 3), await complete(id), await drop(id)])
      expect(refusalIn(answer, 404).message).toContain("create it again");
    expect(await list()).toEqual([]);
  });

  test("of another size takes the place of the one of its path, whose parts go with the next tick", async () => {
    const { world, ready, begin, put, drop } = await aRun();
    const first = await begin(THREE_PARTS);
    await put(first, 3);
    const { isGone } = await inR2(ready);
    const second = await begin();
    expect(second).not.toBe(first);
    refusalIn(await put(first, 3), 404);
    expect(await put(second, 1)).toMatchObject({ status: 200 });
    await runStep(pruneResults, world, { queries: 100 });
    await isGone();
    expect(await drop(second)).toMatchObject({ status: 200 });
  });
});

describe("is refused", () => {
  test("a part of another size, number or coding, each with what would be right", async () => {
    const { begin, put, path, world } = await aRun();
    const id = await begin(THREE_PARTS);
    expect(refusalIn(await put(id, 1), 400).message).toContain(`must be ${PART_BYTES} for part 1 of 3`);
    expect(refusalIn(await put(id, 3, "longer"), 400).message).toContain("must be 5");
    expect(refusalIn(await put(id, 4), 404).message).toContain("it has 3 parts");
    refusalIn(await put(id, 0), 404);
    refusalIn(await put(id, 3, SHORT, { "Content-Encoding": "gzip" }), 415);
    expect(refusalIn(await world.put(`${path}/${id}/parts/3`, SHORT), 400).message).toContain(
      "Content-Length",
    );
    refusalIn(await put(id, 3, SHORT, { "Content-Length": String(100 * 1024 * 1024 + 1) }), 413);
    refusalIn(await put(id, 3, "four", { "Content-Length": "5" }), 400);
    refusalIn(await put(id + 1, 3), 404);
  });

  test("a file beyond 5 GiB, with parts that R2 does not take, or under no good path", async () => {
    const { create } = await aRun();
    const gib = 1024 * 1024 * 1024;
    expect(await create({ bytes: 5 * gib })).toMatchObject({ status: 201, body: { parts: 1024 } });
    for (const [field, value] of [
      ["bytes", 5 * gib + 1],
      ["bytes", 0],
      ["part_bytes", PART_BYTES - 1],
      ["part_bytes", 100 * 1024 * 1024 + 1],
      ["path", "a/../b"],
      ["path", "x".repeat(501)],
      ["content_type", 7],
    ] as const)
      refusedField(await create({ [field]: value }), field);
  });

  test("the one that is one too many in its attempt", async () => {
    const { ready, create } = await aRun();
    await create();
    await sqlOf(ready, (sql) =>
      sql
        .exec(`INSERT INTO files WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4999)
        SELECT 'k' || i, iif(i % 2, 'artifact', 'arriving'), ${ready.jobId}, 1, 'f' || i, 1, 'text/plain', 0 FROM n`)
        .toArray(),
    );
    refusedField(await create({ path: "one-more.txt" }), "path");
    expect(await create()).toMatchObject({ status: 200 });
  });

  test("without its run's lease, and for a job that has not begun", async () => {
    const world = new World({ now: FAR_START });
    const ready = await world.ready({ jobs: 1 });
    expect(refusalIn(await uploader(world, ready).create(), 409).code).toBe("not_begun");
    const { lease_id } = oneLease(await lease(world, ready.hostId));
    await reportUnder(world, { ...ready, status: "RUNNING", leaseId: lease_id });
    const leased = uploader(world, ready, `?lease_id=${lease_id}`);
    const id = await leased.begin();
    for (const [query, code] of [
      ["", "lease_required"],
      ["?lease_id=other", "lease_lost"],
    ] as const) {
      const { create, put, complete, drop } = uploader(world, ready, query);
      for (const answer of [await create(), await put(id, 1), await complete(id), await drop(id)])
        expect(refusalIn(answer, 409).code).toBe(code);
    }
    expect(await leased.put(id, 1)).toMatchObject({ status: 200 });
    expect(await leased.complete(id)).toMatchObject({ status: 200 });
  });

  test("that of another run or project, as if it were not there", async () => {
    const { world, ready, begin, put, path } = await aRun();
    const id = await begin();
    await put(id, 1);
    for (const other of [await runAgain(world, ready), await running(world)]) {
      const { put: send, complete, drop } = uploader(world, other);
      for (const answer of [await send(id, 1), await complete(id), await drop(id)]) refusalIn(answer, 404);
    }
    const token = await world.token("host", { project_ids: [await world.project()] });
    refusalIn(await world.post(`${path}/${id}/complete`, undefined, { token }), 404);
  });
});

describe("a file in parts though something fails", () => {
  test("a part that is cut off stays missing, and so does the one that it was to replace", async () => {
    const { seam, fail } = faulty();
    const { create, begin, put, complete, read } = await aRun({ seam });
    const id = await begin();
    await put(id, 1);
    for (const when of ["before", "after"] as const) {
      fail({ to: "r2", only: "uploadPart", when });
      refusalIn(await put(id, 1), 503);
      expect(await create()).toMatchObject({ body: { missing: [1] } });
    }
    fail();
    await put(id, 1, "whole");
    expect(await complete(id)).toMatchObject({ status: 200 });
    expect((await read()).text).toBe("whole");
  });

  test("a part that is sent twice at once stays missing until it is sent alone", async () => {
    const { create, begin, put, complete, read } = await aRun();
    const id = await begin();
    const answers = await Promise.all(["first", "other"].map((text) => put(id, 1, text)));
    const { missing } = z.object({ missing: z.array(z.int()) }).parse((await create()).body);
    // Either they overlapped and both are refused or undone, or one came wholly after the other.
    if (missing.length > 0) expect(answers.map(({ status }) => status)).toContain(409);
    await put(id, 1, "alone");
    expect(await complete(id)).toMatchObject({ status: 200 });
    expect((await read()).text).toBe("alone");
  });

  test("whose part R2 has of another sending is sent again", async () => {
    const { ready, create, begin, put, complete, read } = await aRun();
    const id = await begin();
    await put(id, 1);
    await (await inR2(ready)).upload.uploadPart(1, "other");
    expect(refusalIn(await complete(id), 409).message).toContain("send part 1 and");
    refusalIn(await complete(id), 409);
    expect(await create()).toMatchObject({ status: 200, body: { missing: [1] } });
    await put(id, 1, "again");
    expect(await complete(id)).toMatchObject({ status: 200 });
    expect((await read()).text).toBe("again");
  });

  test("that R2 no longer knows is begun anew", async () => {
    const { ready, create, begin, put, complete } = await aRun();
    const id = await begin();
    await (await inR2(ready)).upload.abort();
    refusalIn(await put(id, 1), 404);
    expect(await create()).toMatchObject({ status: 201, body: { missing: [1] } });
    const next = await begin();
    await put(next, 1);
    await (await inR2(ready)).upload.abort();
    refusalIn(await complete(next), 404);
    expect(await create()).toMatchObject({ status: 201 });
  });

  test("is listed once its completion is repeated, which was cut off after R2 made the file", async () => {
    const { seam, fail } = faulty();
    const { begin, put, complete, list, read } = await aRun({ seam });
    const id = await begin();
    await put(id, 1);
    const error = () => new Error("the Worker died here");
    fail({ to: "object", only: "finishUpload", when: "before", error });
    expect((await complete(id)).status).toBe(500);
    expect(await list()).toEqual([]);
    fail();
    expect(await complete(id)).toMatchObject({ status: 200 });
    expect(await list()).toMatchObject([{ path: "out/all.txt", bytes: 5 }]);
    expect((await read()).text).toBe(SHORT);
  });

  test("that was given up while R2 was unavailable is removed by the next tick", async () => {
    const { seam, fail } = faulty();
    const { world, ready, begin, put, drop } = await aRun({ seam });
    const id = await begin(THREE_PARTS);
    await put(id, 3);
    const { isGone } = await inR2(ready);
    fail({ to: "r2", only: "abort", when: "before", times: 3 });
    expect(await drop(id)).toMatchObject({ status: 200 });
    refusalIn(await put(id, 3), 404);
    expect(await uploadsOf(ready)).toBe(1);
    fail();
    await runStep(pruneResults, world, { queries: 100 });
    expect(await uploadsOf(ready)).toBe(0);
    await isGone();
  });
});

describe("what is left of a file in parts", () => {
  const prune = (world: World) => runStep(pruneResults, world, { queries: 100 });

  test("that is not completed goes six days after it was begun; a completed one stays a file", async () => {
    const { world, ready, begin, put, complete, list, read } = await aRun();
    const done = await begin();
    await put(done, 1);
    await complete(done);
    world.advance(DAY);
    const id = await begin({ path: "other.txt", ...THREE_PARTS });
    await put(id, 3);
    const { isGone } = await inR2(ready);
    for (const [hours, left] of [
      [5 * 24, 2],
      [1, 1],
      [23, 1],
      [1, 0],
    ] as const) {
      world.advance(hours * HOUR);
      await prune(world);
      expect(await uploadsOf(ready)).toBe(left);
    }
    await isGone();
    expect(await list()).toMatchObject([{ path: "out/all.txt" }]);
    expect((await read()).text).toBe(SHORT);
  });

  test("goes though the Worker died after R2 made the file, unless a file of its path is recorded", async () => {
    for (const isRecorded of [false, true]) {
      const { world, ready, begin, put, read } = await aRun();
      if (isRecorded)
        await world.put(`${jobPath(ready)}/attempts/1/artifacts/out/all.txt`, "x", {
          headers: { "Content-Length": "1" },
        });
      await put(await begin(), 1);
      const { key, upload } = await inR2(ready);
      const { etag } = await sqlOf(ready, (sql) =>
        sql.exec<{ etag: string }>("SELECT etag FROM upload_parts").one(),
      );
      await upload.complete([{ partNumber: 1, etag }]);
      world.advance(7 * DAY);
      await prune(world);
      expect(await uploadsOf(ready)).toBe(0);
      expect((await env.RESULTS.head(key)) !== null).toBe(isRecorded);
      expect((await read()).status).toBe(isRecorded ? 200 : 404);
    }
  });

  test("goes with its project, in bounded steps", async () => {
    const { world, ready, begin, put } = await aRun();
    for (let file = 0; file < 25; file++) await begin({ path: `${file}.txt`, ...THREE_PARTS });
    await put(await begin({ path: "24.txt", ...THREE_PARTS }), 3);
    const { isGone } = await inR2(ready);
    await world.report(ready.projectId, ready.jobId, "FAILED");
    const path = `/api/v3/projects/${ready.projectId}`;
    const { body } = await world.get(`${path}/automation/schedules`);
    for (const { schedule_id } of z.array(z.object({ schedule_id: z.int() })).parse(body))
      await world.delete(`${path}/automation/schedules/${schedule_id}`);
    await world.delete(`${path}/automation/hosts/${ready.hostId}/agents/${ready.agentId}`);
    expect(await world.delete(path)).toMatchObject({ status: 200 });
    const remove = () => runStep(removeDeleted, world, { queries: 100 });
    await remove();
    await remove();
    expect(await uploadsOf(ready)).toBe(5);
    for (let ticks = 0; ticks < 4; ticks++) await remove();
    expect(await uploadsOf(ready)).toBe(0);
    await isGone();
  });
});
