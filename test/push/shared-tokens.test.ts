import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { TokenHosts } from "../../src/index.ts";
import { counting, faulty } from "../fault-injection.ts";
import { FAR_START, fireAlarms } from "../lease-client.ts";
import { MINUTE, World } from "../world.ts";
import { HostSocket, shareClock } from "./socket-client.ts";

/* Sockets of a token that is limited to no host: they end with it, also while nothing is said on them. */

const SECOND = 1000;

const objectOf = (tokenId: number) => env.TOKEN_HOSTS.getByName(String(tokenId));

/** Fires the alarm of a token's object, if it is due. Gives whether it was. */
const fireTokenAlarm = (world: World, tokenId: number): Promise<boolean> =>
  runInDurableObject(objectOf(tokenId), async (object: TokenHosts, { storage }) => {
    const at = await storage.getAlarm();
    if (at === null || at > world.now) return false;
    await storage.deleteAlarm();
    await object.alarm({ scheduledTime: at, isRetry: false, retryCount: 0 });
    return true;
  });

/** The hosts that a token's object knows. */
const knownHosts = (tokenId: number): Promise<unknown[]> =>
  runInDurableObject(objectOf(tokenId), (_: TokenHosts, { storage }) =>
    storage.sql.exec("SELECT id, tell_at FROM hosts ORDER BY id").toArray(),
  );

/** A token, and a socket of it on each of so many hosts, silent for a minute. */
const connected = async (world: World, hosts: number) => {
  const token = await world.token("host");
  const tokenId = (await env.DB.prepare("SELECT MAX(id) AS id FROM tokens").first<number>("id")) ?? 0;
  const hostIds: number[] = [];
  const sockets: HostSocket[] = [];
  for (let host = 0; host < hosts; host++) {
    const { hostId } = await world.ready({ jobs: 0 });
    hostIds.push(hostId);
    sockets.push(await HostSocket.ready(world, hostId, {}, { token }));
  }
  world.advance(MINUTE);
  for (const hostId of hostIds) await fireAlarms(world, hostId);
  return { token, tokenId, hostIds, sockets, path: `/api/v3/tokens/${tokenId}` };
};

const fireAll = async (world: World, tokenId: number, hostIds: readonly number[]) => {
  await fireTokenAlarm(world, tokenId);
  for (const hostId of hostIds) await fireAlarms(world, hostId);
};

test("a revoked token closes its sockets on all of its hosts, and those of no other token", async () => {
  const world = shareClock(new World({ now: FAR_START }));
  const { tokenId, hostIds, sockets, path } = await connected(world, 3);
  const [firstHost = 0] = hostIds;
  const others = await HostSocket.ready(
    world,
    firstHost,
    { owner: "others" },
    { token: await world.token("host") },
  );
  expect(await world.delete(path)).toMatchObject({ status: 200 });
  await fireAll(world, tokenId, hostIds);
  for (const socket of sockets) expect(await socket.untilClosed()).toMatchObject({ code: 4401 });
  expect(await others.ask("ready", { slots: 1 })).toMatchObject({ status: 200 });
});

test("a rotated token's sockets stay while its old secret is good, and then end", async () => {
  const world = shareClock(new World({ now: FAR_START }));
  const { tokenId, hostIds, sockets, path } = await connected(world, 2);
  expect(await world.post(`${path}/rotate`, { overlap_minutes: 5 })).toMatchObject({ status: 201 });
  await fireAll(world, tokenId, hostIds);
  for (const socket of sockets)
    expect(await socket.ask("ready", { slots: 1 })).toMatchObject({ status: 200 });
  world.advance(5 * MINUTE);
  for (const hostId of hostIds) await fireAlarms(world, hostId);
  for (const socket of sockets) expect(await socket.untilClosed()).toMatchObject({ code: 4401 });
});

test("a token that was revoked by a Worker that died then is read again within 30 s", async () => {
  const { seam, fail } = faulty();
  const world = shareClock(new World({ now: FAR_START, seam }));
  const { tokenId, hostIds, sockets, path } = await connected(world, 2);
  fail({ to: "tokens", only: "changes", nth: 2, times: 99, when: "before" });
  expect(await world.delete(path)).toMatchObject({ status: 200 });
  await fireAll(world, tokenId, hostIds);
  for (const socket of sockets)
    expect(await socket.ask("ready", { slots: 0 })).toMatchObject({ status: 200 });
  world.advance(25 * SECOND);
  await fireAll(world, tokenId, hostIds);
  for (const socket of sockets) expect(await socket.untilClosed()).toMatchObject({ code: 4401 });
});

