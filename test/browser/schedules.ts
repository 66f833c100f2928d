import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { call, jobPath, makeSchedule, makeThings, report, type Things } from "./fixtures.ts";
import { atDesk, signedIn } from "./person.ts";
import { pressOn } from "./press.ts";

let things: Things;
const list = () => `/console/schedules?project=${things.project}`;
const blackouts = () => `/console/projects/${things.project}/blackouts`;
const rowOf = (page: Page, name: string) => page.getByRole("row", { name: new RegExp(name) });
const daily = (name: string) =>
  makeSchedule(things, { name, cron: "15 6 * * MON-FRI", start_date: undefined, overlap: "allow" });

const ICS = `BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20961224
SUMMARY:Eve
END:VEVENT
END:VCALENDAR`;

describe("the rows of schedules", () => {
  beforeAll(async () => {
    things = await makeThings("Rows");
  });

  test("run now and pause in the row, by mouse: the row stays, and the job is a link away", async () => {
    const { schedule } = await daily("By mouse");
    const page = await atDesk();
    await page.goto(list());
    const row = rowOf(page, "By mouse");
    await row.getByText("Mondays to Fridays 06:15").waitFor();
    const place = await row.getByRole("button", { name: "Pause By mouse" }).boundingBox();
    await row.getByRole("button", { name: "Run now By mouse" }).click();
    const link = page.getByRole("link", { name: /^To job #\d+$/ });
    await link.waitFor();
    expect(page.url()).toContain(list());
    await row.getByRole("button", { name: "Pause By mouse" }).click();
    await page.getByText("The schedule is paused").waitFor();
    await row.getByText("Paused", { exact: true }).waitFor();
    await row.getByRole("button", { name: "Resume By mouse" }).click();
    await page.getByText("The schedule goes on.").waitFor();
    expect(place?.height).toBeGreaterThan(0);
    await row
      .locator(".marks a")
      .first()
      .waitFor({ state: "attached" })
      .catch(() => undefined);
    await page.goto(`/console/projects/${things.project}/schedules/${schedule}`);
    await page.getByRole("button", { name: "Run now" }).click();
    await link.click();
    await page.getByRole("heading", { name: /By mouse/ }).waitFor();
  });

  test("the same by the keyboard alone", async () => {
    await daily("By keys");
    const page = await atDesk();
    await page.goto(`${list()}&q=By+keys`);
    await pressOn(page, "Run now By keys");
    await page.getByRole("link", { name: /^To job #\d+$/ }).waitFor();
    await page.locator("#main").focus();
    await pressOn(page, "Pause By keys");
    await page.getByText("The schedule is paused").waitFor();
  });

  test("the same at 360 px, where nothing is beyond the edge", async () => {
    await daily("On a phone");
    const { page } = await signedIn({ viewport: { width: 360, height: 740 }, hasTouch: true });
    await page.goto(`${list()}&q=On+a+phone`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    await page.getByRole("button", { name: "Run now On a phone" }).tap();
    await page.getByRole("link", { name: /^To job #\d+$/ }).waitFor();
    await page.getByRole("button", { name: "Pause On a phone" }).tap();
    await page.getByText("The schedule is paused").waitFor();
  });

  test("the last runs are marks of one size that lead to their jobs, and keep up", async () => {
    const { schedule, job } = await daily("Marked");
    const runs: number[] = [];
    for (const status of ["FAILED", "COMPLETED"]) {
      const ran = await call("POST", `/projects/${things.project}/automation/schedules/${schedule}/run-now`);
      runs.push(Number(ran.job_id));
      await report(things.project, Number(ran.job_id), { status: "RUNNING" });
      await report(things.project, Number(ran.job_id), { status });
    }
    const page = await atDesk();
    await page.goto(`${list()}&q=Marked`);
    const marks = rowOf(page, "Marked").locator(".marks a");
    await marks.nth(1).waitFor();
    expect(await marks.first().getAttribute("title")).toMatch(/^Failed, \d+ \w{3} \d\d:\d\d$/);
    const boxes = await marks.evaluateAll((all) => all.map((mark) => mark.getBoundingClientRect().width));
    expect(new Set(boxes).size).toBe(1);
    const kept = await marks.first().elementHandle();
    const ran = await call("POST", `/projects/${things.project}/automation/schedules/${schedule}/run-now`);
    await report(things.project, Number(ran.job_id), { status: "RUNNING" });
    await rowOf(page, "Marked").locator(".marks a.running:nth-child(3)").waitFor();
    expect(kept).not.toBeNull();
    await marks.first().click();
    await page.waitForURL(`**${jobPath(things, runs[0] ?? 0)}`);
    expect(job).toBeGreaterThan(0);
  });

  test("rows do not move under the pointer that is about to act", async () => {
    const own = await makeThings("Still");
    const first = await makeSchedule(own, { name: "Goes away", cron: "0 3 * * *", start_date: undefined });
    await makeSchedule(own, { name: "Older", cron: "0 3 * * *", start_date: undefined });
    const page = await atDesk();
    await page.goto(`/console/schedules?project=${own.project}`);
    await page.getByRole("button", { name: "Pause Goes away" }).hover();
    const before = await page.getByRole("button", { name: "Pause Goes away" }).boundingBox();
    await call("DELETE", `/projects/${own.project}/automation/schedules/${first.schedule}`);
    await page.waitForTimeout(3000);
    expect(await page.getByRole("button", { name: "Pause Goes away" }).boundingBox()).toEqual(before);
    await page.mouse.move(5, 5);
    await page.getByRole("button", { name: "Pause Goes away" }).waitFor({ state: "detached" });
  });

  test("a schedule is made from a usual time and a zone of the list, and duplicated", async () => {
    const page = await atDesk();
    await page.goto(`/console/projects/${things.project}/schedules/new`);
    await page.getByLabel("Name").fill("From usual times");
    await page.getByLabel("Again and again").check();
    await page.getByRole("button", { name: "Workdays" }).click();
    expect(await page.getByLabel("Cron").inputValue()).toBe("15 6 * * MON-FRI");
    await page.locator("#preview").getByText("Mondays to Fridays 06:15").waitFor();
    expect(await page.locator("#zones option").count()).toBeGreaterThan(300);
    await page.getByLabel("Time zone").fill("Asia/Tokyo");
    await page.getByRole("button", { name: "Make the schedule" }).click();
    await page.getByText("The schedule is made.").waitFor();
    await page.getByRole("link", { name: "Duplicate" }).click();
    expect(await page.getByLabel("Name").inputValue()).toBe("Copy of From usual times");
    expect(await page.getByLabel("Time zone").inputValue()).toBe("Asia/Tokyo");
    await page.getByRole("button", { name: "Make the schedule" }).click();
    await page.getByRole("heading", { name: "Copy of From usual times" }).waitFor();
  });

  test("a blackout is previewed, made from days and from a calendar file, and deleted", async () => {
    await daily("Left out");
    const page = await atDesk();
    await page.goto(`/console/calendar?project=${things.project}`);
    await page.getByRole("link", { name: "Blackouts" }).click();
    await page.getByLabel("Name").fill("Between the years");
    await page.getByLabel("Days").fill("2096-12-24/2097-01-01");
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByText("One span").waitFor();
    await page.getByRole("button", { name: "Make the blackout" }).click();
    await page.getByText("The blackout is there").waitFor();
    await page.getByLabel("Name").fill("Feasts");
    await page.getByLabel("Calendar file").setInputFiles({
      name: "feasts.ics",
      mimeType: "text/calendar",
      buffer: Buffer.from(ICS),
    });
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByText("Eve", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Make the blackout" }).click();
    await rowOf(page, "Feasts").getByText("24 Dec 2096").waitFor();
    await rowOf(page, "Feasts").getByText("Delete…").click();
    await rowOf(page, "Feasts").getByRole("button", { name: "Delete it" }).click();
    await page.getByText("The blackout is deleted.").waitFor();
    expect(await rowOf(page, "Between the years").count()).toBe(1);
  });

  test("the same by the keyboard alone, and at 360 px", async () => {
    const { page } = await signedIn({ viewport: { width: 360, height: 740 } });
    await page.goto(blackouts());
    await page.getByLabel("Name").focus();
    await page.keyboard.type("By keys");
    await page.keyboard.press("Tab");
    await page.keyboard.type("2096-05-01");
    await pressOn(page, "Preview");
    await page.getByText("One span").waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    await page.locator("#main").focus();
    await pressOn(page, "Make the blackout");
    await page.getByText("The blackout is there").waitFor();
    await page.locator("#main").focus();
    await pressOn(page, "Delete… By keys");
    await pressOn(page, "Delete it");
    await page.getByText("The blackout is deleted.").waitFor();
  });
});
