import { afterAll, expect } from "vitest";
import { issued, keepIssued } from "./issued.ts";
import { faultsIn, refusalsOf } from "./judge.ts";

const endKeeping = keepIssued();

/** Whatever a test file has the product ask of D1 is judged when its tests are through. */
afterAll(async () => {
  endKeeping();
  const refused = refusalsOf(await faultsIn(issued));
  expect(refused, "statements that cost more as the tables grow").toEqual([]);
});
