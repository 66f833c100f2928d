import { Hono } from "hono";
import type * as z from "zod";
import type { App } from "../../http/app.ts";
import { listTests, testsQuery } from "../../results/reading.ts";
import { page } from "../page-guards.ts";
import { show } from "../show-page.tsx";
import { OutputOfJob } from "./output.tsx";
import { TestsOfProject } from "./test-list.tsx";
import { TestDetails } from "./test-page.tsx";
import { titleOf } from "./test-parts.tsx";
import { readOutput, readTest } from "./view.ts";

const HERE = "/console/jobs";
/** The number of tests on a page. */
const PAGE = 50;

/** Invalid query parameters are ignored. */
const address = testsQuery.pick({ search: true, sort: true, after: true });
const filterIn = (query: Record<string, string>): z.output<typeof testsQuery> => {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value.trim() !== ""));
  const read = address.safeParse(given);
  return { ...(read.success ? read.data : address.parse({})), limit: PAGE };
};

export const resultPages = new Hono<App>()
  .get("/projects/:project/tests", page("listTests", ["project"]), async (c) => {
    const { project } = c.req.valid("param");
    const filter = filterIn(c.req.query());
    const list = await listTests(c.get("call"), project, filter);
    return show(
      c,
      { title: `Tests of ${list.project.name}`, here: HERE },
      <TestsOfProject list={list} filter={filter} />,
    );
  })
  .get("/projects/:project/tests/:test", page("getTest", ["project", "test"]), async (c) => {
    const path = c.req.valid("param");
    const found = await readTest(c.get("call"), path);
    return show(
      c,
      { title: titleOf(found.test.name), here: HERE },
      <TestDetails projectId={path.project} page={found} />,
    );
  })
  .get("/projects/:project/jobs/:job/output", page("readLog", ["project", "job"]), async (c) => {
    const path = c.req.valid("param");
    const output = await readOutput(c.get("call"), path);
    return show(c, { title: `Output of job ${path.job}`, here: HERE }, <OutputOfJob output={output} />);
  });
