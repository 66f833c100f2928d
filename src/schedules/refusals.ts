import type { Call } from "../call.ts";
import { MATERIALS_BYTES, MAX_TEST_RUNS } from "../jobs/materials.ts";
import { DomainError, type FieldError, invalid, notFound } from "../wire/refusals.ts";
import { type Runs, readObstacles, type Target } from "./snapshot-store.ts";

/** The caller's names of the fields that can be refused. */
export interface FieldNames {
  agent: string;
  runs: string;
  /** Undefined if the path names the project. */
  project: string | undefined;
}

/** The body names a project that does not exist, or that the caller may not access. */
export const unknownProject = (field: string, project: number): FieldError => ({
  field,
  message: `names project ${project}, which is not there`,
});

/** Why a schedule was not created. */
export const refusal = async (
  { db }: Call,
  target: Target,
  { runs, names }: { runs: Runs; names: FieldNames },
): Promise<DomainError> => {
  const { projectId: project, agentId } = target;
  const obstacles = await readObstacles(db, target, runs);
  const { projectExists, agent, unknownTestRuns, materialsBytes, tests } = obstacles;
  const errors: FieldError[] = [];
  if (!projectExists) {
    if (names.project === undefined) return notFound("project", project);
    errors.push(unknownProject(names.project, project));
  }
  if (!agent) {
    errors.push({
      field: names.agent,
      message: `names agent ${agentId}, which is not in project ${project}`,
    });
  }
  if (unknownTestRuns.length > 0) {
    errors.push({
      field: names.runs,
      message: `names test runs that are not in project ${project}: ${unknownTestRuns.join(", ")}`,
    });
  }
  if ("found" in runs && tests === 0) {
    errors.push({
      field: names.runs,
      message: `finds no test run of project ${project} by its name or content; bring test runs in, or name others`,
    });
  }
  if ("found" in runs && tests > MAX_TEST_RUNS) {
    errors.push({
      field: names.runs,
      message: `finds more than the ${MAX_TEST_RUNS} test runs that a schedule runs at most: name fewer`,
    });
  }
  if (materialsBytes > MATERIALS_BYTES) {
    errors.push({
      field: names.runs,
      message: `makes ${materialsBytes} bytes of materials; a schedule holds at most ${MATERIALS_BYTES}: split it`,
    });
  }
  if (errors.length > 0) return invalid(errors);
  return new DomainError(
    "agent_inactive",
    `agent ${agentId} is not active; activate it, then schedule its runs`,
  );
};

/** Why a schedule's agent is gone, and what to do first. The caller completes the sentence. */
export const goneReason = (
  { agentId }: { agentId: number },
  agent: { hostId: number; deletedAt: number | null; retiredAt: number | null } | undefined,
): string | undefined => {
  if (agent?.retiredAt != null)
    return `host ${agent.hostId} of agent ${agentId} was retired; register it again or give the schedule another agent`;
  if (agent?.deletedAt != null)
    return `agent ${agentId} was deleted; create its number again or give the schedule another agent`;
  return undefined;
};
