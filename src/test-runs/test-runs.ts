import * as z from "zod";
import { getProject } from "../access/known.ts";
import { authorOf } from "../audit/audit.ts";
import type { Call } from "../call.ts";
import { CONTENT_CHARACTERS, givenMaterial, type Material, materialShape } from "../jobs/materials.ts";
import { creationOf, refuseReusedKey } from "../replay/replay.ts";
import { described } from "../wire/described.ts";
import { MAX_GIVEN_ID, text } from "../wire/fields.ts";
import { cutPage, type Listed, type Page } from "../wire/list-pages.ts";
import { invalid, notFound } from "../wire/refusals.ts";
import { changeTestRun, readTestRun, readTestRuns, removeTestRun } from "./kept-store.ts";
import { type Incoming, readUnknown, upsertTestRuns } from "./store.ts";

export const MAX_RUNS = 5000;
const LIST_FORM = `must be a list of 1 to ${MAX_RUNS} test runs; a report in JSON is sent as application/octet-stream`;

/** Test runs to create or update: a known `test_run_id` is updated, a missing id is assigned. */
export const testRunsInput = z
  .array(givenMaterial, LIST_FORM)
  .min(1, { error: LIST_FORM })
  .max(MAX_RUNS, { error: LIST_FORM })
  .transform((runs): Incoming => ({ runs, matchBy: "id" }));

/**
 * Imports test runs into a project; returns them in the order given. Those of a file without a `test_run_id` update the
 * existing one with the same name and content. Throws `not_found`, `invalid` for an unknown id in the service's range.
 */
export const createTestRuns = async (
  call: Call,
  project: number,
  incoming: Incoming,
): Promise<Material[]> => {
  await refuseUnknownAssignedIds(call, project, incoming);
  const creation = await creationOf(call, incoming.runs);
  const { claim, projectExists, rows } = await upsertTestRuns(call.db, project, {
    incoming,
    author: authorOf(call, "createTestRuns"),
    creation,
  });
  if (!projectExists) throw notFound("project", project);
  refuseReusedKey(creation, claim);
  return rows;
};

/** Ids above `MAX_GIVEN_ID` are assigned by the service, so they must exist. */
export const refuseUnknownAssignedIds = async (
  call: Call,
  project: number,
  { runs }: Incoming,
): Promise<void> => {
  const assigned = runs.flatMap(({ test_run_id: id }) => (id !== undefined && id > MAX_GIVEN_ID ? [id] : []));
  if (assigned.length === 0) return;
  await getProject(call, project);
  const [unknown] = await readUnknown(call.db, project, assigned);
  if (unknown === undefined) return;
  throw invalid([
    {
      field: "test_run_id",
      message: `names test run ${unknown}, which is not in project ${project}; a new one has an id of at most ${MAX_GIVEN_ID}, or none`,
    },
  ]);
};

export interface TestRunPath {
  project: number;
  test_run: number;
}

/** One test run of the project. Throws `not_found`. */
export const getTestRun = async ({ db }: Call, { project, test_run }: TestRunPath): Promise<Material> => {
  const found = await readTestRun(db, project, test_run);
  if (!found) throw notFound("test run", `${test_run} in project ${project}`);
  return materialShape.parse(found);
};

/** A page of a project's test runs by id. Throws `not_found` for the project. */
export const listTestRuns = async (
  { db }: Call,
  project: number,
  page: Page,
): Promise<Listed<Material & { id: number }>> => {
  const { projectExists, rows } = await readTestRuns(db, project, page);
  if (!projectExists) throw notFound("project", project);
  return cutPage(
    rows.map((run) => ({ ...run, id: run.test_run_id })),
    page,
  );
};

/** What a test run is changed to; what is left out stays. */
export const testRunUpdate = described(
  z
    .object({ test_case_name: text().optional(), automation_content: text(CONTENT_CHARACTERS).optional() })
    .refine(({ test_case_name, automation_content }) => test_case_name ?? automation_content, {
      error: "must have test_case_name or automation_content",
    }),
  {
    fields: {
      test_case_name: "Its new name, for people.",
      automation_content: "What the host runs from now on, in the form that its tool takes.",
    },
    example: { test_case_name: "Login by mail" },
  },
);

/** Changes a test run's name or content. Schedules and jobs keep their copy. Throws `not_found`. */
export const updateTestRun = async (
  call: Call,
  path: TestRunPath,
  { test_case_name: name, automation_content: content }: z.output<typeof testRunUpdate>,
): Promise<Material> => {
  const { project: projectId, test_run: id } = path;
  const changes = {
    ...(name === undefined ? {} : { testCaseName: name }),
    ...(content === undefined ? {} : { automationContent: content }),
  };
  const author = authorOf(call, "updateTestRun");
  const run = await changeTestRun(call.db, { projectId, id }, { changes, author });
  if (!run) throw notFound("test run", `${id} in project ${projectId}`);
  return materialShape.parse(run);
};

/** Deletes a test run. Schedules and jobs keep their copy. Throws `not_found`. */
export const deleteTestRun = async (call: Call, path: TestRunPath): Promise<Material> => {
  const { project: projectId, test_run: id } = path;
  const removed = await removeTestRun(call.db, { projectId, id }, authorOf(call, "deleteTestRun"));
  if (removed === undefined) throw notFound("test run", `${id} in project ${projectId}`);
  return materialShape.parse({ ...JSON.parse(removed), test_run_id: id });
};
