import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { PUBLIC } from "../../src/docs/write-docs.ts";
import { call, makeSchedule, makeThings, report, sendFile, type Things } from "./fixtures.ts";
import { arrive, atDesk } from "./person.ts";

const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const PICTURE = readFileSync(new URL("./pictures/hosts.png", import.meta.url));
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const found = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
});

/** The rules that depend on how a page looks. */
const LOOKS = ["color-contrast", "target-size"];
const ALL = { type: "tag", values: WCAG };

/** The violations that axe, already loaded into the page, finds. */
const violations = async (page: Page, runOnly: object): Promise<string[]> => {
  const result = found.parse(
    await page.evaluate(
      `axe.run(document, { runOnly: ${JSON.stringify(runOnly)}, resultTypes: ["violations"] })`,
    ),
  );
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
};

/** Whether every page is judged in every way, or a few in one: `npm run test:axe` or `npm test`. */
const EVERY = process.env.AXE === "all";
const FEW = ["overview", "host", "job", "new schedule", "/docs/hosts", "/docs/api/jobs"];

/** The addresses of the documentation's pages, which the start of the server made. */
const docsAddresses = (): string[] => [
  "/docs",
  ...readdirSync(`${PUBLIC}/docs`, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".html"))
    .map((path) => `/docs/${path.replace(/\.html$/, "")}`),
];

/** Every rule in the first two ways; only the rules of looks in the others. */
const WAYS = (
  [
    ["light", 1280, ALL],
    ["dark", 360, ALL],
    ["light", 360, { type: "rule", values: LOOKS }],
    ["dark", 1280, { type: "rule", values: LOOKS }],
  ] as const
).slice(0, EVERY ? 4 : 1);

let things: Things;
let schedule: number;
let job: number;
let token: number;

