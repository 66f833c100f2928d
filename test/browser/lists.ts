import { expect, test } from "vitest";
import { call, makeSchedule, makeThings, report } from "./fixtures.ts";
import { atDesk, signedIn } from "./person.ts";

test("many jobs are picked by the keyboard alone and run again; those left are told with why", async () => {
  const things = await makeThings("Picked");
  const jobs: number[] = [];
  for (const name of ["First", "Second", "Third"]) jobs.push((await makeSchedule(things, { name })).job);
  const [first = 0, second = 0, third = 0] = jobs;
  for (const job of [first, second]) {
    await report(things.project, job, { status: "RUNNING" });
    await report(things.project, job, { status: "FAILED" });
  }
  const page = await atDesk();
  await page.goto(`/console/jobs?project=${things.project}`);
  await page.getByLabel("Pick all of this page").focus();
  await page.keyboard.press("Space");
  expect(await page.getByLabel(`Pick #${third}`).isChecked()).toBe(true);
  // What is picked stays picked: the list keeps still.
  await report(things.project, third, { status: "RUNNING" });
  await page.waitForTimeout(1500);
  expect(await page.getByLabel(`Pick #${third}`).isChecked()).toBe(true);
  await page.getByRole("button", { name: "Run again" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("2 of 3 jobs run again, 1 not, because:").waitFor();
  await page.getByText(`job ${third} is RUNNING`).waitFor();
  await page.getByRole("link", { name: "Back to the list" }).click();
  await page.waitForURL(/\/console\/jobs\?project=\d+$/);
  expect(await page.locator("tbody tr").count()).toBe(5);
});

test("a row that is picked is not under the bar that shows up", async () => {
  const things = await makeThings("Under the bar");
  const { schedule } = await makeSchedule(things, { cron: "0 3 * * *", start_date: undefined });
  const path = `/projects/${things.project}/automation/schedules/${schedule}/run-now`;
  for (let run = 0; run < 25; run++) await call("POST", path);
  const page = await atDesk();
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`/console/jobs?project=${things.project}`);
  const last = page.getByLabel(/^Pick #/).last();
  await last.click();
  const bar = page.locator(".picked");
  await bar.waitFor();
  await page.waitForFunction(() => {
    const box = [...document.querySelectorAll("[name=pick]")].at(-1)?.closest("tr")?.getBoundingClientRect();
    const top = document.querySelector(".picked")?.getBoundingClientRect().top ?? 0;
    return box !== undefined && box.bottom <= top;
  });
  expect(await last.isChecked()).toBe(true);
});

test("agents are deactivated and activated, many at once, by mouse on a narrow screen", async () => {
  const things = await makeThings("Many agents");
  const page = await atDesk();
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`/console/agents?project=${things.project}`);
  await page.getByLabel("Pick Many agents agent").check();
  await page.getByRole("button", { name: "Deactivate" }).click();
  await page.getByText("1 of 1 agent deactivated.").waitFor();
  await page.getByRole("link", { name: "Back to the list" }).click();
  await page.getByText("Inactive", { exact: true }).last().waitFor();
  await page.getByLabel("Pick Many agents agent").check();
  await page.getByRole("button", { name: "Activate", exact: true }).click();
  await page.getByText("1 of 1 agent activated.").waitFor();
});

test("on a narrow screen a touch sorts a list and picks all of it, and the keyboard sees where it is", async () => {
  const things = await makeThings("Narrow");
  const jobs: number[] = [];
  for (const name of ["Early", "Late"]) jobs.push((await makeSchedule(things, { name })).job);
  const { page } = await signedIn({ viewport: { width: 360, height: 740 }, hasTouch: true });
  await page.goto(`/console/jobs?project=${things.project}`);
  const head = page.getByRole("columnheader");
  await head.getByRole("link", { name: "Job" }).tap();
  await page.waitForURL(/sort=id/);
  await head.getByRole("link", { name: "Job" }).tap();
  await page.waitForURL(/order=oldest/);
  expect(await page.locator("tbody tr").first().textContent()).toContain(`#${jobs[0]}`);
  await page.getByLabel("Pick all of this page").tap();
  for (const job of jobs) expect(await page.getByLabel(`Pick #${job}`).isChecked()).toBe(true);
  const link = head.getByRole("link", { name: "Scheduled" });
  await link.focus();
  const box = await link.boundingBox();
  expect(box?.height ?? 0).toBeGreaterThanOrEqual(18);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});

test("arrow keys go along the last runs of a schedule, newest first, and Enter leads to one", async () => {
  const things = await makeThings("Along");
  const { schedule, job } = await makeSchedule(things, { name: "Run thrice" });
  const path = `/projects/${things.project}/automation/schedules/${schedule}/run-now`;
  const jobs = [job];
  for (let run = 0; run < 2; run++) jobs.push(Number((await call("POST", path)).job_id));
  const page = await atDesk();
  await page.goto(`/console/schedules?project=${things.project}`);
  const marks = page.locator("[data-marks] > a");
  await marks.nth(2).waitFor();
  const at = () => page.evaluate(() => document.activeElement?.getAttribute("href")?.split("/").at(-1));
  // Tab reaches the newest alone.
  expect(await marks.evaluateAll((links) => links.map((link) => link.tabIndex))).toEqual([-1, -1, 0]);
  await page.getByRole("link", { name: "Run thrice" }).focus();
  await page.keyboard.press("Tab");
  expect(await at()).toBe(String(jobs[2]));
  for (const [key, place] of [
    ["ArrowLeft", 1],
    ["ArrowLeft", 0],
    ["ArrowLeft", 0],
    ["ArrowRight", 1],
  ] as const) {
    await page.keyboard.press(key);
    expect(await at(), key).toBe(String(jobs[place]));
  }
  await page.keyboard.press("Enter");
  await page.waitForURL(new RegExp(`/jobs/${jobs[1]}$`));
});

test("a head sorts its list, and counts by status lead to those, by mouse and by keyboard", async () => {
  const things = await makeThings("Counted");
  const { job } = await makeSchedule(things, { name: "Sorted" });
  await report(things.project, job, { status: "RUNNING" });
  await makeSchedule(things, { name: "Sorted too" });
  const page = await atDesk();
  await page.goto(`/console/jobs?project=${things.project}`);
  await page.getByRole("link", { name: "Job", exact: true }).click();
  await page.waitForURL(/sort=id/);
  await page.getByRole("columnheader", { name: "Job" }).getByRole("link").focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/order=oldest/);
  expect(await page.locator("tbody tr").first().textContent()).toContain(`#${job}`);
  const counts = page.getByRole("navigation", { name: "By status" });
  const running = counts.getByRole("link", { name: "Running 1" });
  await running.waitFor();
  await running.focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/status=RUNNING/);
  expect(await page.locator("tbody tr").count()).toBe(1);
  await counts.getByRole("link", { name: "Running 1" }).click();
  await page.waitForURL((url) => !url.search.includes("status"));
});

test("counts by status follow what happens while the list is seen", async () => {
  const things = await makeThings("Following");
  const { job } = await makeSchedule(things, { name: "Followed" });
  const page = await atDesk();
  await page.goto(`/console/jobs?project=${things.project}`);
  const counts = page.getByRole("navigation", { name: "By status" });
  await counts.getByRole("link", { name: "Running 0" }).waitFor();
  await report(things.project, job, { status: "RUNNING" });
  await counts.getByRole("link", { name: "Running 1" }).waitFor({ timeout: 40_000 });
});
