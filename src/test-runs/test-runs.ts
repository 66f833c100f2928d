import * as z from "zod";
import { authorOf } from "../audit/audit.ts";
import type { Call } from "../env.ts";
import { invalid, notFound } from "../http/errors.ts";
import { HIGHEST_GIVEN_ID, id, text } from "../http/validate.ts";
import { getProject } from "../projects/projects.ts";
import { creationOf, isRepeat } from "../replay/replay.ts";
import type { Material } from "../schedules/materials.ts";
import { type Incoming, readUnknown, upsertTestRuns } from "./store.ts";

const CONTENT_CHARACTERS = 4000;
export const MOST_AT_ONCE = 5000;
const LIST_FORM = `must be a list of 1 to ${MOST_AT_ONCE} test runs`;

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
  .max(MOST_AT_ONCE, { error: LIST_FORM })
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
  const { claim, projectExists, rows } = await upsertTestRuns(
    call.db,
    project,
    incoming,
    authorOf(call, "createTestRuns"),
    creation,
  );
  if (!projectExists) throw notFound("project", project);
  isRepeat(creation, claim);
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
