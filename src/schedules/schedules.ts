import type { Call } from "../env.ts";
import { DomainError, type FieldError, invalid, notFound } from "../http/errors.ts";
import { cutPage, type Listed, type Page } from "../http/pages.ts";
import { wholeSecond } from "../http/times.ts";
import type { BoundedJob } from "../jobs/list-store.ts";
import { creationOf, isRepeat } from "../replay/replay.ts";
import type { GivenMaterial, ScheduleInput, ScheduleOnceInput } from "./input.ts";
import { MATERIALS_BYTES, type Material } from "./materials.ts";
import { planRuns } from "./planning.ts";
import {
  insertSchedule,
  type Runs,
  readObstacles,
  readSchedule,
  readSchedules,
  replaceSchedule,
  type ScheduleFacts,
  type ScheduleRow,
} from "./store.ts";

export interface SchedulePath {
  project: number;
  schedule: number;
}

export interface Scheduled {
  schedule: ScheduleRow;
  /** The first of its jobs, as many as an answer holds. */
  jobs: BoundedJob[];
}

/** The most that the answer to a new schedule holds of its jobs. */
const ANSWER_BOUNDS = { jobs: 1000, bytes: 8 * 1024 * 1024 };
const DAY_MS = 24 * 3600 * 1000;

/** What the caller calls the fields that can be refused. */
interface FieldNames {
  agent: string;
  runs: string;
  /** Undefined where the project is named by the path. */
  project: string | undefined;
}

const NAMES: FieldNames = { agent: "agent_server_id", runs: "test_run_ids", project: undefined };

const factsOf = (input: ScheduleInput): ScheduleFacts => ({
  agentId: input.agent_server_id,
  name: input.name,
  cron: input.cron ?? null,
  timeZone: input.time_zone,
  startAt: input.start_date ?? null,
  endAt: input.end_date ?? null,
  maxRuns: input.max_runs ?? null,
  allocatedMinutes: input.allocated_minutes ?? null,
  expireAfterMinutes: input.expire_after_minutes ?? null,
  overlap: input.overlap,
  missed: input.missed,
  missedWithinMinutes: input.missed_within_minutes,
  onLost: input.on_lost,
  maxAttempts: input.max_attempts,
});

/** Materials given whole, with the ids that they lack: above all that are given, so that none stands twice. */
const withIds = (materials: readonly GivenMaterial[]): Material[] => {
  const highest = (name: "test_run_id" | "test_case_id" | "test_case_version_id") =>
    materials.reduce((most, material) => Math.max(most, material[name] ?? 0), 0);
  const above = {
    run: highest("test_run_id"),
    testCase: highest("test_case_id"),
    version: highest("test_case_version_id"),
  };
  return materials.map((material, place) => ({
    test_run_id: material.test_run_id ?? above.run + place + 1,
    test_case_id: material.test_case_id ?? above.testCase + place + 1,
    test_case_name: material.test_case_name,
    test_case_version_id: material.test_case_version_id ?? above.version + place + 1,
    automation_content: material.automation_content,
  }));
};

const runsOf = (input: Pick<ScheduleInput, "test_run_ids" | "automation_materials">): Runs =>
  input.automation_materials == null
    ? { testRunIds: input.test_run_ids ?? [] }
    : { materials: withIds(input.automation_materials) };

/** Schedules runs of an agent, with the first of their jobs. Throws `not_found` for the project, `invalid`, `agent_inactive`, `key_reused`. */
export const createSchedule = (call: Call, project: number, input: ScheduleInput): Promise<Scheduled> =>
  schedule(call, project, factsOf(input), runsOf(input), input, {
    ...NAMES,
    runs: input.automation_materials == null ? "test_run_ids" : "automation_materials",
  });

