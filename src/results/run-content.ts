import type { Material } from "../jobs/materials.ts";
import type { JobView } from "../jobs/store.ts";
import type { RunFacts } from "../project-results/protocol.ts";
import { sha256 } from "../wire/sha256.ts";

const DIGEST_CHARACTERS = 32;

/**
 * The same tests for the same agent, whichever schedule or request brought them: their contents and versions, in any
 * order. Agents differ in what they are for, such as browsers, in which a test may always pass and always fail.
 */
const digestOf = async (agent: number, materials: readonly Material[]): Promise<string> => {
  const tests = materials
    .map(({ automation_content, test_case_version_id }) =>
      JSON.stringify([automation_content, test_case_version_id]),
    )
    .sort();
  return (await sha256(JSON.stringify([agent, ...new Set(tests)]))).slice(0, DIGEST_CHARACTERS);
};

/**
 * What a run tests: the build that was reported with its results, or else the commit of its job, or else its tests, or
 * those of the job that it runs again in part.
 */
export const contentOf = async (
  job: Pick<JobView, "agentId" | "commitSha" | "repeatsJobId">,
  materials: readonly Material[],
  build: string | undefined,
): Promise<Pick<RunFacts, "content" | "hasBuild" | "isReported" | "repeats">> => {
  const known = build ?? job.commitSha;
  return {
    content: known ?? `tests ${await digestOf(job.agentId, materials)}`,
    hasBuild: known !== null,
    isReported: build !== undefined,
    repeats: job.repeatsJobId,
  };
};
