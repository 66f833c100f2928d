import { expect, test } from "vitest";
import { allPassing } from "./plan.ts";
import { anHourOn, dieInTick, EVERYTHING, failOneStep, undisturbed } from "./tick.ts";

/** One fault of so many; `npm run test:long` tries each. */
const EVERY = 20;

test("when one step of the tick fails, the others run, and the next tick does its work", () =>
  failOneStep(EVERY));

test("the next tick does the work of one whose Worker died", () => dieInTick(EVERY));

test("a tick whose every call meets transient faults does all its work, once", async () => {
  const calls = await undisturbed();
  const { done, tick, arm } = await anHourOn();
  expect(await tick(...allPassing(calls.length))).toBeUndefined();
  arm();
  expect(await done()).toEqual(EVERYTHING);
});

const LEASE_LOST = { status: 409, body: { code: "lease_lost" } };

test("a leased run past its limit has lost its lease after the tick that failed it", async () => {
  const { tick, arm, renewed } = await anHourOn();
  await tick();
  arm();
  expect(await renewed()).toMatchObject(LEASE_LOST);
});

test("a leased run past its limit has lost its lease though the Worker died once it was failed", async () => {
  const calls = await undisturbed();
  const failing = calls.findIndex((trip) => trip.to === "d1" && trip.statements.join().includes("run_until"));
  expect(failing).toBeGreaterThan(0);
  const { tick, next, renewed } = await anHourOn();
  await tick({ nth: failing + 1, when: "after", kind: "dead" });
  await next();
  expect(await renewed()).toMatchObject(LEASE_LOST);
});
