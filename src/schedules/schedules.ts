import { z } from "zod";
import type { Call } from "../env.ts";
import { DomainError, type FieldError, invalid, notFound } from "../http/errors.ts";
import { wholeSecond } from "../http/times.ts";
import { id, text, timeToSecond } from "../http/validate.ts";
import type { JobView } from "../jobs/store.ts";
import { creationOf, isRepeat } from "../replay/replay.ts";
import { MATERIALS_BYTES } from "./materials.ts";
import { ON_LOST } from "./on-lost.ts";
import { insertSchedule, type NewSchedule, readObstacles, type ScheduleRow } from "./store.ts";

const MOST_TEST_RUNS = 5000;
const testRunIds = z
  .array(id(), "must be a list of test run ids")
  .max(MOST_TEST_RUNS, { error: `must hold at most ${MOST_TEST_RUNS} ids` });

const MOST_MINUTES = 60 * 24 * 365;
const MINUTES_FORM = `must be a whole number of minutes from 1 to ${MOST_MINUTES}`;
const minutes = z
  .int(MINUTES_FORM)
  .min(1, { error: MINUTES_FORM })
  .max(MOST_MINUTES, { error: MINUTES_FORM });

const ATTEMPTS_FORM = "must be a whole number of attempts from 1 to 100";
const attempts = z.int(ATTEMPTS_FORM).min(1, { error: ATTEMPTS_FORM }).max(100, { error: ATTEMPTS_FORM });

/** A single run: at `start_date`, of these test runs; without any the host runs everything. */
export const scheduleInput = z.object({
  name: text(),
  agent_server_id: id(),
  start_date: timeToSecond(),
  test_run_ids: testRunIds.default([]),
  allocated_minutes: minutes.optional(),
  on_lost: z.enum(ON_LOST, { error: `must be one of ${ON_LOST.join(", ")}` }).default("fail"),
  max_attempts: attempts.default(2),
});

/** The vendor's own form of the same; without `startDate` it runs now. What else clients send is not judged. */
export const scheduleOnceInput = z.object({
  agentId: id(),
  projectId: id(),
  name: text().nullish(),
  startDate: timeToSecond().nullish(),
  testRunIds: testRunIds.nullish(),
});

export interface Scheduled {
  schedule: ScheduleRow;
  jobs: JobView[];
}

/** What the caller calls the fields that can be refused. */
interface FieldNames {
  agent: string;
  testRuns: string;
  /** Undefined where the project is named by the path. */
  project: string | undefined;
}

/** Schedules a single run with its job. Throws `not_found` for the project, `invalid`, `agent_inactive`, `key_reused`. */
export const createSchedule = (
  call: Call,
  project: number,
  input: z.output<typeof scheduleInput>,
): Promise<Scheduled> =>
  schedule(
    call,
    {
      projectId: project,
      agentId: input.agent_server_id,
      name: input.name,
      startAt: input.start_date,
      testRunIds: input.test_run_ids,
      allocatedMinutes: input.allocated_minutes ?? null,
      onLost: input.on_lost,
      maxAttempts: input.max_attempts,
    },
    input,
    { agent: "agent_server_id", testRuns: "test_run_ids", project: undefined },
  );

/** The same in the vendor's own form, where the project is a field of the body. Throws `invalid`, `agent_inactive`, `key_reused`. */
export const scheduleOnce = (call: Call, input: z.output<typeof scheduleOnceInput>): Promise<Scheduled> =>
  schedule(
    call,
    {
      projectId: input.projectId,
      agentId: input.agentId,
      name: input.name ?? `Run of agent ${input.agentId}`,
      startAt: input.startDate ?? wholeSecond(call.now),
      testRunIds: input.testRunIds ?? [],
      allocatedMinutes: null,
      onLost: "fail",
      maxAttempts: 1,
    },
    input,
    { agent: "agentId", testRuns: "testRunIds", project: "projectId" },
  );

const schedule = async (
  call: Call,
  wanted: NewSchedule,
  input: unknown,
  names: FieldNames,
): Promise<Scheduled> => {
  const creation = await creationOf(call, input);
  const made = await insertSchedule(call.db, wanted, creation);
  isRepeat(creation, made.claim);
  if (!made.schedule) throw await refusal(call, wanted, names);
  return { schedule: made.schedule, jobs: made.jobs };
};

const refusal = async ({ db }: Call, wanted: NewSchedule, names: FieldNames): Promise<DomainError> => {
  const { projectExists, agent, unknownTestRuns, materialsBytes } = await readObstacles(db, wanted);
  const errors: FieldError[] = [];
  if (!projectExists) {
    if (names.project === undefined) return notFound("project", wanted.projectId);
    errors.push({ field: names.project, message: `names project ${wanted.projectId}, which is not there` });
  }
  if (!agent) {
    errors.push({
      field: names.agent,
      message: `names agent ${wanted.agentId}, which is not in project ${wanted.projectId}`,
    });
  }
  if (unknownTestRuns.length > 0) {
    errors.push({
      field: names.testRuns,
      message: `names test runs that are not in project ${wanted.projectId}: ${unknownTestRuns.join(", ")}`,
    });
  }
  if (materialsBytes > MATERIALS_BYTES) {
    errors.push({
      field: names.testRuns,
      message: `makes ${materialsBytes} bytes of materials; a schedule holds at most ${MATERIALS_BYTES}: split it`,
    });
  }
  if (errors.length > 0) return invalid(errors);
  return new DomainError(
    "agent_inactive",
    `agent ${wanted.agentId} is not active; activate it, then schedule its runs`,
  );
};
