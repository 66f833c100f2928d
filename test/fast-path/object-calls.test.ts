import { beforeAll, describe, expect, test, vi } from "vitest";
import { formatWireTime } from "../../src/wire/times.ts";
import { counting, faulty, type Seam, standingAround } from "../fault-injection.ts";
import { FAR_START } from "../lease-client.ts";
import { HOUR, World } from "../world.ts";
import { prepare, quiet, tokens, world } from "./plain-calls.ts";

beforeAll(prepare);

describe("the plainest calls of hosts", () => {
  /** Worlds of an isolate that knows the host's token, or not, with a seam about its calls. */
  const isolates = async (seam: Seam) => {
    const known = new World({ now: world.now, seam });
    const token = tokens.own ?? "";
    expect(await known.ping(quiet.hostId, quiet.guid, { token })).toMatchObject({ status: 200 });
    return { token, known, unknown: new World({ now: world.now, seam }) };
  };

  test("try an unavailable object no more often than the routes would", async () => {
    const { seam, fail, fired } = faulty();
    const { token, known, unknown } = await isolates(seam);
    fail({ to: "object", when: "before", times: 100 });
    expect(await known.ping(quiet.hostId, quiet.guid, { token })).toMatchObject({ status: 503 });
    expect(fired()).toBe(5);
    fail({
      to: "object",
      when: "before",
      times: 100,
      error: () => Object.assign(new Error("busy"), { overloaded: true }),
    });
    expect(await known.poll(quiet.hostId, { token })).toMatchObject({ status: 503 });
    expect(fired()).toBe(6);
    // Once about the token, and once for the ping itself.
    fail({ to: "object", when: "before", times: 100 });
    expect(await unknown.ping(quiet.hostId, quiet.guid, { token })).toMatchObject({ status: 503 });
    expect(fired()).toBe(6 + 10);
  });

  test("log a bug in the object, once", async () => {
    const { seam, fail, fired } = faulty();
    const { token, known, unknown } = await isolates(seam);
    for (const isolate of [known, unknown]) {
      const before = fired();
      fail({ to: "object", when: "before", error: () => new Error("a bug") });
      const lines: string[] = [];
      const log = vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
      expect(await isolate.ping(quiet.hostId, quiet.guid, { token })).toMatchObject({ status: 500 });
      log.mockRestore();
      expect(lines.filter((line) => line.includes('"event":"bug"'))).toHaveLength(1);
      expect(fired()).toBe(before + 1);
    }
  });

  test("ask an object for a token that this isolate does not know, and not D1, whatever else the request says", async () => {
    const { seam, counts } = counting();
    const plainAnswer = { token: tokens.own ?? "" };
    const ways: [World, string][] = [
      [new World({ now: world.now, seam }), "/api/v3"],
      [new World({ now: world.now, seam }), "//api/v3"],
      [new World({ now: world.now, seam, settings: { CORS_ORIGINS: "https://elsewhere.test" } }), "/api/v3"],
    ];
    for (const [isolate, base] of ways) {
      counts.reset();
      const path = `${base}/automation/hosts/${quiet.hostId}/ping`;
      expect(await isolate.post(path, { host_guid: quiet.guid }, plainAnswer)).toMatchObject({ status: 200 });
      expect(counts.statements).toEqual([]);
    }
  });

  test("count from when they came in, however long the object takes", async () => {
    const slow = new World({
      now: world.now,
      seam: standingAround(async ({ to }, go) => {
        if (to === "object") slow.advance(1000);
        return go();
      }),
    });
    const { hostId, guid } = await slow.ready();
    const token = await slow.token("host", { host_server_id: hostId });
    slow.now = FAR_START + 2 * HOUR - 500;
    expect(await slow.ping(hostId, guid, { token })).toMatchObject({ status: 200 });
    const read = await slow.get(`/api/v3/automation/hosts/${hostId}`);
    expect(read.body).toMatchObject({ last_ping_at: formatWireTime(FAR_START + 2 * HOUR - 500) });
  });

  test("are not read before it is clear that the token may be good", async () => {
    const endless = new ReadableStream({ pull: () => new Promise(() => {}) });
    const request = new Request(`https://muster.test/api/v3/automation/hosts/${quiet.hostId}/ping`, {
      method: "POST",
      body: endless,
      headers: { Authorization: "Bearer x" },
    });
    expect(await world.send(request)).toMatchObject({ status: 401 });
  }, 10_000);
});
