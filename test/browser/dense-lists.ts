import { expect, test } from "vitest";
import { call, makeSchedule, makeThings, type Things } from "./fixtures.ts";
import { atDesk } from "./person.ts";

test("a list has rows of at most 40 px, of which 25 fit on a screen of 900 px", async () => {
  const things = await makeThings(
    "Dense, with a name that is far longer than its column of the list is wide",
  );
  const name = "A schedule with a name that is far longer than its column of the list is wide";
  const { schedule } = await makeSchedule(things, { name, cron: "0 3 * * *", start_date: undefined });
  const path = `/projects/${things.project}/automation/schedules/${schedule}/run-now`;
  for (let run = 0; run < 25; run++) await call("POST", path);
  const page = await atDesk();
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`/console/jobs?project=${things.project}`);
  const rows = await page.evaluate(() =>
    [...document.querySelectorAll("tbody tr")].map((row) => {
      const { height, bottom } = row.getBoundingClientRect();
      return { height, isInSight: bottom <= innerHeight };
    }),
  );
  expect(rows).toHaveLength(25);
  for (const row of rows) expect(row.height).toBeLessThanOrEqual(40);
  expect(rows.every(({ isInSight }) => isInSight)).toBe(true);
  // A cut name is whole once its link has the focus, and is told on hover.
  const link = page.getByRole("link", { name }).first();
  const height = async () => (await page.locator("tbody tr").first().boundingBox())?.height ?? 0;
  const cut = await height();
  expect(await link.getAttribute("title")).toBe(name);
  await link.focus();
  expect(await height()).toBeGreaterThan(cut);
});

const LONG = "a name that is far longer than its column of the list is wide";

/** What makes 25 rows of a list, whose address it gives. */
const LISTS: Record<string, (things: Things) => Promise<string>> = {
  schedules: async (things) => {
    for (let nth = 0; nth < 25; nth++) await makeSchedule(things, { name: `${nth} ${LONG}` });
    return `/console/schedules?project=${things.project}`;
  },
  agents: async ({ project, host }) => {
    const facts = { framework: "pytest", framework_id: "pytest", active: true };
    for (let nth = 0; nth < 25; nth++)
      await call("POST", `/projects/${project}/automation/hosts/${host}/agents`, {
        body: { ...facts, name: `${nth} ${LONG}`, agent_client_id: `dense ${nth}` },
      });
    return `/console/agents?project=${project}`;
  },
  projects: async () => {
    for (let nth = 0; nth < 25; nth++) await call("POST", "/projects", { body: { name: `${nth} ${LONG}` } });
    return "/console/projects";
  },
  tests: async ({ project }) => {
    const body = Array.from({ length: 25 }, (_, nth) => ({
      ...{ test_run_id: nth + 1, test_case_name: `${nth} ${LONG}`, automation_content: LONG },
    }));
    await call("POST", `/projects/${project}/automation/test-runs`, { body });
    return `/console/projects/${project}/test-runs`;
  },
  tokens: async ({ project }) => {
    for (let nth = 0; nth < 25; nth++)
      await call("POST", "/tokens", {
        body: {
          name: `${nth} ${LONG}`,
          scope: "operator",
          project_ids: [project],
          expires_at: "2099-01-01T00:00:00Z",
        },
      });
    return "/console/tokens?order=newest";
  },
  audit: async ({ project }) => {
    for (let nth = 0; nth < 25; nth++)
      await call("PUT", `/projects/${project}`, { body: { name: `${nth} ${LONG}` } });
    return `/console/audit?project=${project}`;
  },
};

test.each(Object.entries(LISTS))(
  "so has the list of %s, whatever its rows have in them",
  async (name, make) => {
    const path = await make(await makeThings(`Dense ${name}`));
    const page = await atDesk();
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(path);
    const rows = await page.evaluate(() =>
      [...document.querySelectorAll("tbody tr")]
        .map((row) => row.getBoundingClientRect())
        .map(({ height, bottom }) => ({ height, bottom })),
    );
    expect(rows).toHaveLength(25);
    for (const { height } of rows) expect(height).toBeLessThanOrEqual(40);
    expect(rows.at(-1)?.bottom).toBeLessThanOrEqual(900);
  },
);
