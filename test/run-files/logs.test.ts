import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { pruneResults } from "../../src/results/prune-results.ts";
import { faulty } from "../fault-injection.ts";
import { refusalIn } from "../http/refusals.ts";
import { FAR_START, fireAlarms, lease, oneLease, reportUnder } from "../lease-client.ts";
import { jobPath, running } from "../results/junit.ts";
import { runStep } from "../steps.ts";
import { type Answer, MINUTE, type Ready, World, type WorldOptions } from "../world.ts";

/** A job of its own that runs; far ahead, so that no alarm fires by itself. */
const aRun = async (options: WorldOptions = {}) => {
  const world = new World({ now: FAR_START, ...options });
  const ready = await running(world);
  const append = (offset: number, chunk: string | Uint8Array, query = ""): Promise<Answer> =>
    world.post(`${jobPath(ready)}/attempts/1/log?offset=${offset}${query}`, chunk);
  const read = async (query = "", headers: Record<string, string> = {}) =>
    world.text("GET", `${jobPath(ready)}/log${query}`, { headers });
  return { world, ready, append, read };
};

const keysOf = async ({ projectId, jobId }: Ready): Promise<string[]> => {
  const { objects } = await env.RESULTS.list({ prefix: `projects/${projectId}/jobs/${jobId}/` });
  return objects.map(({ key }) => key);
};

const waitingIn = ({ hostId }: Ready) =>
  runInDurableObject(
    env.HOST.getByName(String(hostId)),
    (_, { storage: { sql } }) =>
      sql.exec<{ bytes: number }>("SELECT COALESCE(SUM(LENGTH(bytes)), 0) AS bytes FROM log_parts").one()
        .bytes,
  );

const MIB = 1024 * 1024;
/** So many lines, each of which holds its own number. */
const lines = (from: number, count: number): string =>
  Array.from({ length: count }, (_, place) => `line ${String(from + place).padStart(9, "0")} äö\n`).join("");
const bytesOf = (text: string): number => new TextEncoder().encode(text).byteLength;

describe("POST .../attempts/{n}/log", () => {
  test("appends where the log goes on, and the log reads as it was sent", async () => {
    const { append, read } = await aRun();
    expect((await read()).text).toBe("");
    expect(await append(0, "one\n")).toMatchObject({ status: 200, body: { next_offset: 4 } });
    expect(await append(4, "two\n")).toMatchObject({ body: { next_offset: 8 } });
    expect(await read()).toMatchObject({
      status: 200,
      text: "one\ntwo\n",
      type: "text/plain; charset=utf-8",
    });
    expect((await read("?from=4")).text).toBe("two\n");
    expect((await read("?from=80")).text).toBe("");
  });

  test("a chunk that leaves a gap is a 409 that names the offset wanted", async () => {
    const { append, read } = await aRun();
    await append(0, "one\n");
    const gap = refusalIn(await append(9, "three\n"), 409);
    expect(gap.code).toBe("log_gap");
    expect(gap.message).toContain("goes on at offset 4");
    expect((await read()).text).toBe("one\n");
  });

  test("a chunk sent again, out of order or with more behind it, adds only what is new", async () => {
    const { append, read } = await aRun();
    await append(0, "one\n");
    await append(4, "two\n");
    expect(await append(0, "one\n")).toMatchObject({ body: { next_offset: 8 } });
    expect(await append(4, "two\nthree\n")).toMatchObject({ body: { next_offset: 14 } });
    expect((await read()).text).toBe("one\ntwo\nthree\n");
  });

  test("after the end nothing is added; what was sent before is taken again", async () => {
    const { append, read } = await aRun();
    await append(0, "one\n");
    expect(await append(4, "two\n", "&final=true")).toMatchObject({ body: { next_offset: 8 } });
    expect(await append(4, "two\n", "&final=true")).toMatchObject({ status: 200, body: { next_offset: 8 } });
    expect(refusalIn(await append(8, "more"), 409).code).toBe("log_ended");
    expect((await read()).text).toBe("one\ntwo\n");
  });

  test("of a run under a lease needs that lease, and of a job that has not begun is refused", async () => {
    const world = new World({ now: FAR_START });
    const ready = await world.ready({ jobs: 1 });
    const path = `${jobPath(ready)}/attempts/1/log?offset=0`;
    expect(refusalIn(await world.post(path, "x"), 409).code).toBe("not_begun");
    const { lease_id } = oneLease(await lease(world, ready.hostId));
    await reportUnder(world, { ...ready, status: "RUNNING", leaseId: lease_id });
    expect(refusalIn(await world.post(path, "x"), 409).code).toBe("lease_required");
    expect(await world.post(`${path}&lease_id=${lease_id}`, "x")).toMatchObject({ status: 200 });
    refusalIn(await world.post(path.replace("attempts/1", "attempts/2"), "x"), 404);
  });

  test("is larger than 1 MiB: a 413", async () => {
    const { append } = await aRun();
    refusalIn(await append(0, new Uint8Array(MIB + 1)), 413);
  });
});

