import { beforeAll, describe, expect, test } from "vitest";
import { jobPath, makeSchedule, makeThings, report, type Things } from "./fixtures.ts";
import { atDesk, signedIn } from "./person.ts";

let things: Things;

const failed = async (name: string) => {
  const made = await makeSchedule(things, { name });
  await report(things.project, made.job, { status: "RUNNING" });
  await report(things.project, made.job, { status: "FAILED" });
  return made;
};

describe("the overview", () => {
  beforeAll(async () => {
    things = await makeThings("Watched");
  });

  test("a failure is run again in its row, and acknowledged for a while, by mouse", async () => {
    await failed("By mouse");
    const page = await atDesk();
    await page.goto("/console");
    await page.getByRole("button", { name: "Run again By mouse" }).click();
    await page.getByText("It runs again").waitFor();
    await page.getByRole("link", { name: /Runs again as #\d+/ }).waitFor();
    await page.getByLabel("Acknowledge for").selectOption("4 hours");
    await page.getByRole("button", { name: "Acknowledge By mouse" }).click();
    await page.getByText("It is acknowledged").waitFor();
    const folded = page.locator("#acknowledged");
    await folded.getByText(/Acknowledged: \d/).click();
    await folded.getByText("acknowledged by admin bootstrap").first().waitFor();
    await folded.getByRole("button", { name: "Ask again about By mouse" }).click();
    await page.getByText("It asks for attention again.").waitFor();
    await page.getByRole("button", { name: "Acknowledge By mouse" }).waitFor();
  });

  test("the same by the keyboard alone", async () => {
    await failed("By keys");
    const page = await atDesk();
    await page.goto("/console");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
    const tabTo = async (wanted: string) => {
      for (let press = 0; press < 120 && (await focused()) !== wanted; press++)
        await page.keyboard.press("Tab");
      expect(await focused()).toBe(wanted);
    };
    await tabTo("Acknowledge By keys");
    await page.keyboard.press("Enter");
    await page.getByText("It is acknowledged").waitFor();
    expect(await page.getByRole("button", { name: "Acknowledge By keys" }).count()).toBe(0);
  });

  test("at 360 px its rows and buttons are in reach, and nothing is wider than the screen", async () => {
    const { job } = await failed("By thumb");
    const { page } = await signedIn({ viewport: { width: 360, height: 740 }, hasTouch: true });
    await page.goto("/console");
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    const button = page.getByRole("button", { name: "Run again By thumb" });
    const box = await button.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(36);
    await button.tap();
    await page.getByText("It runs again").waitFor();
    await page.getByRole("link", { name: `#${job}`, exact: true }).tap();
    await page.waitForURL(`**${jobPath(things, job)}`);
  });

  test("a bar of the chart, and a day of its table, lead to the jobs of that day", async () => {
    await failed("Charted");
    const page = await atDesk();
    await page.goto("/console");
    await page.locator(".chart .day").last().click();
    await page.waitForURL(/\/console\/jobs\?.*ended=/);
    await page.getByRole("link", { name: /Charted #\d+/ }).waitFor();
    await page.goto("/console");
    await page.getByText("The numbers").click();
    await page.locator(".numbers tbody tr").first().getByRole("link").last().click();
    await page.waitForURL(/\/console\/jobs\?.*ended=/);
  });
});
