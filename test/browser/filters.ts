import { expect, test } from "vitest";
import { makeSchedule, makeThings, report } from "./fixtures.ts";
import { atDesk } from "./person.ts";

test("a filter is applied at once, leads to a short address, and is cleared", async () => {
  const things = await makeThings("Filtered");
  await makeSchedule(things, { name: "Seen at once" });
  const page = await atDesk();
  await page.goto("/console/jobs");
  await page.getByLabel("Status", { exact: true }).selectOption("Failed");
  await page.waitForURL(/\/console\/jobs\?status=FAILED$/);
  await page.getByRole("link", { name: "Status: Failed" }).waitFor();
  await page.getByRole("link", { name: "Clear" }).click();
  await page.waitForURL(/\/console\/jobs$/);
  await page.getByLabel("Search").fill("seen at");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/console\/jobs\?q=seen\+at$/);
  await page.getByRole("link", { name: "Seen at once" }).waitFor();
});

test("what is typed or named is applied too, in place: the typing goes on", async () => {
  const things = await makeThings("Typed");
  await makeSchedule(things, { name: "Typed first" });
  await makeSchedule(things, { name: "Typed second" });
  const page = await atDesk();
  await page.goto("/console/jobs");
  const search = page.getByLabel("Search");
  await search.pressSequentially("typed f", { delay: 30 });
  await page.waitForURL(/\/console\/jobs\?q=typed\+f$/);
  await page.getByRole("link", { name: "Typed second" }).waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Search: typed f" }).waitFor();
  await page.keyboard.type("irst");
  await page.waitForURL(/q=typed\+first$/);
  await page.getByRole("link", { name: "Search: typed first" }).waitFor();
  expect(await search.inputValue()).toBe("typed first");
  // The rows that came are kept up, and the address is one to come back to.
  expect(await page.locator("#live").getAttribute("hx-get")).toBe("/console/jobs?q=typed+first");
  await page.reload();
  await page.getByText("More", { exact: true }).click();
  await page.getByLabel("Host", { exact: true }).fill("typed h");
  await page.keyboard.press("Tab");
  await page.waitForURL(new RegExp(`host=${things.host}`));
  await page.getByRole("link", { name: "Host: Typed host" }).waitFor();
  await page.getByLabel("From").fill("2020-01-01T00:00");
  await page.waitForURL(/from=2020-01-01T00%3A00/);
  await page.getByRole("link", { name: "From 1 Jan 2020 00:00" }).waitFor();
});

test("filters of the timeline, the calendar and of test results need no button", async () => {
  const things = await makeThings("Unpressed");
  const { job } = await makeSchedule(things, { name: "Tested" });
  await report(things.project, job, { status: "RUNNING" });
  const page = await atDesk();
  await page.goto("/console/timeline");
  await page.getByLabel("Only with jobs").check();
  await page.waitForURL(/busy=1/);
  await page.getByLabel("Name").fill("unpressed");
  await page.waitForURL(/q=unpressed/);
  await page.getByLabel("Lanes").selectOption("Agents");
  await page.waitForURL(/by=agent/);
  await page.goto("/console/calendar");
  const project = page.getByLabel("Project");
  await project.selectOption("Unpressed project");
  await page.waitForURL(new RegExp(`project=${things.project}`));
  await page.goto(`/console/projects/${things.project}/tests`);
  await page.getByLabel("Name").fill("add");
  await page.waitForURL(/search=add/);
  await page.getByLabel("Order").selectOption("The slowest first");
  await page.waitForURL(/sort=slowness/);
});
