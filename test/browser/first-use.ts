import { expect, test } from "vitest";
import { call } from "./fixtures.ts";
import { arrive, enter } from "./person.ts";

/** Does what a curl command of a page does, without a shell. */
const run = async (command: string): Promise<void> => {
  const [, method = "", address = ""] = /^curl -X (\w+) '([^']+)'/.exec(command) ?? [];
  const [, token = ""] = /Bearer ([^']+)'/.exec(command) ?? [];
  const [, body] = /-d '([^']+)'/.exec(command) ?? [];
  const response = await fetch(address, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body }),
  });
  expect(response.ok).toBe(true);
};

// Runs first: the other files fill the installation.
test("an empty installation leads from nothing to a finished job", async () => {
  const { page } = await arrive({}, /status of 401/);
  await page.goto("/");
  await enter(page);
  await page.getByRole("heading", { name: "Set up" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/console/start");

  await page.getByLabel("Name").fill("Shop");
  await page.getByRole("button", { name: "Make the project" }).click();
  await page.getByText("The project is there.").waitFor();

  await page.getByRole("button", { name: "Make a host token" }).click();
  const command = await page.locator("#register").textContent();
  expect(command).toContain(new URL(page.url()).origin);
  await run(command ?? "");
  const token = /Bearer (\S+)'/.exec(command ?? "")?.[1] ?? "";

  // The host appears without a reload, beside the command.
  await page.getByRole("link", { name: "first-host" }).waitFor();
  expect(await page.locator("#register").textContent()).toBe(command);

  await page.getByRole("button", { name: "Make the agent" }).click();
  await page.getByText("The agent is there.").waitFor();
  await page.getByRole("link", { name: "Schedule a run of Agent 1" }).click();
  await page.getByLabel("Name").fill("First run");
  await page.getByRole("button", { name: "Make the schedule" }).click();
  await page.getByText("The schedule is made.").waitFor();

  // Once there is a host, the menu offers to add another; the steps stay until a job is COMPLETED.
  await page.getByRole("link", { name: "Add host" }).click();
  await page.getByText("Planned").waitFor();
  await page.getByText("What the host does now, by hand").click();
  const poll = (await page.locator("#poll").textContent())?.replace("TOKEN", token) ?? "";
  await run(poll);
  await run((await page.locator("#report").textContent())?.replace("TOKEN", token) ?? "");
  await page.getByText("Running", { exact: true }).waitFor();
  // An opened part stays open over a refresh.
  expect(await page.locator("#poll").isVisible()).toBe(true);
  await call("PUT", "/projects/1/automation/jobs/1/status", { body: { status: "COMPLETED" }, token });
  await page.getByText("That is the whole way.").waitFor();
  await page.getByRole("link", { name: "Go on to the overview" }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
});
