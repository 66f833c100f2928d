import { expect, test } from "vitest";
import { call, jobPath, makeSchedule, makeThings, report, type Things } from "./fixtures.ts";
import { atDesk } from "./person.ts";

const MESSAGE = "expected 200, got 503";

/** A job of the two test runs of a project that has ended, with a report in which one of them failed or passed. */
const ended = async (things: Things, name: string, outcome: "failed" | "passed") => {
  const { job } = await makeSchedule(things, { name, test_run_ids: [1, 2] });
  await report(things.project, job, { status: "RUNNING" });
  const red = outcome === "failed" ? { message: MESSAGE, trace: "at cart.js:12" } : {};
  const tests = [
    { name: "pays by card", status: outcome, duration: 1200, ...red },
    { name: "adds an item", status: "passed", duration: 40 },
  ];
  const summary = { tests: 2, passed: 1, failed: 1, pending: 0, skipped: 0, other: 0, start: 0, stop: 0 };
  await call("PUT", `/projects/${things.project}/automation/jobs/${job}/attempts/1/reports/ctrf.json`, {
    body: { reportFormat: "CTRF", results: { tool: { name: "x" }, summary, tests } },
  });
  await report(things.project, job, { status: "COMPLETED" });
  return job;
};

test("from a failed job one click leads to why it failed and since when, and one more runs what failed again", async () => {
  const things = await makeThings("Told why");
  await call("POST", `/projects/${things.project}/automation/test-runs`, {
    body: ["pays by card", "adds an item"].map((name) => ({
      test_case_name: name,
      automation_content: name,
    })),
  });
  await ended(things, "Cart before", "passed");
  const first = await ended(things, "Cart broke", "failed");
  const second = await ended(things, "Cart again", "failed");
  const page = await atDesk();
  await page.goto(`/console/jobs?project=${things.project}&status=FAILED`);
  await page.getByRole("link", { name: /^Cart again/ }).click();
  await page.waitForURL((url) => url.pathname === jobPath(things, second));
  const failure = page.locator("[data-failed-test='pays by card']");
  await failure.waitFor();
  const said = await failure.textContent();
  expect(said).toContain(MESSAGE);
  expect(said).toContain(`failing since job ${first}`);
  const box = await failure.getByText(MESSAGE).boundingBox();
  expect(box?.y, "the message is seen without scrolling").toBeLessThan(page.viewportSize()?.height ?? 0);
  await failure.getByRole("link", { name: `job ${first}` }).click();
  await page.waitForURL((url) => url.pathname === jobPath(things, first));
  expect(await page.locator("[data-failed-test='pays by card']").textContent()).toContain("new failure");
  await page.getByRole("button", { name: "Run the failed tests again" }).click();
  await page.getByText("This job runs the other one again.").waitFor();
  const text = await page.locator("#main").textContent();
  expect(text).toContain("pays by card");
  expect(text).not.toContain("adds an item");
});
