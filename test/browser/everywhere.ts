import { expect, test } from "vitest";
import { call, jobPath, makeSchedule, makeThings, report } from "./fixtures.ts";
import { setVisibility } from "./live-page.ts";
import { atDesk, signedIn } from "./person.ts";

test("on a narrow screen the menu shows all, in reach of a thumb, by touch and by keyboard", async () => {
  const { page } = await signedIn({ viewport: { width: 360, height: 740 }, hasTouch: true });
  await page.goto("/console/hosts");
  const menu = page.getByRole("button", { name: "Menu" });
  expect((await menu.boundingBox())?.y).toBeGreaterThan(600);
  await menu.tap();
  const nav = page.getByRole("navigation", { name: "Main" });
  for (const label of [
    "Overview",
    "Timeline",
    "Hosts",
    "Agents",
    "Jobs",
    "Schedules",
    "Calendar",
    "Tokens",
    "Audit",
  ]) {
    const box = await nav.getByRole("link", { name: label }).boundingBox();
    expect(box?.height, label).toBeGreaterThanOrEqual(44);
    expect((box?.y ?? 0) + (box?.height ?? 0), label).toBeLessThanOrEqual(740);
  }
  await nav.getByRole("link", { name: "Schedules" }).tap();
  await page.waitForURL("**/console/schedules");
  await menu.focus();
  await page.keyboard.press("Enter");
  await nav.getByRole("link", { name: "Jobs" }).waitFor();
  await page.keyboard.press("Escape");
  await nav.waitFor({ state: "hidden" });
});

test("on a narrow screen the actions of a page are in reach of a thumb, and do what they say", async () => {
  const things = await makeThings("Thumb");
  const { job } = await makeSchedule(things, { name: "Reached" });
  const page = await atDesk();
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(jobPath(things, job));
  const cancel = page.getByText("Cancel…");
  expect((await cancel.boundingBox())?.y).toBeGreaterThan(500);
  await cancel.click();
  await page.getByRole("button", { name: "Cancel this job" }).click();
  await page.getByText("The job is cancelled.").waitFor();
  await page.goto("/console/schedules");
  const made = page.getByRole("link", { name: "New schedule" });
  expect((await made.boundingBox())?.y).toBeGreaterThan(500);
  await made.click();
  await page.waitForURL("**/schedules/new**");
});

test("a chosen project stays from page to page, until all are chosen again", async () => {
  const things = await makeThings("Staying");
  const other = await makeThings("Elsewhere");
  for (const each of [things, other]) await makeSchedule(each, { name: `Of project ${each.project}` });
  const { page } = await signedIn();
  await page.goto("/console/jobs");
  await page.getByRole("link", { name: "All projects" }).click();
  await page.getByLabel("Search").fill("staying");
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByRole("button", { name: "Staying project" }).click();
  await page.waitForURL("**/console/jobs");
  for (const list of ["Jobs", "Schedules"]) {
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: list }).click();
    await page
      .getByRole("link", { name: `Of project ${things.project}` })
      .first()
      .waitFor();
    expect(await page.getByRole("link", { name: `Of project ${other.project}` }).count()).toBe(0);
  }
  await page.getByRole("link", { name: "Staying project" }).click();
  await page.getByRole("button", { name: "All projects" }).focus();
  await page.keyboard.press("Enter");
  await page
    .getByRole("link", { name: `Of project ${other.project}` })
    .first()
    .waitFor();
});

test("the title and the icon say what failed while the tab was away", async () => {
  const things = await makeThings("Away");
  const { job } = await makeSchedule(things, { name: "Fails unseen" });
  await report(things.project, job, { status: "RUNNING" });
  const { page } = await signedIn();
  await page.clock.install();
  await page.goto("/console/jobs");
  const title = await page.title();
  await page.waitForFunction(() => document.querySelector(".badge") !== null);
  await setVisibility(page, "hidden");
  await page.waitForTimeout(1100);
  await report(things.project, job, { status: "FAILED" });
  await page.clock.runFor(70_000);
  await page.waitForFunction(() => document.title.startsWith("(1 failed) "));
  expect(await page.locator('link[rel="icon"]').getAttribute("href")).toBe("/assets/muster-failed.svg");
  await setVisibility(page, "visible");
  expect(await page.title()).toBe(title);
  expect(await page.locator('link[rel="icon"]').getAttribute("href")).toBe("/assets/muster.svg");
});

test("badges in the menu say what runs and failed, and what has just changed is marked for a moment", async () => {
  const things = await makeThings("Badges");
  const { job } = await makeSchedule(things, { name: "Marked" });
  await makeSchedule(things, { name: "Still" });
  const page = await atDesk();
  await page.goto(`/console/jobs?project=${things.project}`);
  await page.getByRole("row", { name: "Still" }).waitFor();
  await report(things.project, job, { status: "RUNNING" });
  await page.locator("tr.changed").filter({ hasText: "Marked" }).waitFor();
  expect(await page.locator("tr.changed").count()).toBe(1);
  await page.waitForFunction(() => document.querySelector("tr.changed") === null);
  await page.reload();
  const jobs = page
    .getByRole("navigation", { name: "Main" })
    .getByRole("link", { name: /^Jobs \d+\+? running/ });
  await jobs.waitFor();
  await report(things.project, job, { status: "FAILED" });
  await page.goto("/console/hosts");
  await page.getByRole("link", { name: /^Overview \d+\+? failed in 24 h/ }).waitFor();
  await page.getByRole("link", { name: "Add host" }).waitFor();
});

test("the way to a page leads back, and weeks start as the reader's language says", async () => {
  const things = await makeThings("Crumbs");
  const { job } = await makeSchedule(things, { name: "Deep" });
  await call("GET", `/projects/${things.project}`);
  const { page } = await signedIn({ locale: "en-US" });
  await page.goto(jobPath(things, job));
  const way = page.getByRole("navigation", { name: "Breadcrumbs" });
  await way.getByRole("link", { name: "Deep" }).click();
  await page.getByRole("heading", { name: "Deep" }).waitFor();
  await way.getByRole("link", { name: "Schedules" }).click();
  await page.waitForURL("**/console/schedules");
  await page.goto(`/console/calendar?project=${things.project}`);
  expect(await page.locator("thead th").first().textContent()).toBe("Sun");
  const { page: german } = await signedIn({ locale: "de-DE" });
  await german.goto(`/console/calendar?project=${things.project}`);
  expect(await german.locator("thead th").first().textContent()).toBe("Mon");
});
