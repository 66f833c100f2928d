import { test } from "vitest";
import { writeUnderFaults } from "./logs.ts";

test.each(["passing", "overloaded", "dead"] as const)(
  "a log loses and doubles no byte, whichever call of the Worker fails (%s) while its objects are evicted: each",
  { timeout: 10 * 60_000 },
  (kind) => writeUnderFaults(kind, 1),
);
