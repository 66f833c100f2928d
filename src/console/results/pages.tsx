import { type Context, Hono } from "hono";
import * as z from "zod";
import { getProject } from "../../access/known.ts";
import { quarantineInput, quarantineTest, releaseTest } from "../../flaky-tests/flaky-tests.ts";
import type { App } from "../../http/app.ts";
import { textStream } from "../../http/stream-of.ts";
import { EXPORT_FORMS, exportResults, isExportForm } from "../../results/export.ts";
import { type TestPath, testsQuery } from "../../results/reading.ts";
import { LOG_TYPE } from "../../run-files/log-storing.ts";
import { DAY_MS } from "../../wire/durations.ts";
import { notFound } from "../../wire/refusals.ts";
import { formatWireTime } from "../../wire/times.ts";
import { attempt, numberIn, readAs } from "../form-input.ts";
import { idIn } from "../lists/id-search.ts";
import { FormInput } from "../page-context.ts";
import { action, page } from "../page-guards.ts";
import { inProject } from "../parts/crumbs.ts";
import type { Wrong } from "../parts/form.tsx";
import { instantOf, localInput } from "../parts/local-time.ts";
import { redirectTo, type Status, show } from "../show-page.tsx";
import { followedLog, logAddress, wholeLog } from "./log.ts";
import { TestsOfProject } from "./test-list.tsx";
import { TestDetails } from "./test-page.tsx";
import { testPath, testsPath, titleOf } from "./test-parts.tsx";
import { readTest, readTests } from "./view.ts";

const HERE = "/console/projects";
const JOB = "/projects/:project/jobs/:job" as const;
const TEST = "/projects/:project/tests/:test" as const;
/** The number of tests on a page. */
const PAGE = 50;
/** A quarantine's end and passes, unless the form says otherwise. */
const QUARANTINE_DAYS = 7;
const PASSES = "5";

/** Invalid query parameters are ignored. */
const address = testsQuery.pick({ search: true, failure: true, sort: true, after: true });
const filterIn = (query: Record<string, string>): z.output<typeof testsQuery> => {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value.trim() !== ""));
  const read = address.safeParse(given);
  return { ...(read.success ? read.data : address.parse({})), limit: PAGE };
};

/** Where a test's older runs begin; another value is ignored. */
const olderThan = z.object({ before: z.coerce.number().int().min(1).optional().catch(undefined) });

const newQuarantine = (now: number, zone: string): FormInput =>
  new FormInput([
    ["until", [localInput(now + QUARANTINE_DAYS * DAY_MS, zone)]],
    ["passes", [PASSES]],
  ]);

/** The form's values of a quarantine, in the API's fields. */
const quarantineIn = (formInput: FormInput, zone: string) => {
  const until = formInput.get("until");
  const at = instantOf(until, zone);
  return {
    reason: formInput.get("reason"),
    owner: formInput.get("owner"),
    until: at === undefined ? until : formatWireTime(at),
    passes: numberIn(formInput.get("passes")),
  };
};

interface Draft {
  formInput: FormInput;
  wrong: Wrong;
  status: Status;
}

const showTest = async (c: Context<App>, path: TestPath, { formInput, wrong, status }: Draft) => {
  const call = c.get("call");
  const { before } = readAs(olderThan, c.req.query());
  const [found, project] = await Promise.all([readTest(call, path, before), getProject(call, path.project)]);
  return show(
    c,
    {
      ...{ title: titleOf(found.test.name), here: HERE, sheet: "charts", status },
      above: inProject(project, [{ path: testsPath(project.id), label: "Test results" }]),
    },
    <TestDetails projectId={path.project} page={found} formInput={formInput} wrong={wrong} />,
  );
};

export const resultPages = new Hono<App>()
  .get("/projects/:project/tests", page("listTests", ["project"]), async (c) => {
    const { project } = c.req.valid("param");
    const given = c.req.query("search") ?? "";
    const id = idIn(given);
    const filter = filterIn({ ...c.req.query(), ...(id === undefined ? {} : { search: "" }) });
    const list = await readTests(c.get("call"), project, { filter, id });
    return show(
      c,
      {
        ...{
          title: `Test results of ${list.project.name}`,
          crumb: "Test results",
          here: HERE,
          sheet: "charts",
        },
        above: inProject(list.project),
      },
      <TestsOfProject list={list} filter={id === undefined ? filter : { ...filter, search: given.trim() }} />,
    );
  })
  .get(TEST, page("getTest", ["project", "test"]), (c) => {
    const { call, pageContext } = c.var;
    const formInput = newQuarantine(call.now, pageContext.zone);
    return showTest(c, c.req.valid("param"), { formInput, wrong: [], status: 200 });
  })
  .post(`${TEST}/quarantine`, action("quarantineTest", ["project", "test"]), async (c) => {
    const { call, formInput, pageContext } = c.var;
    const path = c.req.valid("param");
    const tried = await attempt(async () =>
      quarantineTest(call, path, readAs(quarantineInput, quarantineIn(formInput, pageContext.zone))),
    );
    if (tried.done) return redirectTo(c, testPath(path.project, path.test), "test-quarantined");
    return showTest(c, path, { formInput, wrong: tried.wrong, status: tried.status });
  })
  .post(`${TEST}/release`, action("releaseTest", ["project", "test"]), async (c) => {
    const path = c.req.valid("param");
    await releaseTest(c.get("call"), path);
    return redirectTo(c, testPath(path.project, path.test), "test-released");
  })
  .get(`${JOB}/export/:form`, page("listJobResults", ["project", "job"]), async (c) => {
    const path = c.req.valid("param");
    const form = c.req.param("form");
    if (!isExportForm(form)) throw notFound("export", form.slice(0, 80));
    const { pieces, isCut } = await exportResults(c.get("call"), path, form);
    if (isCut) c.header("Export-Cut", "true");
    c.header("Content-Disposition", `attachment; filename="job-${path.job}-${form}"`);
    return c.body(textStream(pieces), 200, { "Content-Type": EXPORT_FORMS[form].type });
  })
  .get(`${JOB}/log`, page("readLog", ["project", "job"]), async (c) => {
    const { call } = c.var;
    const place = c.req.valid("param");
    const { attempt: asked, from, follow } = readAs(logAddress, c.req.query());
    if (follow === undefined)
      return c.body(await wholeLog(call, place, asked), 200, { "Content-Type": LOG_TYPE });
    // A browser that reconnects says where it stopped, whatever the address says.
    const stopped = readAs(logAddress, { from: c.req.header("Last-Event-ID") }).from;
    const events = await followedLog(call, place, { attempt: asked, from: stopped ?? from });
    return c.body(events, 200, { "Content-Type": "text/event-stream" });
  });
