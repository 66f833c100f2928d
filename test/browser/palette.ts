import { expect, test } from "vitest";
import { makeSchedule, makeThings } from "./fixtures.ts";
import { atDesk, signedIn } from "./person.ts";

test("Ctrl+K finds anything by its name or id, and leads there by the keyboard alone", async () => {
  const things = await makeThings("Axolotl");
  const { job } = await makeSchedule(things, { name: "Axolotl smoke" });
  const page = await atDesk();
  await page.goto("/console/hosts");
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Name or id" });
  await field.waitFor();
  expect(await field.evaluate((input) => input === document.activeElement)).toBe(true);
  await page.keyboard.type("axolotl");
  const options = page.getByRole("option");
  await options.filter({ hasText: "Axolotl host" }).first().waitFor();
  const kinds = await page.locator("[role=option] .kind").allTextContents();
  expect(kinds).toEqual(expect.arrayContaining(["Host", "Agent", "Schedule", "Job"]));
  const chosen = () => page.locator('[role=option][aria-selected="true"]');
  const first = await chosen().textContent();
  await page.keyboard.press("ArrowDown");
  expect(await chosen().textContent()).not.toBe(first);
  expect(await field.getAttribute("aria-activedescendant")).toBe(await chosen().getAttribute("id"));
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  expect(await chosen().textContent()).toBe(await options.last().textContent());
  await field.fill(`#${job}`);
  await options.filter({ hasText: `Axolotl smoke #${job}` }).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/console/projects/${things.project}/jobs/${job}`);
});

test("the palette opens by mouse and on a narrow screen, says when nothing is found, and closes", async () => {
  const things = await makeThings("Ocelot");
  const page = await atDesk();
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 740 });
    await page.goto("/console/hosts");
    await page.getByRole("link", { name: "Find" }).click();
    const field = page.getByRole("combobox", { name: "Name or id" });
    await field.fill("nothing is called like this");
    await page.getByText("Nothing is called so.").waitFor();
    await field.fill("ocelot h");
    const option = page.getByRole("option", { name: "Ocelot host" });
    await option.waitFor();
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(beyond).toBeLessThanOrEqual(0);
    await page.keyboard.press("Escape");
    await field.waitFor({ state: "hidden" });
    expect(new URL(page.url()).pathname).toBe("/console/hosts");
    await page.getByRole("link", { name: "Find" }).click();
    await field.fill("ocelot h");
    await option.click();
    await page.waitForURL(`**/console/hosts/${things.host}`);
  }
});

test("single keys go to pages, search, and say what they do; they can be switched off", async () => {
  const { page } = await signedIn();
  await page.goto("/console/hosts");
  await page.keyboard.press("g");
  await page.keyboard.press("j");
  await page.waitForURL("**/console/jobs");
  await page.keyboard.press("/");
  const search = page.getByLabel("Search");
  await page.waitForFunction(() => document.activeElement?.id === "q");
  // Letters in a field are letters.
  await page.keyboard.type("gh?");
  expect(await search.inputValue()).toBe("gh?");
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await page.waitForURL("**/console/schedules");
  // A page without a search of its own opens the palette.
  await page.goto("/console");
  await page.keyboard.press("/");
  await page.getByRole("combobox", { name: "Name or id" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keys" });
  await help.getByText("Go to Jobs").waitFor();
  await help.getByLabel("Single keys do this too").uncheck();
  await help.getByRole("button", { name: "Close" }).click();
  await page.keyboard.press("g");
  await page.keyboard.press("j");
  await page.keyboard.press("?");
  await page.waitForTimeout(300);
  expect(await help.count()).toBe(0);
  expect(new URL(page.url()).pathname).not.toBe("/console/jobs");
  // Ctrl+K stays.
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Name or id" }).waitFor();
});

test("the script of the palette is loaded when it is first opened", async () => {
  const { page } = await signedIn();
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
  await page.goto("/console/hosts");
  await page.waitForLoadState("networkidle");
  expect(loaded).not.toContain("/assets/palette.js");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Name or id" }).waitFor();
  expect(loaded).toContain("/assets/palette.js");
});

test("without scripts a page finds the same", async () => {
  await makeThings("Tapir");
  const { page } = await signedIn({ javaScriptEnabled: false });
  await page.goto("/console/jobs");
  await page.getByRole("link", { name: "Find" }).click();
  await page.getByLabel("Name or #id").fill("tapir");
  await page.getByRole("button", { name: "Find" }).click();
  await page.getByRole("link", { name: "Tapir host" }).click();
  await page.getByRole("heading", { name: "Tapir host" }).waitFor();
});
