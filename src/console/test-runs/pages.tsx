import { type Context, Hono } from "hono";
import { getProject } from "../../access/known.ts";
import { mayDo } from "../../access/permissions.ts";
import type { App } from "../../http/app.ts";
import { CONTENTS } from "../../reports/content.ts";
import { testRunsOfTable } from "../../test-runs/files.ts";
import { previewTestRuns } from "../../test-runs/preview.ts";
import { testRunsOfReport } from "../../test-runs/report.ts";
import type { Incoming } from "../../test-runs/store.ts";
import {
  createTestRuns,
  deleteTestRun,
  getTestRun,
  type TestRunPath,
  testRunUpdate,
  updateTestRun,
} from "../../test-runs/test-runs.ts";
import { invalid } from "../../wire/refusals.ts";
import { attempt, readAs } from "../form-input.ts";
import { FormInput } from "../page-context.ts";
import { action, page } from "../page-guards.ts";
import { inProject } from "../parts/crumbs.ts";
import type { Wrong } from "../parts/form.tsx";
import { redirectTo, type Status, show } from "../show-page.tsx";
import { TestRunForm } from "./edit.tsx";
import { ImportForm, type Told } from "./import-form.tsx";
import { TestRunList, testRunsPath } from "./list.tsx";
import { listTestRuns, testRunsAddress } from "./view.ts";

const HERE = "/console/projects";
const TEST_RUNS = "/projects/:project/test-runs" as const;
const TEST_RUN = "/projects/:project/test-runs/:test_run" as const;
const IDS = ["project", "test_run"] as const;

interface Draft {
  formInput: FormInput;
  wrong: Wrong;
  status: Status;
}

const showList = async (
  c: Context<App>,
  project: number,
  { formInput, wrong, status, told }: Draft & { told?: Told | undefined },
) => {
  const { call, pageContext } = c.var;
  const filter = readAs(testRunsAddress, c.req.query());
  const list = await listTestRuns(call, project, filter);
  return show(
    c,
    {
      ...{ title: `Tests of ${list.project.name}`, crumb: "Tests", here: HERE, sheet: "lists", status },
      above: inProject(list.project),
    },
    <TestRunList list={list} filter={filter}>
      {mayDo(pageContext.actor, "createTestRuns") && (
        <ImportForm projectId={project} formInput={formInput} wrong={wrong} told={told} />
      )}
    </TestRunList>,
  );
};

/** The tests of the form's file. Throws `invalid`. */
const incomingOf = async (formInput: FormInput): Promise<Incoming> => {
  const file = formInput.files.get("report");
  if (!file) throw invalid([{ field: "report", message: "is missing: choose one" }]);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const match = formInput.get("match") === "name" ? "name" : "content";
  if (/\.csv$/i.test(file.name)) return testRunsOfTable(bytes, { match });
  const content = CONTENTS.find((each) => each === formInput.get("content")) ?? "classname.name";
  return testRunsOfReport(bytes, { content, allow_empty: false, match });
};

/** What is wrong with the file, beside its input. */
const ofReport = (wrong: Wrong): Wrong =>
  wrong.map(({ field, message }) => ({
    field: "report",
    message: ["body", "report", ""].includes(field) ? message : `${field} ${message}`,
  }));

const formInputOf = ({ test_case_name, automation_content }: Record<string, string | number>): FormInput =>
  new FormInput([
    ["test_case_name", [String(test_case_name)]],
    ["automation_content", [String(automation_content)]],
  ]);

const showTestRun = async (c: Context<App>, path: TestRunPath, draft: Draft | undefined) => {
  const { call, pageContext } = c.var;
  const [run, project] = await Promise.all([getTestRun(call, path), getProject(call, path.project)]);
  const { formInput, wrong, status } = draft ?? { formInput: formInputOf(run), wrong: [], status: 200 };
  return show(
    c,
    {
      ...{ title: run.test_case_name, here: HERE, status },
      above: inProject(project, [{ path: testRunsPath(project.id), label: "Tests" }]),
    },
    <TestRunForm
      projectId={path.project}
      run={run}
      formInput={formInput}
      wrong={wrong}
      mayDelete={mayDo(pageContext.actor, "deleteTestRun")}
    />,
  );
};

export const testRunPages = new Hono<App>()
  .get(TEST_RUNS, page("listTestRuns", ["project"]), (c) =>
    showList(c, c.req.valid("param").project, { formInput: new FormInput([]), wrong: [], status: 200 }),
  )
  .post(TEST_RUNS, action("createTestRuns", ["project"]), async (c) => {
    const { call, formInput } = c.var;
    const { project } = c.req.valid("param");
    const isDone = formInput.get("step") !== "preview";
    const tried = await attempt(async () => {
      const incoming = await incomingOf(formInput);
      const preview = await previewTestRuns(call, project, incoming);
      if (isDone) await createTestRuns(call, project, incoming);
      return { preview, isDone };
    });
    if (tried.done) return showList(c, project, { formInput, wrong: [], status: 200, told: tried.value });
    return showList(c, project, { formInput, wrong: ofReport(tried.wrong), status: tried.status });
  })
  .get(TEST_RUN, page("getTestRun", IDS), (c) => showTestRun(c, c.req.valid("param"), undefined))
  .post(TEST_RUN, action("updateTestRun", IDS), async (c) => {
    const { call, formInput } = c.var;
    const path = c.req.valid("param");
    const input = {
      test_case_name: formInput.get("test_case_name"),
      automation_content: formInput.get("automation_content"),
    };
    const tried = await attempt(async () => updateTestRun(call, path, readAs(testRunUpdate, input)));
    if (tried.done) return redirectTo(c, testRunsPath(path.project), "test-saved");
    return showTestRun(c, path, { formInput, wrong: tried.wrong, status: tried.status });
  })
  .post(`${TEST_RUN}/delete`, action("deleteTestRun", IDS), async (c) => {
    const path = c.req.valid("param");
    await deleteTestRun(c.get("call"), path);
    return redirectTo(c, testRunsPath(path.project), "test-deleted");
  });