describe("where a log lives", () => {
  test("in the host's object until there is a MiB of it, then in R2, and it reads the same", async () => {
    const { ready, append, read } = await aRun();
    let whole = "";
    for (let chunk = 0; chunk < 5; chunk++) {
      const text = lines(chunk * 20_000, 20_000);
      expect(await append(bytesOf(whole), text)).toMatchObject({ status: 200 });
      whole += text;
    }
    expect(bytesOf(whole)).toBeGreaterThan(1.5 * MIB);
    expect((await keysOf(ready)).length).toBeGreaterThanOrEqual(1);
    expect(await waitingIn(ready)).toBeLessThan(MIB);
    expect((await read()).text === whole).toBe(true);
    const middle = 900_000;
    const rest = new TextDecoder().decode(new TextEncoder().encode(whole).subarray(middle));
    expect((await read(`?from=${middle}`)).text === rest).toBe(true);
  });

  test("the end of a log goes to R2 with its last chunk", async () => {
    const { ready, append, read } = await aRun();
    await append(0, "one\n");
    expect(await keysOf(ready)).toEqual([]);
    await append(4, "two\n", "&final=true");
    expect(await keysOf(ready)).toHaveLength(1);
    expect(await waitingIn(ready)).toBe(0);
    expect((await read()).text).toBe("one\ntwo\n");
    expect((await read("?from=5")).text).toBe("wo\n");
  });

  test("a log of which nothing more comes is put in R2 by the alarm of its host's object", async () => {
    const { world, ready, append, read } = await aRun();
    await append(0, "one\n");
    world.advance(11 * MINUTE);
    await fireAlarms(world, ready.hostId);
    expect(await keysOf(ready)).toHaveLength(1);
    expect(await waitingIn(ready)).toBe(0);
    expect(await append(4, "two\n")).toMatchObject({ body: { next_offset: 8 } });
    expect((await read()).text).toBe("one\ntwo\n");
  });

  test("an object that was evicted goes on where the log was, and one that was lost asks R2", async () => {
    const { world, ready, append, read } = await aRun();
    await append(0, "one\n");
    await evictDurableObject(env.HOST.getByName(String(ready.hostId)));
    expect(refusalIn(await append(0 + 9, "x"), 409).message).toContain("offset 4");
    await append(4, "two\n");
    world.advance(11 * MINUTE);
    await fireAlarms(world, ready.hostId);
    await runInDurableObject(env.HOST.getByName(String(ready.hostId)), (_, { storage: { sql } }) => {
      sql.exec("DELETE FROM logs");
      sql.exec("DELETE FROM log_parts");
    });
    expect(await append(8, "three\n")).toMatchObject({ body: { next_offset: 14 } });
    expect((await read()).text).toBe("one\ntwo\nthree\n");
  });

  test("what waited while R2 was unavailable goes there in segments that fit into memory", async () => {
    const { seam, fail } = faulty();
    const { ready, append, read } = await aRun({ seam });
    const chunk = (place: number) => String(place).repeat(MIB);
    fail({ to: "r2", when: "before", times: 999 });
    for (let place = 0; place < 6; place++)
      expect(await append(place * MIB, chunk(place))).toMatchObject({ status: 200 });
    expect(await waitingIn(ready)).toBe(6 * MIB);
    fail();
    expect(await append(6 * MIB, "end", "&final=true")).toMatchObject({ status: 200 });
    expect(await waitingIn(ready)).toBe(0);
    const { objects } = await env.RESULTS.list({ prefix: `projects/${ready.projectId}/` });
    expect(objects.map(({ size }) => size)).toEqual([MIB, 4 * MIB, MIB + 3]);
    const whole = `${[0, 1, 2, 3, 4, 5].map(chunk).join("")}end`;
    expect((await read()).text === whole).toBe(true);
  });

  test("a failure of R2 that no second try mends is not the host's: its chunk is taken", async () => {
    const { seam, fail } = faulty();
    const { append, read } = await aRun({ seam });
    fail({ to: "r2", when: "before", times: 9, error: () => new Error("put: Unknown reason. (10099)") });
    expect(await append(0, "one\n", "&final=true")).toMatchObject({ status: 200 });
    expect((await read()).text).toBe("one\n");
  });

  test("of a log that was removed because of its age nothing is read, and who follows it is told its end", async () => {
    const { world, ready, append, read } = await aRun({ settings: { ARTIFACT_DAYS: "1" } });
    await append(0, "one\n", "&final=true");
    world.advance(25 * 60 * MINUTE);
    await runStep(pruneResults, world, { queries: 100 });
    expect(await keysOf(ready)).toEqual([]);
    expect(await read()).toMatchObject({ status: 200, text: "" });
    expect(toldBy((await read("?follow=1")).text)).toEqual({ text: "", ended: true });
  });

  test("a part of it is read by Range: 206 and its place", async () => {
    const { world, ready, append } = await aRun();
    await append(0, "0123456789");
    const part = await world.request("GET", `${jobPath(ready)}/log`, { headers: { Range: "bytes=2-4" } });
    expect([part.status, part.text, part.headers.get("content-range")]).toEqual([206, "234", "bytes 2-4/10"]);
    expect(part.headers.get("log-end")).toBe("10");
    const end = await world.request("GET", `${jobPath(ready)}/log`, { headers: { Range: "bytes=-3" } });
    expect([end.status, end.text]).toEqual([206, "789"]);
  });

  test.each([
    ["a range behind the end", "", "bytes=10-", "bytes */10"],
    ["one behind the end of what is left", "?from=8", "bytes=2-", "bytes */2"],
    ["the last 0 bytes", "", "bytes=-0", "bytes */10"],
  ])("%s is a 416 that says how many bytes there are", async (_, query, range, place) => {
    const { world, ready, append } = await aRun();
    await append(0, "0123456789");
    const path = `${jobPath(ready)}/log${query}`;
    const answer = await world.request("GET", path, { headers: { Range: range } });
    refusalIn(answer, 416);
    expect([answer.headers.get("content-range"), answer.headers.get("log-end")]).toEqual([place, "10"]);
  });
});