describe("the pages are for everybody", () => {
  beforeAll(async () => {
    things = await makeThings("Seen");
    const runs = [{ test_case_name: "A case", automation_content: "x" }];
    await call("POST", `/projects/${things.project}/automation/test-runs`, { body: runs });
    ({ schedule } = await makeSchedule(things, {
      cron: "0 * * * *",
      test_run_ids: [1],
      start_date: undefined,
    }));
    for (const status of ["COMPLETED", "FAILED"]) {
      ({ job } = await makeSchedule(things, { name: "Ended", test_run_ids: [1] }));
      await report(things.project, job, { status: "RUNNING" });
      await report(things.project, job, { status });
    }
    const tests = [
      { name: "pays by card", status: "failed", duration: 1200, message: "expected 200", trace: "at cart" },
      { name: "adds an item", status: "passed", duration: 40 },
    ];
    const summary = { tests: 2, passed: 1, failed: 1, pending: 0, skipped: 0, other: 0, start: 0, stop: 0 };
    await call("PUT", `/projects/${things.project}/automation/jobs/${job}/attempts/1/reports/ctrf.json`, {
      body: { reportFormat: "CTRF", results: { tool: { name: "x" }, summary, tests } },
    });
    await sendFile(things.project, job, { path: "cart.png", type: "image/png", body: PICTURE });
    await sendFile(things.project, job, { path: "cart.html", type: "text/html", body: "<p>Cart</p>" });
    await report(things.project, (await makeSchedule(things, { name: "Goes on" })).job, {
      status: "RUNNING",
    });
    token = z.int().parse((await call("POST", "/tokens", { body: { name: "Seen", scope: "host" } })).id);
  });

  /** Checks a page in light and dark, wide and narrow: axe finds nothing, and nothing overflows its width. */
  const judge = async (page: Page, name: string) => {
    await page.evaluate(AXE);
    for (const [colorScheme, width, rules] of WAYS) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 800 });
      expect(await violations(page, rules), `${name}, ${colorScheme}, ${width} px`).toEqual([]);
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(beyond, `${name}, ${width} px`).toBeLessThanOrEqual(0);
    }
  };

  describe("axe finds nothing, light and dark, wide and narrow", () => {
    const pages: Record<string, () => string> = {
      overview: () => "/console",
      attention: () => "/console/attention",
      hosts: () => "/console/hosts",
      host: () => `/console/hosts/${things.host}`,
      agent: () => `/console/projects/${things.project}/hosts/${things.host}/agents/${things.agent}`,
      "agent's form": () =>
        `/console/projects/${things.project}/hosts/${things.host}/agents/${things.agent}/edit`,
      blackouts: () => `/console/projects/${things.project}/blackouts`,
      webhooks: () => `/console/projects/${things.project}/webhooks`,
      agents: () => `/console/agents?project=${things.project}`,
      find: () => "/console/find?q=seen",
      "choice of a project": () => "/console/project",
      jobs: () => `/console/jobs?host=${things.host}`,
      job: () => `/console/projects/${things.project}/jobs/${job}`,
      files: () => `/console/projects/${things.project}/jobs/${job}/files`,
      projects: () => "/console/projects",
      project: () => `/console/projects/${things.project}`,
      "tests of a project": () => `/console/projects/${things.project}/test-runs`,
      "test's form": () => `/console/projects/${things.project}/test-runs/1`,
      tests: () => `/console/projects/${things.project}/tests`,
      test: () => `/console/projects/${things.project}/tests/1`,
      "comparison of jobs": () => `/console/projects/${things.project}/jobs/${job}/compare?with=${job}`,
      "rules for flaky tests": () => `/console/projects/${things.project}/flaky-rules`,
      schedules: () => `/console/schedules?project=${things.project}`,
      schedule: () => `/console/projects/${things.project}/schedules/${schedule}`,
      "schedule's form": () => `/console/projects/${things.project}/schedules/${schedule}/edit`,
      "new schedule": () => `/console/projects/${things.project}/schedules/new`,
      timeline: () => "/console/timeline?q=Seen",
      "timeline as a table": () => "/console/timeline?q=Seen&by=agent&as=table",
      calendar: () => `/console/calendar?project=${things.project}`,
      tokens: () => "/console/tokens",
      token: () => `/console/tokens/${token}`,
      "new token": () => "/console/tokens/new",
      audit: () => "/console/audit",
      "set up": () => "/console/start",
      pipelines: () => "/console/pipelines",
      nowhere: () => "/console/nowhere",
      ...Object.fromEntries(docsAddresses().map((address) => [address, () => address])),
    };

    const judged = Object.entries(pages).filter(([name]) => EVERY || FEW.includes(name));

    test.each(judged)("on the page: %s", async (name, path) => {
      const page = await atDesk(/status of 404/);
      await page.goto(path());
      await page.evaluate(() => {
        for (const details of document.querySelectorAll("details")) details.open = true;
      });
      await judge(page, name);
    });

    test.runIf(EVERY)("on the sign-in, and where it is refused", async () => {
      const { page } = await arrive({}, /status of 401/);
      await page.goto("/console/sign-in");
      await judge(page, "sign-in");
      await page.getByLabel("Token").fill("nothing");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByText("is not taken").waitFor();
      await judge(page, "refused");
    });

    test.runIf(EVERY)("on what opens over a page", async () => {
      const page = await atDesk();
      await page.goto("/console/hosts");
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Name or id" }).fill("seen");
      await page.getByRole("option", { name: "Seen host" }).first().waitFor();
      await judge(page, "palette");
      await page.keyboard.press("Escape");
      await page.getByRole("heading").first().click();
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keys" }).waitFor();
      await judge(page, "keys");
      await page.keyboard.press("Escape");
      await page.setViewportSize({ width: 390, height: 800 });
      await page.getByRole("button", { name: "Menu" }).click();
      await judge(page, "menu");
    });

    test.runIf(EVERY)("on a form with errors, and on empty pages", async () => {
      const empty = z.int().parse((await call("POST", "/projects", { body: { name: "Empty" } })).id);
      const page = await atDesk(/status of 400/);
      await page.goto("/console/tokens/new");
      await page.getByLabel("Name").fill("x");
      await page.getByLabel("Only this host").fill("x");
      await page.getByRole("button", { name: "Make the token" }).click();
      await page.locator("#host_server_id-error").waitFor();
      await judge(page, "errors");
      for (const path of [
        `/console/jobs?project=${empty}`,
        `/console/schedules?project=${empty}`,
        "/console/hosts?q=none",
      ]) {
        await page.goto(path);
        await judge(page, path);
      }
    });
  });
});
