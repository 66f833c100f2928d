import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { z } from "zod";
import { Counts, standingAround } from "../fault-injection.ts";
import { jobsIn, MINUTE, START, World } from "../world.ts";

/** A part of a host's day. No part depends on the hour: a day is 24 of these. */
const HOURS = 1;
const WINDOW = 30;
const DAY = START + WINDOW * MINUTE;

const isWrite = (statement: string): boolean => /^\s*(insert|update|delete)/i.test(statement);

/** A host with a token of its own and no others near: each call finds an isolate and an object that just woke up. */
const aloneFor = async () => {
  const world = new World();
  const ready = await world.ready();
  const limits = { scope: "host", host_server_id: ready.hostId };
  const { body } = await world.post("/api/v3/tokens", { name: "own", ...limits });
  const { token } = z.object({ token: z.string() }).parse(body);
  const counts = new Counts();
  /** When D1 was read, and when it was written; in minutes. */
  const reads: number[] = [];
  const writes: number[] = [];
  let now = START;
  const seam = standingAround(async (trip, go) => {
    counts.note(trip);
    if (trip.to === "d1") (trip.statements.some(isWrite) ? writes : reads).push((now - DAY) / MINUTE);
    return go();
  });
  const call = async (at: number, use: (world: World) => Promise<{ status: number }>) => {
    now = at;
    await evictDurableObject(env.HOST.getByName(String(ready.hostId)));
    expect(await use(new World({ now, seam }))).toMatchObject({ status: 200 });
  };
  const ping = (at: number) => call(at, (own) => own.ping(ready.hostId, ready.guid, { token }));
  const poll = (at: number) =>
    call(at, async (own) => {
      const answer = await own.poll(ready.hostId, { from: at - 60 * MINUTE, token });
      expect(jobsIn(answer)).toEqual([]);
      return answer;
    });
  return { counts, reads, writes, ping, poll };
};

const most = (times: readonly number[], minutes: number): number =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + minutes).length), 0);

test("a host's own day without jobs costs one D1 write a half hour, and one D1 read in ten minutes", async () => {
  const { counts, reads, writes, ping, poll } = await aloneFor();
  // What a host costs once: its token is looked up, and its object learns a minute after it was registered.
  for (const minute of [-2, -1]) {
    await poll(DAY + minute * MINUTE);
    await ping(DAY + (minute + 0.5) * MINUTE);
  }
  for (const known of [reads, writes]) known.length = 0;
  counts.reset();
  for (let minute = 0; minute < HOURS * 60; minute++) {
    const at = DAY + minute * MINUTE;
    if (minute % 5 === 0) await ping(at);
    await poll(at + MINUTE / 2);
  }
  console.log(
    `${HOURS} h of one host's own day: ${writes.length} D1 writes, ${reads.length} D1 reads; object ${JSON.stringify(counts.objectCalls)}`,
  );
  expect(counts.d1RoundTrips).toBe(reads.length + writes.length);
  expect(most(writes, WINDOW)).toBe(1);
  expect(writes).toHaveLength((HOURS * 60) / WINDOW);
  expect(most(reads, 10)).toBe(1);
  expect(reads.length).toBeLessThanOrEqual((HOURS * 60) / 10);
  expect(counts.objectCalls).toEqual({
    ping: 12,
    recorded: 2,
    nothingDue: 60,
    learnNothingDue: reads.length,
  });
}, 60_000);
