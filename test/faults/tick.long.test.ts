import { test } from "vitest";
import { dieInTick, failOneStep } from "./tick.ts";

const TEN_MINUTES = 10 * 60_000;

test(
  "whichever call of a step of the tick fails, the other steps run, and the next tick does its work",
  {
    timeout: TEN_MINUTES,
  },
  () => failOneStep(1),
);

test("wherever the Worker dies in a tick, the next one does the work", { timeout: TEN_MINUTES }, () =>
  dieInTick(1),
);
