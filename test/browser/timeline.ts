import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { jobPath, makeSchedule, makeThings, report, type Things } from "./fixtures.ts";
import { atDesk, signedIn } from "./person.ts";

let things: Things;
let running: number;
let failed: number;
const path = () => "/console/timeline?q=Lanes&span=1h";
const barOf = (page: Page, job: number) => page.locator(`#job-${job} .bar`).first();

describe("the timeline", () => {
  beforeAll(async () => {
    things = await makeThings("Lanes");
    ({ job: failed } = await makeSchedule(things, { name: "It failed" }));
    for (const status of ["RUNNING", "FAILED"]) await report(things.project, failed, { status });
    ({ job: running } = await makeSchedule(things, { name: "It goes on" }));
    await report(things.project, running, { status: "RUNNING" });
  });

  test("leads by mouse from a bar to its job, and to other times by its buttons", async () => {
    const page = await atDesk();
    await page.goto(path());
    const bar = barOf(page, failed);
    expect(await bar.locator("..").locator("title").textContent()).toContain("It failed");
    await bar.click();
    await page.waitForURL(`**${jobPath(things, failed)}`);
    await page.goBack();
    await page.getByRole("link", { name: "Earlier" }).click();
    await page.getByRole("link", { name: "Earlier" }).click();
    await page.waitForURL(/at=\d{8}T\d{4}Z/);
    expect(await page.locator(`#job-${failed}`).count()).toBe(0);
    await page.getByRole("link", { name: "Now", exact: true }).click();
    await barOf(page, failed).waitFor();
    await page.getByRole("link", { name: "24 h", exact: true }).click();
    await page.waitForURL("**/console/timeline?q=Lanes");
    await page.locator(".axis a").first().click();
    await page.waitForURL(/span=6h&at=/);
  });

  test("leads by the keyboard alone to its table and on to a job", async () => {
    const page = await atDesk();
    await page.goto(path());
    await page.getByLabel("Only with jobs").focus();
    const press = async (name: string) => {
      for (let presses = 0; presses < 30; presses++) {
        await page.keyboard.press("Tab");
        const focused = await page.evaluate(() => {
          const { activeElement: element } = document;
          const width = element ? getComputedStyle(element).outlineWidth : "0px";
          return {
            text: element?.textContent ?? "",
            isSeen: Number.parseFloat(width) > 0,
            isDrawn: element?.closest("svg") != null,
          };
        });
        expect(focused.isDrawn, "the table stands for the bars").toBe(false);
        if (!focused.text.startsWith(name)) continue;
        expect(focused.isSeen, name).toBe(true);
        await page.keyboard.press("Enter");
        return;
      }
      throw new Error(`Tab does not reach ${name}`);
    };
    await press("Table");
    await page.waitForURL(/as=table/);
    await page.getByRole("columnheader", { name: "Outcome" }).waitFor();
    const row = page.getByRole("row", { name: /It failed/ });
    expect(await row.textContent()).toContain("Failed");
    await page.getByLabel("Only with jobs").focus();
    await press("It failed");
    await page.waitForURL(`**${jobPath(things, failed)}`);
  });

  test("is searched by its form, whose address stays short", async () => {
    const page = await atDesk();
    await page.goto("/console/timeline");
    await page.getByLabel("Name").fill("Lanes agent");
    await page.getByLabel("Lanes", { exact: true }).selectOption("Agents");
    await page.getByRole("button", { name: "Show" }).click();
    await page.waitForURL("**/console/timeline?by=agent&q=Lanes+agent");
    expect(await page.locator(".lane").count()).toBe(1);
    await barOf(page, running).waitFor();
  });

  test("keeps itself up while it is looked at", async () => {
    // In a lane of its own: short bars that begin together are drawn as one.
    const own = await makeThings("Kept up");
    const { job } = await makeSchedule(own, { name: "It will end" });
    await report(own.project, job, { status: "RUNNING" });
    const page = await atDesk();
    await page.goto("/console/timeline?q=Kept+up&span=1h");
    await page.locator(`#job-${job} .bar.running`).waitFor();
    const link = await page.evaluateHandle((id) => document.getElementById(id), `job-${job}`);
    await report(own.project, job, { status: "COMPLETED" });
    await page.locator(`#job-${job} .bar.completed`).waitFor();
    const isSame = await link.evaluate((old, id) => old === document.getElementById(id), `job-${job}`);
    expect(isSame, "the link under the pointer stays").toBe(true);
  });

  test("is drawn without scripts, and in 360 px", async () => {
    const { page } = await signedIn({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
    await page.goto("/console/timeline?q=Lanes&span=6h");
    await page.locator(".lane .running").first().waitFor({ state: "attached" });
    const box = await page.locator(".lane svg").first().boundingBox();
    expect(box?.width).toBeGreaterThan(250);
    await page.getByRole("link", { name: "Table" }).click();
    await page
      .getByRole("row", { name: /Running/ })
      .first()
      .waitFor();
  });

  test("is on the pages of its host and its schedule, each with the time that was chosen", async () => {
    const page = await atDesk();
    await page.goto(`/console/hosts/${things.host}`);
    await barOf(page, running).waitFor({ state: "attached" });
    await page.getByRole("link", { name: "6 h" }).click();
    await page.waitForURL(`**/console/hosts/${things.host}?span=6h`);
    await page.getByRole("link", { name: "Table" }).click();
    await page.waitForURL(`**/console/hosts/${things.host}?span=6h&as=table`);
    await page.getByRole("row", { name: /It goes on/ }).waitFor();
  });
});
