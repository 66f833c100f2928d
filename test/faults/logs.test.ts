import { test } from "vitest";
import { writeUnderFaults } from "./logs.ts";

/** One fault of so many; `npm run test:long` tries each. */
const EVERY = 20;

test.each(["passing", "overloaded", "dead"] as const)(
  "a log loses and doubles no byte, whichever call of the Worker fails (%s) while its objects are evicted",
  (kind) => writeUnderFaults(kind, EVERY),
);
