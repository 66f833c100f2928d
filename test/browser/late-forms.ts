import { beforeAll, describe, expect, test } from "vitest";
import { jobPath, makeSchedule, makeThings, type Things } from "./fixtures.ts";
import { letItRefresh, setVisibility, withoutSocket } from "./live-page.ts";
import { enter, signedIn } from "./person.ts";

let things: Things;

describe("sessions that have ended, and forms that are sent late", () => {
  beforeAll(async () => {
    things = await makeThings("Late");
  });

  const jobPage = (job: number) => jobPath(things, job);

  const ENDED = /status of 401/;

  test("an ended session is shown without taking the page away", async () => {
    const { job } = await makeSchedule(things, { name: "Ended" });
    const { page, context } = await signedIn({}, ENDED);
    await withoutSocket(page);
    await page.clock.install();
    await page.goto(jobPage(job));
    await context.clearCookies({ name: "muster" });
    await letItRefresh(page);
    await page.getByText("Your session has ended.").waitFor();
    await page.getByRole("heading", { name: `Ended #${job}` }).waitFor();
    await page.getByRole("link", { name: "Sign in again" }).click();
    await enter(page);
    expect(new URL(page.url()).pathname).toBe(jobPage(job));
  });

  test("a form that is sent after the session has ended is kept over the sign-in", async () => {
    const { page, context } = await signedIn({}, ENDED);
    await page.goto(`/console/projects/${things.project}/schedules/new`);
    await page.getByLabel("Name").fill("Sent too late");
    await context.clearCookies({ name: "muster" });
    await page.getByRole("button", { name: "Make the schedule" }).click();
    await page.getByText("Your session has ended. Nothing was changed").waitFor();
    await enter(page);
    await page.getByText("Sent too late").waitFor();
    await page.getByRole("button", { name: "Send it now" }).click();
    await page.getByText("The schedule is made.").waitFor();
    await page.getByRole("heading", { name: "Sent too late" }).waitFor();
  });

  test("a button of a page from an earlier sign-in says so, and is pressed once more", async () => {
    const { job } = await makeSchedule(things, { name: "Stale" });
    const { page, context } = await signedIn({}, /status of 4(01|09)/);
    await page.goto(jobPage(job));
    await page.getByText("Cancel…").click();
    // Else it refreshes with the form of the new sign-in.
    await setVisibility(page, "hidden");
    const other = await context.newPage();
    await context.clearCookies({ name: "muster" });
    await other.goto("/console/sign-in");
    await enter(other);
    await page.getByRole("button", { name: "Cancel this job" }).click();
    await page.getByText("This form is of an earlier sign-in").waitFor();
    await page.getByRole("button", { name: "Send it now" }).click();
    await page.getByText("The job is cancelled.").waitFor();
  });

  test("two people who edit the same agent: the later one is warned, and loses nothing", async () => {
    const own = await makeThings("Shared");
    const path = `/console/projects/${own.project}/hosts/${own.host}/agents/${own.agent}/edit`;
    const [one, other] = [await signedIn(), await signedIn({}, /status of 4(01|09)/)];
    await Promise.all([one.page.goto(path), other.page.goto(path)]);
    await one.page.getByLabel("Name").fill("One's");
    await other.page.getByLabel("Name").fill("The other's");
    await one.page.getByRole("button", { name: "Save" }).click();
    await one.page.getByText("The agent is saved.").waitFor();
    await other.page.getByRole("button", { name: "Save" }).click();
    await other.page.getByText("Somebody changed this agent since you opened it.").waitFor();
    expect(await other.page.getByLabel("Name").inputValue()).toBe("The other's");
    await other.page.getByRole("button", { name: "Save" }).click();
    await other.page.getByText("The agent is saved.").waitFor();
  });
});
