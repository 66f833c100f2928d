import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { FAR_START } from "../lease-client.ts";
import { jobPath, running } from "../results/junit.ts";
import { type Answer, type Ready, World } from "../world.ts";
import { everyPlan, faultText, type Kind, type Planned, planned } from "./plan.ts";

const UTF_8 = new TextEncoder();
const line = (place: number): string => `line ${String(place).padStart(9, "0")} äö\n`;
const linesOf = (from: number, count: number): Uint8Array =>
  UTF_8.encode(Array.from({ length: count }, (_, place) => line(from + place)).join(""));

/** A short chunk, one that fills a segment, a short one and the end. */
const CHUNKS = [linesOf(0, 10), linesOf(10, 52_428), linesOf(52_438, 10), linesOf(52_448, 5)];
const SEGMENT = CHUNKS[1] ?? new Uint8Array();
const whole = (): string => CHUNKS.map((chunk) => new TextDecoder().decode(chunk)).join("");

/** A run whose host sends these chunks in order, each again until it is taken, and the one before it once more. */
const written = async (...plans: Planned[]) => {
  const { seam, arm, trips } = planned();
  const world = new World({ seam, now: FAR_START });
  const ready = await running(world);
  const path = `${jobPath(ready)}/attempts/1/log`;
  const append = (offset: number, place: number): Promise<Answer> =>
    world.post(`${path}?offset=${offset}${place === CHUNKS.length - 1 ? "&final=true" : ""}`, CHUNKS[place]);
  arm(...plans);
  let [offset, earlier] = [0, 0];
  for (const place of CHUNKS.keys()) {
    let answer = await append(offset, place);
    for (let tries = 1; answer.status >= 500 && tries < 5; tries++) {
      arm();
      await evictBoth(ready);
      answer = await append(offset, place);
    }
    expect(answer.status, answer.text).toBe(200);
    const again = await append(earlier, Math.max(0, place - 1));
    expect(again.status < 300 || place === CHUNKS.length - 1 || again.status >= 500, again.text).toBe(true);
    earlier = offset;
    offset += CHUNKS[place]?.byteLength ?? 0;
  }
  return { world, ready, calls: [...trips()], arm };
};

/** Both objects lose what they have in memory. */
const evictBoth = async ({ hostId, projectId }: Ready): Promise<void> => {
  const results = env.PROJECT_RESULTS.getByName(String(projectId));
  // Only an object that was called can be evicted.
  await results.oldest();
  await evictDurableObject(results);
  await evictDurableObject(env.HOST.getByName(String(hostId)));
};

const textOf = async (world: World, ready: Ready): Promise<string> =>
  (await world.text("GET", `${jobPath(ready)}/log`)).text;

/** Writes a log with one fault of this kind at one call after another, or at one of `every`: no byte is lost or doubled. */
export const writeUnderFaults = async (kind: Kind, every: number): Promise<void> => {
  expect(SEGMENT.byteLength).toBeLessThanOrEqual(1024 * 1024);
  const plain = await written();
  expect((await textOf(plain.world, plain.ready)) === whole()).toBe(true);
  const calls = plain.calls;
  const plans = everyPlan(calls.length, kind).filter((_, place) => place % every === 0);
  for (const plan of plans) {
    const { world, ready, arm } = await written(plan);
    const message = faultText(plan, calls);
    arm();
    expect((await textOf(world, ready)) === whole(), message).toBe(true);
    await evictBoth(ready);
    expect((await textOf(world, ready)) === whole(), message).toBe(true);
    const { objects } = await env.RESULTS.list({ prefix: `projects/${ready.projectId}/` });
    const stored = objects.reduce((sum, { size }) => sum + size, 0);
    expect(stored, message).toBeLessThanOrEqual(UTF_8.encode(whole()).byteLength);
  }
};
