import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { call, jobPath, makeSchedule, makeThings, report, type Things } from "./fixtures.ts";
import { letItRefresh, openTold, setVisibility, withoutSocket } from "./live-page.ts";
import { signedIn } from "./person.ts";

let things: Things;

describe("pages that keep themselves up", () => {
  beforeAll(async () => {
    things = await makeThings("Live");
  });

  const jobPage = (job: number) => jobPath(things, job);

  const countRequests = (page: Page): (() => number) => {
    let requests = 0;
    page.on("request", (request) => {
      // Whether something failed while nobody looked is asked each minute, for the title.
      if (!request.url().includes("/console/signals")) requests += 1;
    });
    return () => requests;
  };

  /** The requests of a page for itself. */
  const countAsks = (page: Page): (() => number) => {
    let asks = 0;
    page.on("request", (request) => {
      if (request.headers()["hx-request"] === "true") asks += 1;
    });
    return () => asks;
  };

  /** For the quickest of three: other work on the machine delays one or the other. */
  const SHOWN_MS = 1000;

  test("what changed elsewhere shows within a second, in each of two tabs, which ask for nothing else", async () => {
    // The stream of a run's output can be cut; its page opens another one.
    const { page, context } = await signedIn();
    const other = await context.newPage();
    const took: number[] = [];
    for (const name of ["Watched", "Watched again", "Watched once more"]) {
      const { job } = await makeSchedule(things, { name });
      await openTold(page, jobPage(job));
      await openTold(other, `/console/jobs?project=${things.project}`);
      await report(things.project, job, { status: "RUNNING" });
      const began = Date.now();
      await Promise.all([
        page.getByText("from planned").waitFor(),
        other
          .getByRole("row", { name: `${name} #${job}` })
          .getByText("Running")
          .waitFor(),
      ]);
      took.push(Date.now() - began);
      // What one tab does, the other shows.
      await page.getByText("Cancel…").click();
      await page.getByRole("button", { name: "Cancel this job" }).click();
      await other
        .getByRole("row", { name: `${name} #${job}` })
        .getByText("Cancelled")
        .waitFor();
    }
    expect(Math.min(...took)).toBeLessThan(SHOWN_MS);
    const asks = countAsks(other);
    await new Promise((later) => setTimeout(later, 6000));
    expect(asks()).toBe(0);
  });

  test("a page that is told has no socket while it is hidden, and shows at once what it missed", async () => {
    const { job } = await makeSchedule(things, { name: "Unseen" });
    const { page } = await signedIn();
    const socket = await openTold(page, jobPage(job));
    const closed = socket.waitForEvent("close");
    await setVisibility(page, "hidden");
    await closed;
    const asks = countAsks(page);
    await report(things.project, job, { status: "CANCELLED" });
    await new Promise((later) => setTimeout(later, 1000));
    expect(asks()).toBe(0);
    await setVisibility(page, "visible");
    await page.getByText("Cancelled").first().waitFor();
  });

  test("after the machine slept a page opens another socket, and asks at once", async () => {
    const { job } = await makeSchedule(things, { name: "Asleep" });
    const { page } = await signedIn();
    await page.clock.install();
    await openTold(page, jobPage(job));
    const asks = countAsks(page);
    const opened = page.waitForEvent("websocket");
    await page.clock.fastForward(3_600_000);
    await opened;
    await expect.poll(asks).toBeGreaterThan(0);
  });

  test("without a socket what changed elsewhere shows within 5 s", async () => {
    const { job } = await makeSchedule(things, { name: "Asked" });
    const { page } = await signedIn();
    await withoutSocket(page);
    await page.goto(jobPage(job));
    await report(things.project, job, { status: "RUNNING" });
    await page.getByText("from planned").waitFor({ timeout: 6000 });
  });

  test("a page without a socket asks for nothing while the tab is hidden, and at once when it is seen again", async () => {
    const { job } = await makeSchedule(things, { name: "Hidden" });
    // A request that is under way meets its timeout where the clock is moved by a minute.
    const { page } = await signedIn({}, /htmx:error: timeout/);
    await withoutSocket(page);
    await page.clock.install();
    await page.goto(jobPage(job));
    const requests = countRequests(page);
    await page.clock.runFor(9000);
    await expect.poll(requests).toBeGreaterThan(0);
    await setVisibility(page, "hidden");
    await page.waitForLoadState("networkidle");
    const before = requests();
    await page.clock.runFor(60_000);
    expect(requests()).toBe(before);
    await report(things.project, job, { status: "CANCELLED" });
    await setVisibility(page, "visible");
    await page.getByText("Cancelled").first().waitFor();
  });

  test("a page asks for nothing while the answer to its button is awaited: what it shows may be gone", async () => {
    const { schedule } = await makeSchedule(things, {
      name: "Deleted",
      cron: "0 3 * * *",
      start_date: undefined,
    });
    const { page } = await signedIn();
    await withoutSocket(page);
    await page.clock.install();
    await page.goto(`/console/projects/${things.project}/schedules/${schedule}`);
    const asks = countAsks(page);
    let asked = 0;
    await page.route("**/delete", async (route) => {
      const response = await route.fetch();
      const before = asks();
      await letItRefresh(page);
      asked = asks() - before;
      await route.fulfill({ response });
    });
    await page.getByText("Delete…").click();
    await page.getByRole("button", { name: "Delete it" }).click();
    await page.getByText("The schedule is deleted").waitFor();
    expect(asked).toBe(0);
  });

  test("what is opened and typed stays as it is while the page keeps itself up", async () => {
    const { schedule } = await makeSchedule(things, {
      name: "Kept",
      cron: "0 3 * * *",
      start_date: undefined,
    });
    const path = `/projects/${things.project}/automation/schedules/${schedule}`;
    const { page } = await signedIn();
    await withoutSocket(page);
    await page.clock.install();
    await page.goto(`/console/projects/${things.project}/schedules/${schedule}`);
    await page.getByText("Pause…").click();
    await page.getByLabel("Why").fill("half a sen");
    await call("POST", `${path}/run-now`, { body: {} });
    // Not while somebody types there ...
    const requests = countRequests(page);
    await letItRefresh(page);
    expect(requests()).toBe(0);
    await page.getByLabel("Why").blur();
    await page.mouse.move(0, 0);
    // ... and afterwards around it.
    await letItRefresh(page);
    await page.getByText("It has had no run yet.").waitFor({ state: "detached" });
    expect(await page.getByLabel("Why").inputValue()).toBe("half a sen");
    expect(await page.getByLabel("Why").isVisible()).toBe(true);
  });

  test("the reader's place and focus stay over a refresh", async () => {
    const { job } = await makeSchedule(things, { name: "Place" });
    const { page } = await signedIn({ viewport: { width: 700, height: 300 } });
    await withoutSocket(page);
    await page.clock.install();
    await page.goto(`/console/hosts/${things.host}`);
    const link = page.getByRole("link", { name: "Edit Live agent" });
    await link.focus();
    const top = await page.evaluate(() => scrollY);
    expect(top).toBeGreaterThan(0);
    await report(things.project, job, { status: "RUNNING" });
    await letItRefresh(page);
    await page.getByText("Nothing runs.").waitFor({ state: "detached" });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain("Edit");
    const moved = await link.boundingBox();
    expect(moved?.y).toBeGreaterThan(-300);
    await report(things.project, job, { status: "COMPLETED" });
  });

  const LOST = /Failed to (fetch|load resource)|ERR_INTERNET_DISCONNECTED|htmx:error/;

  test("a lost connection is shown, and mended by itself", async () => {
    const { job } = await makeSchedule(things, { name: "Lost" });
    const { page, context } = await signedIn({}, LOST);
    await withoutSocket(page);
    await page.clock.install();
    await page.goto(jobPage(job));
    await context.setOffline(true);
    await letItRefresh(page);
    await page.getByText("The connection is lost.").waitFor();
    await page.getByRole("heading", { name: `Lost #${job}` }).waitFor();
    await report(things.project, job, { status: "CANCELLED" });
    await context.setOffline(false);
    await page.getByText("The connection is lost.").waitFor({ state: "hidden" });
    await page.getByText("Cancelled").first().waitFor();
  });
});