/** What a follower got: the texts together, and whether the end came. */
const toldBy = (stream: string) => {
  const events = stream.split("\n\n").filter((event) => event !== "");
  const texts = events.filter((event) => /^id: \d+\ndata: "/.test(event));
  return {
    text: texts
      .map((event) => z.string().parse(JSON.parse(event.slice(event.indexOf("data: ") + 6))))
      .join(""),
    ended: events.at(-1)?.includes("event: end") ?? false,
  };
};

describe("follow=1", () => {
  test("20 readers get all of a log as it grows, each letter whole, and of its end", async () => {
    const { append, read } = await aRun();
    const whole = "first ä\nsecond €\nthird 😀\n";
    const bytes = new TextEncoder().encode(whole);
    await append(0, bytes.subarray(0, 7));
    const followers = Array.from({ length: 20 }, () => read("?follow=1"));
    for (let at = 7; at < bytes.length; at += 9) await append(at, bytes.subarray(at, at + 9));
    await append(bytes.length, "", "&final=true");
    for (const { status, type, text } of await Promise.all(followers)) {
      expect([status, type]).toEqual([200, "text/event-stream"]);
      expect(toldBy(text)).toEqual({ text: whole, ended: true });
    }
  });

  test("goes on after the reader's Last-Event-ID, and ends with a job whose log has no end", async () => {
    const { world, ready, append, read } = await aRun();
    await append(0, "one\ntwo\n");
    await world.report(ready.projectId, ready.jobId, "COMPLETED");
    world.advance(11 * MINUTE);
    await fireAlarms(world, ready.hostId);
    await runInDurableObject(env.HOST.getByName(String(ready.hostId)), (_, { storage: { sql } }) => {
      sql.exec("DELETE FROM logs");
    });
    const { text } = await read("?follow=1", { "Last-Event-ID": "4" });
    expect(toldBy(text)).toEqual({ text: "two\n", ended: true });
  });

  test("HTML in a log is text", async () => {
    const { world, ready, append } = await aRun();
    await append(0, "<script>alert(1)</script>", "&final=true");
    const { headers } = await world.get(`${jobPath(ready)}/log`);
    expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toContain("sandbox");
  });
});

test("under faults of the object, of R2 and of D1, a client that repeats loses and doubles no byte", async () => {
  const { seam, fail, fired } = faulty();
  const { append, read } = await aRun({ seam });
  let whole = "";
  const faults = [
    { to: "object", only: "appendLog", when: "after", times: 9 },
    { to: "object", only: "appendLog", when: "before", times: 9 },
    { to: "object", only: "noteFile", when: "after", times: 9 },
    { to: "r2", when: "before", times: 9 },
    { to: "r2", when: "after", times: 9 },
    { to: "object", only: "logStored", when: "before", times: 9 },
    { to: "object", only: "logStored", when: "after", times: 9 },
    { to: "object", only: "sealLog", when: "after", times: 9 },
  ] as const;
  for (const [place, fault] of faults.entries()) {
    const text = lines(place * 28_000, 28_000);
    fail(fault);
    const first = await append(bytesOf(whole), text);
    fail();
    if (first.status !== 200) {
      expect(refusalIn(first, 503).code).toBe("unavailable");
      expect(await append(bytesOf(whole), text)).toMatchObject({ status: 200 });
    }
    whole += text;
    expect((await read()).text === whole, JSON.stringify(fault)).toBe(true);
  }
  expect(fired()).toBeGreaterThan(20);
  expect(await append(bytesOf(whole), "", "&final=true")).toMatchObject({ status: 200 });
  expect((await read()).text === whole).toBe(true);
});
