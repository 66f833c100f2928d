import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { faulty } from "../fault-injection.ts";
import { refusedField } from "../http/refusals.ts";
import { everythingStored } from "../http/rows.ts";
import { FAR_START } from "../lease-client.ts";
import { HOUR, World } from "../world.ts";
import {
  begin,
  digestOf,
  type Exported,
  exportAll,
  finish,
  pieces,
  rowsOf,
  send,
  sendFile,
} from "./copying.ts";
import { anExport, startAnew } from "./installation.ts";

let exported: Exported;
let world: World;

beforeAll(async () => {
  ({ exported } = await anExport());
});

beforeEach(async () => {
  await startAnew();
  world = new World({ now: FAR_START });
});

const linesDone = (body: unknown): number => z.looseObject({ lines_done: z.int() }).parse(body).lines_done;

describe("a restore", () => {
  test("goes on where it broke off, by what it is told of lines", async () => {
    expect(linesDone((await begin(world, exported)).body)).toBe(0);
    const [first = []] = pieces(exported.lines, 30);
    await send(world, exported, first, { done: 12 });
    await send(world, exported, first, { done: 5 });
    const again = await begin(world, exported);
    expect(again).toMatchObject({
      status: 200,
      body: { restore: digestOf(exported), lines_done: 12, finished_at: null },
    });
  });

  test("is one and whole though answers are lost before and after they take effect", async () => {
    const { seam, fail, fired } = faulty();
    const cut = new World({ now: FAR_START, seam });
    await begin(cut, exported);
    for (const [place, piece] of pieces(exported.lines, 10).entries()) {
      fail({ to: place % 2 === 0 ? "d1" : "object", when: place % 4 < 2 ? "before" : "after" });
      const answer = await send(cut, exported, piece);
      expect(answer.status, answer.text).toBe(200);
    }
    fail();
    for (const key of exported.files.keys()) await sendFile(cut, exported, key);
    await finish(cut, exported);
    expect(fired()).toBeGreaterThan(3);
    expect((await exportAll(new World({ now: FAR_START }))).lines).toEqual(exported.lines);
  });

  test("lets the tick wait, which could give ids that the export has", async () => {
    const [schedule] = rowsOf(exported.lines, "schedules").filter(({ plan_due_at }) => plan_due_at !== null);
    expect(schedule).toBeDefined();
    await begin(world, exported);
    const isTokens = (line: string) => line.startsWith('{"table":"tokens"');
    const until = exported.lines.findIndex(isTokens);
    for (const piece of pieces(exported.lines.slice(0, until), 30)) await send(world, exported, piece);
    const before = await everythingStored();
    const later = FAR_START + 40 * 24 * HOUR;
    await world.tick(later);
    expect(await everythingStored()).toBe(before);
    await finish(world, exported);
    await world.tick(later);
    expect(await everythingStored()).not.toBe(before);
  });

  test("gives columns that an older export has not their defaults, and leaves out those that are gone", async () => {
    await begin(world, exported);
    const older = [
      '{"table":"projects","columns":["gone","id","name","created_at","creation_key"]}',
      '["x",7,"Old",5,"key 7"]',
    ];
    expect((await send(world, exported, older)).status).toBe(200);
    const { results } = await env.DB.prepare("SELECT * FROM projects").all();
    expect(results).toMatchObject([
      { id: 7, name: "Old", sweep_at: 0, deleted_at: null, deleted_test_run_id: 0 },
    ]);
  });

  test("keeps whole numbers that JavaScript can't", async () => {
    await begin(world, exported);
    const rows = [
      '{"table":"replays","columns":["scope_digest","body_digest","made_by","at"]}',
      '["a","b","c",9007199254740993]',
    ];
    expect((await send(world, exported, rows)).status).toBe(200);
    const { results } = await env.DB.prepare(
      "SELECT CAST(at AS TEXT) AS at, typeof(at) AS type FROM replays",
    ).all();
    expect(results).toEqual([{ at: "9007199254740993", type: "integer" }]);
  });

  test("brings a large file in parts", async () => {
    await begin(world, exported);
    const [restore, key] = [digestOf(exported), "projects/7/jobs/1/attempts/1/artifacts/large.bin"];
    const uploads = "/api/v3/automation/restore/uploads";
    const begun = await world.post(uploads, { restore, key, content_type: "video/mp4" });
    const { upload } = z.object({ upload: z.string() }).parse(begun.body);
    const parts = [new Uint8Array(5 * 1024 * 1024).fill(1), new Uint8Array(7).fill(2)];
    const etags: string[] = [];
    for (const [place, bytes] of parts.entries()) {
      const query = new URLSearchParams({ restore, key, upload, part: String(place + 1) });
      const answer = await world.put(`${uploads}?${query}`, bytes, {
        headers: { "Content-Length": String(bytes.byteLength) },
      });
      etags.push(z.object({ etag: z.string() }).parse(answer.body).etag);
    }
    refusedField(
      await world.post(`${uploads}/complete`, { restore, key, upload, etags: etags.toReversed() }),
      "etags",
    );
    for (let time = 0; time < 2; time++)
      expect(await world.post(`${uploads}/complete`, { restore, key, upload, etags })).toMatchObject({
        status: 200,
      });
    const stored = await env.RESULTS.head(key);
    expect([stored?.size, stored?.httpMetadata?.contentType]).toEqual([5 * 1024 * 1024 + 7, "video/mp4"]);
  });
});
