import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { jobPath, makeSchedule, makeThings, report, sendFile } from "./fixtures.ts";
import { atDesk } from "./person.ts";

const PICTURE = readFileSync(new URL("./pictures/hosts.png", import.meta.url));
const TRICK = "<title>run</title><script>document.title = 'it ran'</script><b>not bold</b>";

/** A job of a schedule of this name that runs. */
const running = async (name: string) => {
  const things = await makeThings(name);
  const { job } = await makeSchedule(things, { name });
  await report(things.project, job, { status: "RUNNING" });
  const send = (path: string, type: string, body: string | Uint8Array<ArrayBuffer>) =>
    sendFile(things.project, job, { path, type, body });
  return { send, path: jobPath(things, job) };
};

test("a run's files come to its job's page by themselves, and a picture is seen there", async () => {
  const { send, path } = await running("Leaves files");
  // The browser's own page of a picture has a style, which the file's policy refuses.
  const page = await atDesk(/inline style/);
  await page.goto(path);
  await send("screens/cart with a long name that tells which page it shows.png", "image/png", PICTURE);
  const picture = page.locator("#files img");
  await picture.waitFor();
  await picture.scrollIntoViewIfNeeded();
  await expect
    .poll(() => picture.evaluate((element) => element instanceof HTMLImageElement && element.naturalWidth))
    .toBe(1200);
  await page.getByRole("link", { name: /^screens\/cart/ }).click();
  await page.waitForURL(/\/files\/screens\/cart/);
  expect(await page.evaluate(() => document.images[0]?.naturalWidth)).toBe(1200);
});

test("a page that a run left is opened as text and runs nothing; it is saved on request, by the keyboard", async () => {
  const { send, path } = await running("Leaves a page");
  await send("report.html", "text/html", TRICK);
  // A text names no icon, and the browser asks for one.
  const page = await atDesk(/status of 404|sandboxed/);
  await page.goto(path);
  await page.getByRole("link", { name: "report.html", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByText(TRICK).waitFor();
  expect(await page.title()).toBe("");
  await page.goBack();
  await page.getByRole("link", { name: "Download report.html" }).focus();
  const [saved] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  expect(saved.suggestedFilename()).toBe("report.html");
});

test("a long name is cut on its line, and whole once it has the focus", async () => {
  const { send, path } = await running("Leaves long names");
  const name = `${"a-long-name-of-a-folder/".repeat(6)}trace.log`;
  await send(name, "text/plain", "x");
  const page = await atDesk();
  await page.setViewportSize({ width: 360, height: 800 });
  await page.goto(path);
  const link = page.getByRole("link", { name, exact: true });
  const height = async () => (await link.boundingBox())?.height ?? 0;
  const cut = await height();
  await link.focus();
  expect(await height()).toBeGreaterThan(2 * cut);
  expect(await link.getAttribute("title")).toBe(name);
});