/** A single run in the vendor's own form, where the project is a field of the body. Throws `invalid`, `agent_inactive`, `key_reused`. */
export const scheduleOnce = (call: Call, input: ScheduleOnceInput): Promise<Scheduled> => {
  const facts: ScheduleFacts = {
    agentId: input.agentId,
    name: input.name ?? `Run of agent ${input.agentId}`,
    cron: null,
    timeZone: "UTC",
    startAt: input.startDate ?? wholeSecond(call.now),
    endAt: null,
    maxRuns: null,
    allocatedMinutes: null,
    expireAfterMinutes: null,
    overlap: "allow",
    missed: "run_once",
    missedWithinMinutes: 60,
    onLost: "fail",
    maxAttempts: 1,
  };
  const names = { agent: "agentId", runs: "testRunIds", project: "projectId" };
  return schedule(call, input.projectId, facts, { testRunIds: input.testRunIds ?? [] }, input, names);
};

/** The plan of a schedule from `from` on, none of it missed: what is planned now was not due before. */
const firstPlan = ({ now, settings }: Call, facts: ScheduleFacts, from: number) => ({
  ...planRuns(
    facts,
    { plannedUntil: from, runsPlanned: 0, ahead: 0 },
    facts,
    facts.cron === null ? from : Math.max(now, from),
    settings.HORIZON_DAYS * DAY_MS,
  ),
  from,
});

const schedule = async (
  call: Call,
  project: number,
  facts: ScheduleFacts,
  runs: Runs,
  input: unknown,
  names: FieldNames,
): Promise<Scheduled> => {
  const creation = await creationOf(call, input);
  const from =
    facts.cron === null ? (facts.startAt ?? call.now) : Math.max(facts.startAt ?? 0, wholeSecond(call.now));
  const wanted = { ...facts, projectId: project, plannedUntil: from };
  const plan = firstPlan(call, facts, from);
  const made = await insertSchedule(call.db, wanted, runs, plan, ANSWER_BOUNDS, creation);
  isRepeat(creation, made.claim);
  if (!made.schedule) throw await refusal(call, project, facts.agentId, runs, names);
  return { schedule: made.schedule, jobs: made.jobs };
};

const refusal = async (
  { db }: Call,
  project: number,
  agentId: number,
  runs: Runs,
  names: FieldNames,
): Promise<DomainError> => {
  const { projectExists, agent, unknownTestRuns, materialsBytes } = await readObstacles(
    db,
    project,
    agentId,
    runs,
  );
  const errors: FieldError[] = [];
  if (!projectExists) {
    if (names.project === undefined) return notFound("project", project);
    errors.push({ field: names.project, message: `names project ${project}, which is not there` });
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

/**
 * Replaces what a schedule says. Its jobs whose time has not come are planned anew, `max_runs` counting from here
 * on; those that may have been handed out stay as they are. Throws `not_found`, `invalid`, `agent_inactive`.
 */
export const updateSchedule = async (
  call: Call,
  path: SchedulePath,
  input: ScheduleInput,
): Promise<ScheduleRow> => {
  const { creationKey: key } = await getSchedule(call, path);
  const facts = factsOf(input);
  const runs = runsOf(input);
  const creation = { ...(await creationOf(call, input)), claim: undefined };
  const handedOutUntil = wholeSecond(call.now) + call.settings.LEASE_SECONDS * 1000;
  const from =
    facts.cron === null ? (facts.startAt ?? call.now) : Math.max(facts.startAt ?? 0, handedOutUntil + 1000);
  const plan = firstPlan(call, facts, from);
  const place = { projectId: path.project, id: path.schedule };
  const replaced = await replaceSchedule(call.db, place, facts, runs, handedOutUntil, plan, key, creation);
  if (replaced) return replaced;
  await getSchedule(call, path);
  throw await refusal(call, path.project, facts.agentId, runs, NAMES);
};

/** A schedule that is there, in this project. Throws `not_found`. */
export const getSchedule = async (
  { db }: Call,
  { project, schedule: id }: SchedulePath,
): Promise<ScheduleRow> => {
  const found = await readSchedule(db, project, id);
  if (!found) throw notFound("schedule", id);
  return found;
};

/** A project's schedules, a page by id. Throws `not_found` for the project. */
export const listSchedules = async (
  { db }: Call,
  project: number,
  page: Page,
): Promise<Listed<ScheduleRow>> => {
  const { projectExists, rows } = await readSchedules(db, project, page);
  if (!projectExists) throw notFound("project", project);
  return cutPage(rows, page);
};
