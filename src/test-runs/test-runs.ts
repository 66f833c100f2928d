import * as z from "zod";
import { getProject } from "../access/known.ts";
import { authorOf } from "../audit/audit.ts";
import type { Call } from "../call.ts";
import { type Material, materialShape } from "../jobs/materials.ts";
import { creationOf, refuseReusedKey } from "../replay/replay.ts";
import { HIGHEST_GIVEN_ID, id, text } from "../wire/fields.ts";
import { cutPage, type Listed, type Page } from "../wire/list-pages.ts";
import { invalid, notFound } from "../wire/refusals.ts";
import { readTestRun, readTestRuns, removeTestRun } from "./kept-store.ts";
import { type Incoming, readUnknown, upsertTestRuns } from "./store.ts";

const CONTENT_CHARACTERS = 4000;
export const MAX_AT_ONCE = 5000;
const LIST_FORM = `must be a list of 1 to ${MAX_AT_ONCE} test runs`;

export const testRunInput = z.object({
  test_run_id: id().optional(),
  test_case_id: id().optional(),
  test_case_name: text(),
  test_case_version_id: id().optional(),
  automation_content: text(CONTENT_CHARACTERS),
});

/** Test runs to bring in: a known `test_run_id` is updated, a missing id given. */
export const testRunsInput = z
  .array(testRunInput, LIST_FORM)
  .min(1, { error: LIST_FORM })
  .max(MAX_AT_ONCE, { error: LIST_FORM })
  .transform((runs): Incoming => ({ runs, knownBy: "id" }));

/**
 * Brings test runs into a project; gives them all as they now are, in the order they came. Those of a file that
 * come without a `test_run_id` and are known by the same name and content are updated, not doubled. Throws
 * `not_found`, `invalid` for an id that only we could give.
 */
export const createTestRuns = async (
  call: Call,
  project: number,
  incoming: Incoming,
): Promise<Material[]> => {
  await refuseIdsOfOurs(call, project, incoming);
  const creation = await creationOf(call, incoming.runs);
  const { claim, projectExists, rows } = await upsertTestRuns(call.db, project, {
    comes: incoming,
    author: authorOf(call, "createTestRuns"),
    creation,
  });
  if (!projectExists) throw notFound("project", project);
  refuseReusedKey(creation, claim);
  return rows;
};

/** Ids above those that a client may give are ours: they name test runs that are there. */
const refuseIdsOfOurs = async (call: Call, project: number, { runs }: Incoming): Promise<void> => {
  const ours = runs.flatMap(({ test_run_id: id }) => (id !== undefined && id > HIGHEST_GIVEN_ID ? [id] : []));
  if (ours.length === 0) return;
  await getProject(call, project);
  const [unknown] = await readUnknown(call.db, project, ours);
  if (unknown === undefined) return;
  throw invalid([
    {
      field: "test_run_id",
      message: `names test run ${unknown}, which is not in project ${project}; a new one has an id of at most ${HIGHEST_GIVEN_ID}, or none`,
    },
  ]);
};

/** The path of one test run's calls. */
export interface TestRunPath {
  project: number;
  test_run: number;
}

/** A test run that is there, in this project. Throws `not_found`. */
export const getTestRun = async ({ db }: Call, { project, test_run }: TestRunPath): Promise<Material> => {
  const found = await readTestRun(db, project, test_run);
  if (!found) throw notFound("test run", `${test_run} in project ${project}`);
  return materialShape.parse(found);
};

/** A project's test runs, a page by id. Throws `not_found` for the project. */
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

/** Deletes a test run; schedules and jobs keep it as it was when they were made. Throws `not_found`. */
export const deleteTestRun = async (call: Call, path: TestRunPath): Promise<Material> => {
  const { project: projectId, test_run: id } = path;
  const removed = await removeTestRun(call.db, { projectId, id }, authorOf(call, "deleteTestRun"));
  if (removed === undefined) throw notFound("test run", `${id} in project ${projectId}`);
  return materialShape.parse({ ...JSON.parse(removed), test_run_id: id });
};
