import { describe, expect, test } from "vitest";
import { arrive, signedIn } from "./person.ts";

describe("the documentation", () => {
  test("is searched by the keyboard alone, and leads to what was found", async () => {
    const { page } = await arrive();
    await page.goto("/docs");
    await page.keyboard.press("/");
    await page.keyboard.type("lease_lost");
    await page.locator("#found a").first().waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/docs/errors#lease_lost");
    await page.getByRole("heading", { name: "lease_lost" }).waitFor();
  });

  test("says what it did not find, and closes with Escape", async () => {
    const { page } = await arrive();
    await page.goto("/docs/hosts");
    await page.getByLabel("Search the documentation").fill("zzzzzz");
    await page.getByText('Nothing has "zzzzzz".').waitFor();
    await page.keyboard.press("Escape");
    expect(await page.locator("#found").isVisible()).toBe(false);
  });

  test("has the service's own address in its commands", async () => {
    const { page } = await arrive();
    await page.goto("/docs/start");
    const { origin } = new URL(page.url());
    await page.getByText(`export MUSTER_URL=${origin}`).waitFor();
  });

  test("is read without scripts, its search left out", async () => {
    const { page } = await arrive({ javaScriptEnabled: false });
    await page.goto("/docs/hosts");
    await page.getByRole("heading", { name: "On a bad day" }).waitFor();
    expect(await page.locator("#sought").isVisible()).toBe(false);
  });

  test("is where a page of the console leads, to its own place", async () => {
    const { page } = await signedIn();
    await page.goto("/console/schedules");
    await page.getByRole("link", { name: "Documentation" }).click();
    await page.getByRole("heading", { name: "Schedules", level: 1 }).waitFor();
    await page.getByRole("link", { name: "Console" }).click();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
  });
});
