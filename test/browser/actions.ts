import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { call, makeSchedule, makeThings, report, type Things } from "./fixtures.ts";
import { ADDRESS, atDesk, signedIn } from "./person.ts";

let things: Things;

describe("the actions of the pages", () => {
  beforeAll(async () => {
    things = await makeThings("Actions");
  });

  test("agents: deactivate, activate, edit and remove", async () => {
    const own = await makeThings("Agents");
    const page = await atDesk();
    await page.goto(`/console/hosts/${own.host}`);
    await page.getByRole("button", { name: "Deactivate Agents agent" }).click();
    await page.getByText("The agent is inactive").waitFor();
    await page.getByRole("button", { name: "Activate Agents agent" }).click();
    await page.getByText("The agent is active").waitFor();
    await page.getByRole("link", { name: "Edit Agents agent" }).click();
    await page.getByLabel("Name").fill("");
    await page.getByLabel("Framework", { exact: true }).fill("JUnit");
    await page.getByLabel("Name").fill("Renamed agent");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("The agent is saved.").waitFor();
    await page.getByText("JUnit").first().waitFor();
    await page.locator("#live").getByRole("link", { name: "Agents host" }).click();
    await page.getByRole("row", { name: "Renamed agent" }).getByText("JUnit").waitFor();
    await page.getByText("Remove…").click();
    await page.getByRole("button", { name: "Remove it" }).click();
    await page.getByText("No agent yet").waitFor();
  });

  test("hosts: found by name, and retired", async () => {
    const own = await makeThings("Retiring");
    const page = await atDesk(/status of 404/);
    await page.goto("/console/hosts");
    await page.getByLabel("Name").fill("retiring");
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByRole("link", { name: "Retiring host" }).click();
    await page.getByText("Retire this host…").click();
    await page.getByRole("button", { name: "Retire it" }).click();
    await page.getByText("The host is retired").waitFor();
    expect((await page.goto(`/console/hosts/${own.host}`))?.status()).toBe(404);
  });

  test("jobs: filtered, cancelled and run again", async () => {
    const { job, schedule } = await makeSchedule(things, { name: "To cancel" });
    const page = await atDesk();
    await page.goto(`/console/jobs?schedule=${schedule}`);
    await page.getByLabel("Status", { exact: true }).selectOption("Planned");
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByRole("link", { name: `To cancel #${job}` }).click();
    await page.getByText("Cancel…").click();
    await page.getByRole("button", { name: "Cancel this job" }).click();
    await page.getByText("The job is cancelled.").waitFor();
    await page.getByRole("button", { name: "Run again" }).click();
    await page.getByText("This job runs the other one again.").waitFor();
    await page.getByRole("link", { name: `job ${job}` }).waitFor();
  });

  test("a job's page shows its history, and why it failed", async () => {
    const { job } = await makeSchedule(things, { name: "Shown" });
    await report(things.project, job, { status: "RUNNING" });
    await report(things.project, job, { status: "FAILED" });
    const page = await atDesk();
    await page.goto("/console");
    await page.getByRole("link", { name: /^Failed in 24 h/ }).click();
    await page.getByRole("link", { name: `Shown #${job}` }).click();
    const history = page.getByRole("list").filter({ hasText: "from planned" });
    await history.getByText("by admin bootstrap").first().waitFor();
    expect(await history.getByRole("listitem").count()).toBe(3);
  });

  test("schedules: run now, pause, resume, cancel open jobs, edit and delete", async () => {
    const { schedule } = await makeSchedule(things, {
      name: "Steered",
      cron: "0 3 * * *",
      start_date: undefined,
    });
    const page = await atDesk();
    await page.goto("/console/schedules");
    await page.getByLabel("Name").fill("steered");
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await page.getByRole("link", { name: "Steered", exact: true }).click();
    await page.getByRole("button", { name: "Run now" }).click();
    await page.getByText("A job is added that is due now.").waitFor();
    await page.getByRole("link", { name: /^To job #\d+$/ }).waitFor();
    await page.getByText("Pause…").click();
    await page.getByLabel("Why").fill("the lab moves");
    await page.getByRole("button", { name: "Pause it" }).click();
    await page.getByText("the lab moves").waitFor();
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByText("The schedule goes on.").waitFor();
    await page.getByText("Cancel open jobs…").click();
    await page.getByRole("button", { name: "Cancel them" }).click();
    await page.getByText("Its open jobs are cancelled. Those that run go on.").waitFor();
    await page.getByRole("link", { name: "Edit" }).click();
    await page.getByLabel("Cron").fill("0 4 * * *");
    await page.getByText("04:00").first().waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("The schedule is saved.").waitFor();
    await page.getByText("Every day 04:00").waitFor();
    await page.getByText("Delete…").click();
    await page.getByRole("button", { name: "Delete it" }).click();
    await page.getByText("The schedule is deleted").waitFor();
    const gone = await fetch(`${ADDRESS}/api/v3/projects/${things.project}/automation/schedules/${schedule}`);
    expect(gone.ok).toBe(false);
  });

  const REPORT = `<testsuite><testcase classname="shop.Cart" name="adds"/><testcase classname="shop.Cart" name="sums"/></testsuite>`;

  test("a schedule is made with a preview as it is typed, tests that are found, and a report that is dropped", async () => {
    const own = await makeThings("Form");
    const runs = [1, 2, 3].map((n) => ({
      test_case_name: `Login ${n}`,
      automation_content: `shop.Login${n}`,
    }));
    await call("POST", `/projects/${own.project}/automation/test-runs`, { body: runs });
    const page = await atDesk(/status of 400/);
    await page.goto(`/console/projects/${own.project}/schedules/new`);
    await page.getByLabel("Name").fill("Made by hand");
    await page.getByLabel("Again and again").check();
    await page.getByLabel("Cron").fill("every day");
    await page.locator("#preview").getByText("cron must be five fields").waitFor();
    await page.getByLabel("Cron").fill("30 6 * * MON-FRI");
    await page.locator("#preview").getByText("06:30").first().waitFor();

    await page.getByLabel("Find tests").fill("Login 2");
    const found = page.getByRole("list", { name: "Found" });
    await found.getByText("Login 2").waitFor();
    await page.waitForFunction(() => document.querySelectorAll("[aria-label=Found] li").length === 1);
    await found.getByLabel("Login 2").check();
    await page.getByRole("list", { name: "1 chosen" }).getByText("Login 2").waitFor();

    const dropped = await page.evaluateHandle((text) => {
      const data = new DataTransfer();
      data.items.add(new File([text], "report.xml", { type: "text/xml" }));
      return data;
    }, REPORT);
    await page.dispatchEvent("[data-drop]", "drop", { dataTransfer: dropped });
    await page.getByRole("list", { name: "3 chosen" }).getByText("shop.Cart.adds").waitFor();
    expect(await page.getByLabel("Name").inputValue()).toBe("Made by hand");
    expect(await page.getByLabel("Cron").inputValue()).toBe("30 6 * * MON-FRI");

    await page.getByLabel("At most, runs").fill("none");
    await page.getByRole("button", { name: "Make the schedule" }).click();
    await page.locator("#max_runs-error").waitFor();
    expect(await page.getByRole("list", { name: "3 chosen" }).count()).toBe(1);
    await page.getByLabel("At most, runs").fill("5");
    await page.getByRole("button", { name: "Make the schedule" }).click();
    await page.getByText("The schedule is made.").waitFor();
    await page.getByText("3 tests").waitFor();
    await page.getByText("at most").or(page.getByText("5 runs")).first().waitFor();
  });

  test("a calendar's day leads to its jobs", async () => {
    const own = await makeThings("Calendar");
    const { job } = await makeSchedule(own, { name: "On a day" });
    const page = await atDesk();
    await page.goto(`/console/calendar?project=${own.project}`);
    await page.getByRole("link", { name: "1 planned" }).click();
    await page.getByRole("link", { name: `On a day #${job}` }).waitFor();
  });

  test("tokens: made, rotated and revoked; each secret is shown once and opens what it should", async () => {
    const page = await atDesk(/status of 400/);
    await page.goto("/console/tokens");
    await page.getByRole("link", { name: "New token" }).click();
    await page.getByLabel("Name").fill("Somebody");
    await page.getByLabel("Scope").selectOption("operator");
    await page.getByLabel("Only these projects").fill("99999");
    await page.getByRole("button", { name: "Make the token" }).click();
    await page.locator("#project_ids-error").waitFor();
    await page.getByLabel("Only these projects").fill(String(things.project));
    await page.getByRole("button", { name: "Make the token" }).click();
    const secret = (await page.locator("#secret").textContent()) ?? "";
    expect(
      await call("GET", `/projects/${things.project}`, { body: undefined, token: secret }),
    ).toMatchObject({
      id: things.project,
    });
    await page.getByRole("link", { name: "To the tokens" }).click();
    expect(await page.content()).not.toContain(secret);
    await page.getByRole("link", { name: "Somebody" }).click();
    await page.getByText("Rotate…").click();
    await page.getByRole("button", { name: "Give it a new secret" }).click();
    const second = (await page.locator("#secret").textContent()) ?? "";
    expect(second).not.toBe(secret);
    const { id } = await call("GET", `/projects/${things.project}`, { body: undefined, token: second });
    expect(z.int().parse(id)).toBe(things.project);
    await page.goBack();
    await page.getByText("Revoke…").click();
    await page.getByRole("button", { name: "Revoke it" }).click();
    await page.getByText("The token is revoked").waitFor();
    await page.getByRole("link", { name: "What was done with it" }).click();
    await page.getByTitle("revokeToken").waitFor();
  });

  test("without scripts a schedule is made step by step, and actions are done", async () => {
    const own = await makeThings("Plain");
    const runs = [{ test_case_name: "Only one", automation_content: "x" }];
    await call("POST", `/projects/${own.project}/automation/test-runs`, { body: runs });
    const { page } = await signedIn({ javaScriptEnabled: false });
    await page.goto(`/console/projects/${own.project}/schedules/new`);
    await page.getByLabel("Name").fill("By hand");
    await page.getByLabel("Again and again").check();
    await page.getByLabel("Cron").fill("0 5 * * *");
    await page.getByRole("button", { name: "Show the next times" }).click();
    await page.locator("#preview").getByText("05:00").first().waitFor();
    await page.getByLabel("Find tests").fill("Only");
    await page.getByRole("button", { name: "Find" }).click();
    await page.getByLabel("These tests").check();
    await page.getByLabel("Only one").check();
    await page.getByRole("button", { name: "Make the schedule" }).click();
    await page.getByText("The schedule is made.").waitFor();
    await page.getByText("1 test", { exact: true }).waitFor();
    await page.getByText("Delete…").click();
    await page.getByRole("button", { name: "Delete it" }).click();
    await page.getByText("The schedule is deleted").waitFor();
  });
});