test("a token that is revoked while its own object is away is revoked, and the answer says to try again", async () => {
  const { seam, fail } = faulty();
  const world = shareClock(new World({ now: FAR_START, seam }));
  const { token, tokenId, hostIds, sockets, path } = await connected(world, 1);
  fail({ to: "tokens", times: 99, when: "before" });
  expect(await world.delete(path)).toMatchObject({ status: 503 });
  world.advance(30 * SECOND);
  expect(await world.get("/api/v3/projects", { token })).toMatchObject({ status: 401 });
  fail();
  expect(await world.delete(path)).toMatchObject({ status: 200 });
  await fireAll(world, tokenId, hostIds);
  for (const socket of sockets) expect(await socket.untilClosed()).toMatchObject({ code: 4401 });
});

test("a token is not rotated while its own object is away: its sockets would stay", async () => {
  const { seam, fail } = faulty();
  const world = shareClock(new World({ now: FAR_START, seam }));
  const { path, token } = await connected(world, 1);
  fail({ to: "tokens", times: 99, when: "before" });
  expect(await world.post(`${path}/rotate`, { overlap_minutes: 0 })).toMatchObject({ status: 503 });
  fail();
  world.advance(MINUTE);
  expect(await world.get("/api/v3/automation/hosts", { token })).not.toMatchObject({ status: 401 });
});

test("a token that is revoked as its socket opens closes it within 30 s", async () => {
  const world = shareClock(new World({ now: FAR_START }));
  const token = await world.token("host");
  const { hostId } = await world.ready({ jobs: 0 });
  const socket = await HostSocket.ready(world, hostId, {}, { token });
  // Its object was told before the host was known to it.
  await env.DB.prepare("UPDATE tokens SET revoked_at = ? WHERE id = (SELECT MAX(id) FROM tokens)")
    .bind(world.now)
    .run();
  world.advance(25 * SECOND);
  await fireAlarms(world, hostId);
  expect(await socket.untilClosed()).toMatchObject({ code: 4401 });
});

test("an unchanged token is read once after its socket opened, and then not while the socket is silent", async () => {
  const world = shareClock(new World({ now: FAR_START }));
  const { hostIds, sockets } = await connected(world, 1);
  for (let minute = 0; minute < 10; minute++) {
    world.advance(MINUTE);
    for (const socket of sockets) socket.keepAlive();
    for (const hostId of hostIds) expect(await fireAlarms(world, hostId)).toBe(0);
  }
});

test("a host without a socket of the token is forgotten when it is told", async () => {
  const world = shareClock(new World({ now: FAR_START }));
  const { tokenId, hostIds, sockets, path } = await connected(world, 2);
  const [gone = 0, stays = 0] = hostIds;
  expect(await knownHosts(tokenId)).toEqual([
    { id: gone, tell_at: null },
    { id: stays, tell_at: null },
  ]);
  sockets[0]?.socket.close(1000);
  await sockets[0]?.untilClosed();
  await HostSocket.ready(world, gone, {}, { token: await world.token("host") });
  await world.post(`${path}/rotate`, { overlap_minutes: 5 });
  await fireAll(world, tokenId, hostIds);
  expect(await knownHosts(tokenId)).toEqual([{ id: stays, tell_at: null }]);
});

test("revoking a token whose hosts have sockets takes no more of D1 than one that has none", async () => {
  const { seam, counts } = counting();
  const world = shareClock(new World({ now: FAR_START, seam }));
  const { path } = await connected(world, 3);
  await world.token("host");
  const unused = (await env.DB.prepare("SELECT MAX(id) AS id FROM tokens").first<number>("id")) ?? 0;
  const costOf = async (of: string) => {
    counts.reset();
    await world.delete(of);
    return {
      statements: counts.statements.length,
      tokenCalls: counts.tokenCalls,
      objectCalls: counts.objectCalls,
    };
  };
  const cost = await costOf(path);
  expect(cost).toMatchObject({ tokenCalls: 2, objectCalls: {} });
  expect(await costOf(`/api/v3/tokens/${unused}`)).toEqual(cost);
});
