import { expect, test } from "vitest";
import { failureGroup } from "../../src/reports/failure-group.ts";

test.each([
  ["expected 4 to be 5 // Object.is equality", "expected <n> to be <n> // Object.is equality"],
  ["Timeout of 5000ms exceeded after 1.2 s", "Timeout of <n>ms exceeded after <n> s"],
  ["connect ECONNREFUSED 127.0.0.1:54321", "connect ECONNREFUSED <address>"],
  ["connect ECONNREFUSED db.internal:5432", "connect ECONNREFUSED db.internal:<port>"],
  ["no order 6f1c2f64-3f0e-4f1b-9a53-0d7b0a6a2c11", "no order <id>"],
  ["no commit 90f0a2e1c4", "no commit <id>"],
  ["token tk_live_9aZk2Pq0Lm3Nf8Rt is stale", "token <id> is stale"],
  [
    "Method BasketTest.after()[pri:0, instance:BasketTest@2a2d45ba]",
    "Method BasketTest.after()[pri:<n>, instance:BasketTest@<address>]",
  ],
  ["segfault at 0x7ffd3c1e", "segfault at <address>"],
  ["not before 2026-01-05T08:00:00.123Z", "not before <time>"],
  ["late at 08:00:01", "late at <time>"],
  ["at shop/basket.js:12:5", "at shop/basket.js:<n>:<n>"],
  ["\u001b[31mred\u001b[39m  and\tblue", "red and blue"],
  ["first line\nsecond line", "first line"],
  ["the facade of a decade is a defaced cafe", "the facade of a decade is a defaced cafe"],
  ["", ""],
  [null, ""],
])("the group of %j is %j", (message, group) => {
  expect(failureGroup(message)).toBe(group);
});

test("a group is at most 300 characters, and takes time by its message's length", () => {
  const long = "a1".repeat(4_000_000);
  expect(failureGroup(`x ${long}`).length).toBeLessThanOrEqual(300);
});
