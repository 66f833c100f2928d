import { afterAll, expect } from "vitest";
import { issued, keepIssued } from "./issued.ts";
import { faultsIn, refusalsOf, refusedByD1 } from "./judge.ts";

const endKeeping = keepIssued();

/** Checks, after the tests of each file, every statement that the product sent to D1. */
afterAll(async () => {
  endKeeping();
  expect(refusedByD1(issued), "functions of more than 32 arguments").toEqual([]);
  const refused = refusalsOf(await faultsIn(issued));
  expect(
    refused,
    "statements that cost more as the tables grow: bound each by a LIMIT or an index, or allow it in allowed.ts and send it in plans.test.ts",
  ).toEqual([]);
});
