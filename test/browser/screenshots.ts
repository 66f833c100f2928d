import { mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { makeStateDir, startBrowser, startServer, TOKEN } from "./place.ts";
import { setStage } from "./sample-data.ts";
import { writePast } from "./sample-history.ts";

/** The pictures of the README, taken of a local server whose stage is set for them. */

const PICTURES = join(import.meta.dirname, "pictures");

const now = Date.now();
const stateDir = makeStateDir();
const before = await startServer(stateDir);
const { projects, hosts } = await setStage(before.address, now);
await before.stop();
writePast(stateDir, now);
const { address, stop } = await startServer(stateDir);
const browser = await startBrowser();
try {
  const context = await (await chromium.connect(browser.wsEndpoint())).newContext({
    baseURL: address,
    timezoneId: "Europe/Berlin",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.goto("/console/sign-in");
  await page.getByLabel("Token").fill(TOKEN);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  for (const { id, guid } of hosts.slice(0, 3)) {
    await fetch(`${address}/api/v3/automation/hosts/${id}/ping`, {
      method: "POST",
      headers: { Authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify({ host_guid: guid }),
    });
  }
  mkdirSync(PICTURES, { recursive: true });

  const take = async (
    name: string,
    path: string,
    {
      colorScheme,
      size: [width, height],
      prepare = async () => {},
    }: { colorScheme: "light" | "dark"; size: [number, number]; prepare?: (page: Page) => Promise<unknown> },
  ) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height });
    await page.goto(path);
    await prepare(page);
    const file = join(PICTURES, `${name}.png`);
    await page.screenshot({ path: file });
    console.log(`${name}.png: ${Math.ceil(statSync(file).size / 1024)} KiB`);
  };

  const [shop] = projects;
  await take("overview", "/console", { colorScheme: "light", size: [1200, 760] });
  await take("timeline", "/console/timeline", { colorScheme: "dark", size: [1200, 640] });
  await take("hosts", "/console/hosts", { colorScheme: "dark", size: [1200, 560] });
  await take("schedules", "/console/schedules", { colorScheme: "light", size: [1200, 600] });
  await take("new-schedule", `/console/projects/${shop}/schedules/new`, {
    colorScheme: "light",
    size: [1200, 900],
    prepare: async () => {
      await page.getByLabel("Name").fill("Before each release");
      await page.getByLabel("Again and again").check();
      await page.getByLabel("Cron").fill("30 6 * * MON-FRI");
      await page.locator("#preview").getByText("06:30").first().waitFor();
    },
  });
  await take("calendar", `/console/calendar?project=${shop}`, { colorScheme: "dark", size: [1200, 800] });
  await take("overview-narrow", "/console", { colorScheme: "dark", size: [390, 800] });
} finally {
  await browser.close();
  await stop();
  rmSync(stateDir, { recursive: true, force: true });
}
