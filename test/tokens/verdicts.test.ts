import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { z } from "zod";
import { Counts, standingAround } from "../fault-injection.ts";
import { refusalIn } from "../http/refusals.ts";
import { HOUR, MINUTE, type Ready, World } from "../world.ts";

const SECOND = 1000;
const issued = z.object({ id: z.int(), token: z.string() });

/** A host with a token of its own, and isolates that remember nothing. */
const settled = async (facts: object = {}) => {
  const counts = new Counts();
  const world = new World();
  const ready = await world.ready();
  const made = await world.post("/api/v3/tokens", {
    name: "own",
    scope: "host",
    host_server_id: ready.hostId,
    ...facts,
  });
  const { id, token } = issued.parse(made.body);
  /** A new isolate that has served no request, with `around` wrapped about its calls. */
  const isolate = (around?: (method: string) => Promise<void>) =>
    new World({
      now: world.now,
      seam: standingAround(async (trip, go) => {
        counts.note(trip);
        if (trip.to === "object") await around?.(trip.method);
        return go();
      }),
    });
  /** A ping to an isolate and an object that just woke up, in a window that is recorded. */
  const ping = async (secret = token) => {
    await evictDurableObject(env.HOST.getByName(String(ready.hostId)));
    counts.reset();
    return isolate().ping(ready.hostId, ready.guid, { token: secret });
  };
  world.advance(MINUTE);
  await world.ping(ready.hostId, ready.guid);
  return { world, ready, id, token, isolate, ping, counts };
};

const UNASKED = { d1RoundTrips: 0, objectCalls: { ping: 1 } };
const GOOD = { status: 200 };
const REFUSED = { status: 401, body: { code: "unauthorized" } };
const OVERLOADED = Object.assign(new Error("the object is overloaded"), { overloaded: true });

test("a host's own token is looked up once: pings and quiet polls ask its object alone, on any isolate", async () => {
  const { world, ready, token, isolate, ping, counts } = await settled();
  expect(await ping()).toMatchObject(GOOD);
  expect(counts).toMatchObject({ d1RoundTrips: 1, objectCalls: { ping: 2, learnToken: 1 } });
  expect(await ping()).toMatchObject(GOOD);
  expect(counts).toMatchObject(UNASKED);
  for (const quiet of [false, true]) {
    counts.reset();
    expect(await isolate().poll(ready.hostId, { token })).toMatchObject({ status: 200, body: [] });
    if (quiet) expect(counts).toMatchObject({ d1RoundTrips: 0, objectCalls: { nothingDue: 1 } });
  }
  world.advance(24 * HOUR);
  await world.ping(ready.hostId, ready.guid);
  expect(await ping()).toMatchObject(GOOD);
  expect(counts).toMatchObject(UNASKED);
});

test("a revoked token is refused at once by isolates that have not seen it for 30 s", async () => {
  const { world, id, ping } = await settled();
  for (const _ of [1, 2]) expect(await ping()).toMatchObject(GOOD);
  expect(await world.delete(`/api/v3/tokens/${id}`)).toMatchObject(GOOD);
  expect(refusalIn(await ping(), 401).message).toContain("revoked");
  expect(refusalIn(await ping(), 401).message).toContain("revoked");
});

test("a revoked token is refused after 30 s by an isolate that had it from the object", async () => {
  const { world, ready, id, token, ping, isolate } = await settled();
  await ping();
  const warm = isolate();
  expect(await warm.ping(ready.hostId, ready.guid, { token })).toMatchObject(GOOD);
  await world.delete(`/api/v3/tokens/${id}`);
  warm.advance(30 * SECOND);
  expect(await warm.ping(ready.hostId, ready.guid, { token })).toMatchObject(REFUSED);
});

test("revoking is answered 503 until the host's object knows it, and the token is revoked all the same", async () => {
  const { world, ready, id, token, ping, isolate } = await settled();
  await ping();
  const deaf = isolate(async (method) => {
    if (method.endsWith("Change")) throw OVERLOADED;
  });
  for (const _ of [1, 2]) expect(await deaf.delete(`/api/v3/tokens/${id}`)).toMatchObject({ status: 503 });
  expect(await world.get(`/api/v3/automation/hosts/${ready.hostId}`, { token })).toMatchObject(REFUSED);
  expect(await world.delete(`/api/v3/tokens/${id}`)).toMatchObject(GOOD);
  expect(await ping()).toMatchObject(REFUSED);
});

test("a token is refused whose host's object heard only the end of its revoking", async () => {
  const { id, ping, isolate } = await settled();
  await ping();
  const deaf = isolate(async (method) => {
    if (method === "beginChange") throw OVERLOADED;
  });
  expect(await deaf.delete(`/api/v3/tokens/${id}`)).toMatchObject(GOOD);
  expect(await ping()).toMatchObject(REFUSED);
});

test("a token is refused whose Worker died once it was revoked", async () => {
  const { id, ping, isolate } = await settled();
  await ping();
  const dying = isolate(async (method) => {
    if (method === "endChange") throw new Error("the Worker died here");
  });
  expect(await dying.delete(`/api/v3/tokens/${id}`)).toMatchObject({ status: 500 });
  expect(await ping()).toMatchObject(REFUSED);
});

