import { expect, test, vi } from "vitest";
import { z } from "zod";
import { makeSchedule } from "../scheduling.ts";
import { HOUR, START, World } from "../world.ts";

const DAY = 24 * HOUR;

const plannedIn = (line: unknown): number | undefined =>
  z.object({ step: z.literal("planning"), planned: z.int() }).safeParse(line).data?.planned;

test("one tick plans more jobs than 80,000 hosts of 20 jobs a day have in half an hour", async () => {
  const world = new World({ now: START + 500 * DAY });
  const ready = await world.ready();
  const paths: string[] = [];
  for (let number = 0; number < 70; number++) {
    paths.push(
      (await makeSchedule(world, ready, { cron: "* * * * *", start_date: "2027-09-01T00:00:00Z" })).path,
    );
  }
  world.now = Date.parse("2027-10-01T00:00:00Z");
  const lines: string[] = [];
  const spy = vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
  await world.tick().finally(() => spy.mockRestore());
  const logged = lines.map((line): unknown => JSON.parse(line)).find((line) => plannedIn(line) !== undefined);
  expect(plannedIn(logged)).toBeGreaterThanOrEqual(34_000);
});
