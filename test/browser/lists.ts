import { expect, test } from "vitest";
import { call, makeSchedule, makeThings, report, type Things } from "./fixtures.ts";
import { atDesk, signedIn } from "./person.ts";

test("a list has rows of at most 40 px, of which 25 fit on a screen of 900 px", async () => {
  const things = await makeThings(
    "Dense, with a name that is far longer than its column of the list is wide",
  );
  const name = "A schedule with a name that is far longer than its column of the list is wide";
  const { schedule } = await makeSchedule(things, { name, cron: "0 3 * * *", start_date: undefined });
  const path = `/projects/${things.project}/automation/schedules/${schedule}/run-now`;
  for (let run = 0; run < 25; run++) await call("POST", path);
  const page = await atDesk();
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`/console/jobs?project=${things.project}`);
  const rows = await page.evaluate(() =>
    [...document.querySelectorAll("tbody tr")].map((row) => {
      const { height, bottom } = row.getBoundingClientRect();
      return { height, isInSight: bottom <= innerHeight };
    }),
  );
  expect(rows).toHaveLength(25);
  for (const row of rows) expect(row.height).toBeLessThanOrEqual(40);
  expect(rows.every(({ isInSight }) => isInSight)).toBe(true);
  // A cut name is whole once its link has the focus, and is told on hover.
  const link = page.getByRole("link", { name }).first();
  const height = async () => (await page.locator("tbody tr").first().boundingBox())?.height ?? 0;
  const cut = await height();
  expect(await link.getAttribute("title")).toBe(name);
  await link.focus();
  expect(await height()).toBeGreaterThan(cut);
});

const LONG = "a name that is far longer than its column of the list is wide";

/** What makes 25 rows of a list, whose address it gives. */
const LISTS: Record<string, (things: Things) => Promise<string>> = {
  schedules: async (things) => {
    for (let nth = 0; nth < 25; nth++) await makeSchedule(things, { name: `${nth} ${LONG}` });
    return `/console/schedules?project=${things.project}`;
  },
  agents: async ({ project, host }) => {
    const facts = { framework: "pytest", framework_id: "pytest", active: true };
    for (let nth = 0; nth < 25; nth++)
      await call("POST", `/projects/${project}/automation/hosts/${host}/agents`, {
        body: { ...facts, name: `${nth} ${LONG}`, agent_client_id: `dense ${nth}` },
      });
    return `/console/agents?project=${project}`;
  },
  projects: async () => {
    for (let nth = 0; nth < 25; nth++) await call("POST", "/projects", { body: { name: `${nth} ${LONG}` } });
    return "/console/projects";
  },
  tests: async ({ project }) => {
    const body = Array.from({ length: 25 }, (_, nth) => ({
      ...{ test_run_id: nth + 1, test_case_name: `${nth} ${LONG}`, automation_content: LONG },
    }));
    await call("POST", `/projects/${project}/automation/test-runs`, { body });
    return `/console/projects/${project}/test-runs`;
  },
  tokens: async ({ project }) => {
    for (let nth = 0; nth < 25; nth++)
      await call("POST", "/tokens", {
        body: {
          name: `${nth} ${LONG}`,
          scope: "operator",
          project_ids: [project],
          expires_at: "2099-01-01T00:00:00Z",
        },
      });
    return "/console/tokens?order=newest";
  },
  audit: async ({ project }) => {
    for (let nth = 0; nth < 25; nth++)
      await call("PUT", `/projects/${project}`, { body: { name: `${nth} ${LONG}` } });
    return `/console/audit?project=${project}`;
  },
};

test.each(Object.entries(LISTS))(
  "so has the list of %s, whatever its rows have in them",
  async (name, make) => {
    const path = await make(await makeThings(`Dense ${name}`));
    const page = await atDesk();
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(path);
    const rows = await page.evaluate(() =>
      [...document.querySelectorAll("tbody tr")]
        .map((row) => row.getBoundingClientRect())
        .map(({ height, bottom }) => ({ height, bottom })),
    );
    expect(rows).toHaveLength(25);
    for (const { height } of rows) expect(height).toBeLessThanOrEqual(40);
    expect(rows.at(-1)?.bottom).toBeLessThanOrEqual(900);
  },
);

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