test("what was looked up before a token was revoked is not kept after", async () => {
  const { world, ready, id, token, ping, isolate } = await settled();
  const slow = isolate(async (method) => {
    if (method === "learnToken") await world.delete(`/api/v3/tokens/${id}`);
  });
  expect(await slow.ping(ready.hostId, ready.guid, { token })).toMatchObject(GOOD);
  expect(await ping()).toMatchObject(REFUSED);
});

test("a rotated token's secret is good for its overlap, and its next one from the start", async () => {
  const { world, ready, id, ping } = await settled();
  await ping();
  const rotated = await world.post(`/api/v3/tokens/${id}/rotate`, { overlap_minutes: 5 });
  const next = issued.parse(rotated.body).token;
  for (const secret of [undefined, next, undefined]) expect(await ping(secret)).toMatchObject(GOOD);
  world.advance(5 * MINUTE - 1);
  expect(await ping()).toMatchObject(GOOD);
  world.advance(1);
  expect(refusalIn(await ping(), 401).message).toContain("replaced");
  await world.ping(ready.hostId, ready.guid);
  expect(await ping(next)).toMatchObject(GOOD);
});

test("a secret that was replaced at once is refused at once, though the object knew it", async () => {
  const { world, id, ping } = await settled();
  for (const _ of [1, 2]) await ping();
  await world.post(`/api/v3/tokens/${id}/rotate`, { overlap_minutes: 0 });
  expect(await ping()).toMatchObject(REFUSED);
});

test("a token that the object knows is refused once it has expired, and is no contact then", async () => {
  const { world, ready, ping } = await settled({ expires_at: "2026-03-02T11:00:00Z" });
  for (const _ of [1, 2]) expect(await ping()).toMatchObject(GOOD);
  const object = env.HOST.getByName(String(ready.hostId));
  const { at } = await object.lastContact();
  world.now = Date.parse("2026-03-02T11:00:00Z");
  expect(refusalIn(await ping(), 401).message).toContain("expired");
  expect(await object.lastContact()).toEqual({ at });
});

const tablesOf = (hostId: number) =>
  runInDurableObject(env.HOST.getByName(String(hostId)), (_, { storage }) =>
    storage.sql.exec("SELECT name FROM sqlite_master WHERE type = 'table'").toArray(),
  );

test("an unknown token is refused in the same words wherever it is tried, and makes no object write", async () => {
  const { world, ready, id, token, ping } = await settled();
  await ping();
  await env.DB.prepare("DELETE FROM tokens WHERE id = ?").bind(id).run();
  const nowhere = 987_654_321;
  const tried = [
    await new World({ now: world.now }).get("/api/v3/projects", { token }),
    await new World({ now: world.now }).ping(nowhere, ready.guid, { token }),
    await new World({ now: world.now }).poll(nowhere, { token }),
  ];
  const [first, ...others] = tried.map((answer) => refusalIn(answer, 401));
  for (const other of others) expect(other.message).toBe(first?.message);
  expect(await tablesOf(nowhere)).toEqual([]);
});

test("another host's object does not learn of a token, and the other host is not there for it", async () => {
  const { world, token, isolate, counts } = await settled();
  const other: Ready = await world.ready();
  counts.reset();
  for (const _ of [1, 2])
    expect(await isolate().ping(other.hostId, other.guid, { token })).toMatchObject({ status: 404 });
  expect(counts.objectCalls).toEqual({ ping: 2 });
});

test("a token without a host of its own is asked of an object once an isolate", async () => {
  const { world, ready, isolate, counts } = await settled();
  const token = await world.token("host");
  const warm = isolate();
  const asked = [];
  for (const _ of [1, 2]) {
    counts.reset();
    expect(await warm.ping(ready.hostId, ready.guid, { token })).toMatchObject(GOOD);
    asked.push([counts.d1RoundTrips, counts.objectCallsInAll]);
    warm.advance(31 * SECOND);
  }
  expect(asked).toEqual([
    [1, 2],
    [1, 1],
  ]);
});

test("a ping that is not as it should be is refused as ever: 401 before 413 and 400", async () => {
  const { ready, id, token, world, isolate } = await settled();
  const path = `/api/v3/automation/hosts/${ready.hostId}/ping`;
  const bodies = ["{", { host_guid: 1 }, "x".repeat(1024 * 1024 + 1)];
  const statuses = async () => {
    const found = [];
    for (const body of bodies) found.push((await isolate().post(path, body, { token })).status);
    return found;
  };
  expect(await statuses()).toEqual([400, 400, 413]);
  await world.delete(`/api/v3/tokens/${id}`);
  expect(await statuses()).toEqual([401, 401, 401]);
});

test("an object that does not answer leaves a token to D1", async () => {
  const { ready, token, isolate } = await settled();
  let deaf = true;
  const first = isolate(async () => {
    const fails = deaf;
    deaf = false;
    if (fails) throw OVERLOADED;
  });
  expect(await first.ping(ready.hostId, ready.guid, { token })).toMatchObject(GOOD);
});
