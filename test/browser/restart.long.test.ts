import { expect, test } from "vitest";
import { call, makeSchedule, makeThings } from "./fixtures.ts";
import { openTold } from "./live-page.ts";
import { restart, signedIn } from "./person.ts";

/** What a browser complains about while there is no service. */
const AWAY = /Failed to (fetch|load resource)|htmx:error|WebSocket connection to/;
/** A server takes long to start on a busy machine. */
const TIMEOUT_MS = 300_000;

test("a page of a service that was started again is told again, and the reader's place and typing stay", {
  timeout: TIMEOUT_MS,
}, async () => {
  const things = await makeThings("Restarted");
  const { schedule } = await makeSchedule(things, {
    name: "Restarted",
    cron: "0 3 * * *",
    start_date: undefined,
  });
  const { page } = await signedIn({ viewport: { width: 700, height: 300 } }, AWAY);
  let told = 0;
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => {
      if (String(payload).includes("changed")) told += 1;
    }),
  );
  await openTold(page, `/console/projects/${things.project}/schedules/${schedule}`);
  await page.getByText("Pause…").click();
  await page.getByLabel("Why").fill("half a sen");
  await page.getByLabel("Why").blur();
  await page.mouse.move(0, 0);
  await page.evaluate(() => scrollTo(0, 60));
  const top = await page.evaluate(() => scrollY);
  expect(top).toBeGreaterThan(0);
  await restart(() => page.getByText("The connection is lost.").waitFor());
  told = 0;
  const path = `/projects/${things.project}/automation/schedules/${schedule}/run-now`;
  const runNow = async () => {
    await call("POST", path, { body: {} });
    return told;
  };
  // It is told again once its socket is back, after a random time.
  await expect.poll(runNow, { timeout: TIMEOUT_MS / 2, interval: 1000 }).toBeGreaterThan(0);
  await page.getByText("It has had no run yet.").waitFor({ state: "detached" });
  await page.getByText("The connection is lost.").waitFor({ state: "hidden" });
  expect(await page.getByLabel("Why").inputValue()).toBe("half a sen");
  expect(await page.evaluate(() => scrollY)).toBe(top);
});
