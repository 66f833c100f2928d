import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { call, makeSchedule, makeThings, report, type Things } from "./fixtures.ts";
import { ADDRESS, signedIn } from "./person.ts";
import { TOKEN } from "./place.ts";

const LINES = 100_000;
const FAILED_LINE = 61_234;
const CHUNK_LINES = 10_000;
/** A search of the whole page for a text would read all lines each time: one element is looked at instead. */
const POLLED = { timeout: 15_000 };

let things: Things;

/** Appends to a job's log at an offset. Gives the offset after it. */
const append = async (job: number, offset: number, text: string): Promise<number> => {
  const bytes = new TextEncoder().encode(text);
  const path = `/api/v3/projects/${things.project}/automation/jobs/${job}/attempts/1/log?offset=${offset}`;
  const answer = await fetch(`${ADDRESS}${path}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${TOKEN}` },
    body: bytes,
  });
  expect(answer.status).toBe(200);
  return offset + bytes.byteLength;
};

const lineOf = (nth: number): string =>
  nth === FAILED_LINE
    ? "FAILED cart > pays <b>by card</b>\n"
    : `line ${nth}: 0 failed, all is as it should be\n`;

/** The marked text, and whether it is in sight within the box. */
const marked = (page: Page) =>
  page.evaluate(() => {
    const [range] = [...(CSS.highlights.get("log-found") ?? [])];
    const box = document.querySelector(".log-text")?.getBoundingClientRect();
    if (!(range instanceof Range) || !box) return undefined;
    const { top, bottom } = range.getBoundingClientRect();
    return { text: range.toString(), isInSight: top >= box.top && bottom <= box.bottom };
  });

/** Notes how long each task of a page keeps it from answering, in milliseconds, where that is over 50. */
const WATCH = `globalThis.longTasks = [];
  new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: "longtask", buffered: true });`;

/** What a person notices as a hitch, in milliseconds; longer where the machine is so busy that a fixed piece of work is. */
const HITCH_MS = 200;
/** How long the page takes for that piece of work, a quarter of a second on a busy small machine: the middle of five. */
const PIECE = `Array.from({ length: 5 }, () => {
    const start = performance.now();
    let sum = 0;
    for (let nth = 0; nth < 3e7; nth++) sum = (sum * 31 + nth) | 0;
    return performance.now() - start + (sum & 0);
  }).sort((one, other) => one - other)[2]`;

/** The longest times between two frames while the output is scrolled through from its end to its start, in milliseconds. */
const SCROLL = `new Promise((resolve) => {
    const box = document.querySelector(".log-text");
    const steps = 60;
    const gaps = [];
    let last = performance.now();
    const step = (place) => {
      const now = performance.now();
      gaps.push(now - last);
      last = now;
      box.scrollTop = (box.scrollHeight * (steps - place)) / steps;
      if (place < steps) requestAnimationFrame(() => step(place + 1));
      else resolve(gaps.sort((one, other) => other - one).slice(0, 5));
    };
    requestAnimationFrame(() => step(0));
  })`;

const numbers = z.array(z.number());

/** Wants that the page has answered without a hitch since the last look. `times`: others that count, in milliseconds. */
const wantNoHitch = async (page: Page, what: string, times: number[] = []): Promise<void> => {
  const tasks = numbers.parse(await page.evaluate("longTasks.splice(0)"));
  const piece = z.number().parse(await page.evaluate(PIECE));
  await page.evaluate("longTasks.splice(0)");
  expect(Math.max(0, ...tasks, ...times), what).toBeLessThan(Math.max(HITCH_MS, piece));
};

describe("a run's output on its job's page", () => {
  beforeAll(async () => {
    things = await makeThings("Logged");
  });

  test("of 100,000 lines is followed, searched and leads to the failure, without a hitch and in few elements", async () => {
    const { job, schedule } = await makeSchedule(things, { name: "Talks much" });
    await report(things.project, job, { status: "RUNNING" });
    let end = 0;
    for (let from = 0; from < LINES; from += CHUNK_LINES) {
      const lines = Array.from({ length: CHUNK_LINES }, (_, nth) => lineOf(from + nth));
      end = await append(job, end, lines.join(""));
    }
    const { page } = await signedIn();
    await page.addInitScript(WATCH);
    await page.goto(`/console/projects/${things.project}/jobs/${job}`);
    await page.locator("#output").scrollIntoViewIfNeeded();
    const state = page.locator("[data-log-state]");
    await expect.poll(() => state.textContent(), { timeout: 60_000 }).toBe("100,000 lines, still growing");
    expect(await page.locator("#log *").count()).toBeLessThan(400);
    await wantNoHitch(page, "as it comes in");
    await wantNoHitch(page, "as it is scrolled through", numbers.parse(await page.evaluate(SCROLL)));
    await page.getByRole("button", { name: "First failure" }).click();
    await expect
      .poll(() => marked(page))
      .toEqual({ text: "FAILED cart > pays <b>by card</b>", isInSight: true });
    const said = page.locator("[data-log-found]");
    await page.getByLabel("Search").fill("line 99998");
    await expect.poll(() => said.textContent(), POLLED).toBe("1 of 1");
    await expect.poll(() => marked(page)).toEqual({ text: "line 99998", isInSight: true });
    await page.getByLabel("Search").fill("line 1000");
    await expect.poll(() => said.textContent(), POLLED).toBe("1 of 11");
    await page.getByLabel("Search").press("Shift+Enter");
    await expect.poll(() => said.textContent(), POLLED).toBe("11 of 11");
    await wantNoHitch(page, "as it is searched");
    // The rest of the page is kept up while somebody seeks in the output.
    await call("POST", `/projects/${things.project}/automation/schedules/${schedule}/run-now`);
    await page.getByRole("link", { name: "Next run" }).waitFor();
    await expect.poll(() => said.textContent(), POLLED).toBe("11 of 11");
    await append(job, end, "one more\n");
    await expect.poll(() => state.textContent(), POLLED).toBe("100,001 lines, still growing");
    // What the page does for other parts leaves the output as it is.
    await page.getByText("Cancel…").click();
    await page.getByRole("button", { name: "Cancel this job" }).click();
    await page.locator(".mark.cancelled").first().waitFor();
    expect(await page.locator(".log-part").count()).toBe(251);
  }, 120_000);

  test("is a link to its text without scripts", async () => {
    const { job } = await makeSchedule(things, { name: "Plain" });
    await report(things.project, job, { status: "RUNNING" });
    await append(job, 0, "first line\n<i>second</i>\n");
    // A text names no icon, and the browser asks for one.
    const { page } = await signedIn({ javaScriptEnabled: false }, /status of 404/);
    await page.goto(`/console/projects/${things.project}/jobs/${job}`);
    await page.getByRole("link", { name: "Output as text" }).click();
    await page.getByText("<i>second</i>").waitFor();
  });
});
