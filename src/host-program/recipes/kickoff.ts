import { inRun } from "./plan.ts";
import type { RecipeInput, RecipePlan } from "./recipe.ts";

/** Linux allows 128 KiB for one variable, and Windows 32,767 characters. */
const MAX_CHARACTERS = 30_000;

/**
 * What every run finds in its environment, whatever its recipe: our variables, and those of the vendor's
 * agents, so that their scripts run unchanged.
 *
 * - `MUSTER_JOB_ID`, `MUSTER_ATTEMPT`; `MUSTER_TESTS`: the tests as JSON. If that is too long, they are only
 *   in the file that `MUSTER_TESTS_FILE` names.
 * - `QTE.jobId`, `QTE.projectId`, `QTE.testcaseIds`: ids, joined by commas. Shells cannot read a name with a
 *   dot, and some do not pass it on; other languages can, and a command may use `${QTE.jobId}` or `$QTE.jobId`.
 * - `QTE_SCHEDULED_TX_DATA` of the Shell Agent is a URL, which the host serves during the run
 *   (job-details.ts).
 * - The variables of the Universal Agent: `TESTCASES_AC` (contents joined by commas), `TESTRUNS_LIST`,
 *   `PROJECT_DATA` (JSON), `WORKING_DIR`, and `MAGIC_VARIABLES_FILE_PATH`, a JSON file of them.
 */
export function kickoffOf(input: RecipeInput): Pick<RecipePlan, "env" | "files"> {
  const tests = input.tests ?? [];
  const asked = tests.map(({ testRunId, name, content }) => ({
    test_run_id: testRunId,
    test_run_name: name,
    automation_content: content,
  }));
  const ids = tests.map(({ testRunId }) => testRunId).join(",");
  const magic = {
    TESTCASES_AC: tests.map(({ content }) => content).join(","),
    TESTRUNS_LIST: JSON.stringify(
      tests.map(({ testRunId, name, content }) => ({
        id: testRunId,
        name,
        test_case: { automation_content: content },
      })),
    ),
    PROJECT_DATA: JSON.stringify({
      project_id: input.job.projectId,
      properties: { job_id: input.job.id },
    }),
  };
  const lists = { MUSTER_TESTS: JSON.stringify(asked), ...magic, "QTE.testcaseIds": ids };
  const short = Object.entries(lists).filter(([, value]) => value.length <= MAX_CHARACTERS);
  const testsFile = inRun(input, "muster-tests.json");
  const magicFile = inRun(input, "magic-variables.json");
  return {
    env: {
      MUSTER_JOB_ID: String(input.job.id),
      MUSTER_ATTEMPT: String(input.job.attempt),
      MUSTER_TESTS_FILE: testsFile,
      "QTE.jobId": String(input.job.id),
      "QTE.projectId": String(input.job.projectId),
      WORKING_DIR: input.directory,
      MAGIC_VARIABLES_FILE_PATH: magicFile,
      ...Object.fromEntries(short),
    },
    files: [
      { path: testsFile, text: JSON.stringify(asked) },
      { path: magicFile, text: JSON.stringify(magic) },
    ],
  };
}

/** The response of the URL in `QTE_SCHEDULED_TX_DATA`. Scripts of the Shell Agent read the ids of test runs there, as texts. */
export const scheduledDataOf = ({ job, tests }: Pick<RecipeInput, "job" | "tests">): object => ({
  QTE: {
    jobId: String(job.id),
    projectId: String(job.projectId),
    testRuns: (tests ?? []).map(({ testRunId, name, content }) => ({
      Id: String(testRunId),
      Name: name,
      AutomationContent: content,
    })),
  },
});
