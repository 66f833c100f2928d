import { beforeAll, describe, expect, test } from "vitest";
import { jobPath, makeSchedule, makeThings, type Things } from "./fixtures.ts";
import { signedIn } from "./person.ts";

let things: Things;

describe("times on pages", () => {
  beforeAll(async () => {
    things = await makeThings("Zone");
  });

  const jobPage = (job: number) => jobPath(things, job);

  test("times are in the reader's zone, with UTC on hover", async () => {
    const { job } = await makeSchedule(things, { name: "Zoned", start_date: "2026-01-15T12:00:00Z" });
    for (const [timezoneId, shown] of [
      ["Asia/Tokyo", "21:00"],
      ["America/New_York", "07:00"],
    ] as const) {
      const { page, context } = await signedIn({ timezoneId });
      await context.clearCookies({ name: "muster_zone" });
      await page.goto(jobPage(job));
      const time = page.locator("time", { hasText: shown }).first();
      await time.waitFor();
      expect(await time.getAttribute("title")).toBe("2026-01-15 12:00:00 UTC");
      await page.getByText(timezoneId).waitFor();
      // From then on the server writes them so.
      await page.reload();
      expect(await page.content()).toContain(`data-zone="${timezoneId}"`);
    }
  });
});
