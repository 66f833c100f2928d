import { z } from "zod";
import type { Call } from "../env.ts";
import { notFound } from "../http/errors.ts";
import { id, text } from "../http/validate.ts";
import { creationOf, isRepeat } from "../replay/replay.ts";
import type { Material } from "../schedules/materials.ts";
import { upsertTestRuns } from "./store.ts";

const CONTENT_CHARACTERS = 4000;
const MOST_AT_ONCE = 5000;
const LIST_FORM = `must be a list of 1 to ${MOST_AT_ONCE} test runs`;

/** Test runs to bring in: a known `test_run_id` is updated, a missing id given. */
export const testRunsInput = z
  .array(
    z.object({
      test_run_id: id().optional(),
      test_case_id: id().optional(),
      test_case_name: text(),
      test_case_version_id: id().optional(),
      automation_content: text(CONTENT_CHARACTERS),
    }),
    LIST_FORM,
  )
  .min(1, { error: LIST_FORM })
  .max(MOST_AT_ONCE, { error: LIST_FORM });

/** Brings test runs into a project; gives them all as they now are, in the order they came. Throws `not_found`. */
export const createTestRuns = async (
  call: Call,
  project: number,
  runs: z.output<typeof testRunsInput>,
): Promise<Material[]> => {
  const creation = await creationOf(call, runs);
  const { claim, projectExists, rows } = await upsertTestRuns(call.db, project, runs, creation);
  if (!projectExists) throw notFound("project", project);
  isRepeat(creation, claim);
  return rows;
};
