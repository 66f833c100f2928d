import { allowsProject } from "../access/permissions.ts";
import { authorOf } from "../audit/audit.ts";
import type { Action } from "../audit/author.ts";
import type { Call } from "../call.ts";
import { invalidating } from "../host-object/cache-invalidation.ts";
import { ANSWER_BOUNDS } from "../jobs/answer-bounds.ts";
import { withIds } from "../jobs/materials.ts";
import { storedParameters } from "../jobs/parameters.ts";
import type { BoundedJob } from "../jobs/poll-store.ts";
import { creationOf, refuseReusedKey } from "../replay/replay.ts";
import { keptFrom } from "../settings.ts";
import { DAY_MS } from "../wire/durations.ts";
import { cutPage, type Listed, type Page } from "../wire/list-pages.ts";
import { invalid, notFound } from "../wire/refusals.ts";
import { formatWireTime, wholeSecond } from "../wire/times.ts";
import { storedTrace } from "../wire/trace-context.ts";
import { type ClosedSpan, heededBy, openTimes } from "./closed-spans.ts";
import { readHostAndBlackouts } from "./host-store.ts";
import type { GivenTests, ScheduleInput, ScheduleOnceInput } from "./input.ts";
import { missedOf, planRuns } from "./planning.ts";
import { type FieldNames, refusal, unknownProject } from "./refusals.ts";
import type { Runs } from "./snapshot-store.ts";
import {
  insertSchedule,
  readSchedule,
  readSchedules,
  replaceSchedule,
  type ScheduleFacts,
  type ScheduleRow,
} from "./store.ts";
import { patternsOf } from "./test-filter.ts";

export interface SchedulePath {
  project: number;
  schedule: number;
}

export interface Scheduled {
  schedule: ScheduleRow;
  /** Its first jobs, as many as fit in an answer. */
  jobs: BoundedJob[];
}

const NAMES: FieldNames = { agent: "agent_server_id", runs: "test_run_ids", project: undefined };

/** A single run without a start runs now. */
const factsOf = (input: ScheduleInput, now: number): ScheduleFacts => ({
  agentId: input.agent_server_id,
  name: input.name,
  cron: input.cron ?? null,
  timeZone: input.time_zone,
  startAt: input.start_date ?? (input.cron == null ? wholeSecond(now) : null),
  endAt: input.end_date ?? null,
  maxRuns: input.max_runs ?? null,
  allocatedMinutes: input.allocated_minutes ?? null,
  expireAfterMinutes: input.expire_after_minutes ?? null,
  overlap: input.overlap,
  missed: input.missed,
  missedWithinMinutes: input.missed_within_minutes,
  onLost: input.on_lost,
  maxAttempts: input.max_attempts,
  staleMinutes: input.stale_minutes,
  parameters: storedParameters(input.parameters),
  commitSha: input.commit ?? null,
  blackouts: input.blackouts,
});

/** What a schedule runs, and the field that says so. */
const runsOf = ({ tests, test_run_ids, automation_materials }: GivenTests): { runs: Runs; field: string } => {
  if (tests != null) return { runs: { found: patternsOf(tests) }, field: "tests" };
  return automation_materials == null
    ? { runs: { testRunIds: test_run_ids ?? [] }, field: "test_run_ids" }
    : { runs: { materials: withIds(automation_materials) }, field: "automation_materials" };
};

/**
 * Creates a schedule, and returns it with its first jobs. Throws `not_found` for the project, `invalid`,
 * `agent_inactive`, `key_reused`.
 */
export const createSchedule = (call: Call, project: number, input: ScheduleInput): Promise<Scheduled> => {
  const facts = factsOf(input, call.now);
  const { runs, field } = runsOf(input);
  const names = { ...NAMES, runs: field };
  return schedule(call, project, { facts, runs, input, names, action: "createSchedule" });
};

/** Creates a single run in the vendor's form, which has the project in the body. Throws `invalid`, `agent_inactive`, `key_reused`. */
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
    staleMinutes: 60,
    parameters: null,
    commitSha: null,
    blackouts: "heed",
  };
  const names = { agent: "agentId", runs: "testRunIds", project: "projectId" };
  if (!allowsProject(call.actor, input.projectId))
    throw invalid([unknownProject("projectId", input.projectId)]);
  return schedule(call, input.projectId, {
    facts,
    runs: { testRunIds: input.testRunIds ?? [] },
    input,
    names,
    action: "scheduleOnce",
  });
};

/** A schedule's facts, with the closed spans of its project that it heeds. */
type Closable = ScheduleFacts & { closed: readonly ClosedSpan[] };

/** The plan of a schedule from `from` on. No run of it is missed, because none was due before. */
const firstPlan = ({ settings }: Call, facts: Closable, from: number) => ({
  ...planRuns(facts, {
    progress: { plannedUntil: from, runsPlanned: 0, ahead: 0 },
    rule: facts,
    now: from,
    horizonMs: settings.HORIZON_DAYS * DAY_MS,
  }),
  from,
});

/** Where the plan of a schedule begins that is created or replaced now. */
const beginOf = ({ now }: Call, { cron, startAt }: ScheduleFacts): number =>
  cron === null ? (startAt ?? now) : Math.max(startAt ?? 0, wholeSecond(now));

/** Refuses a cron without any run before its end. */
const refuseNoRun = (facts: ScheduleFacts, from: number): void => {
  const { cron, timeZone, endAt } = facts;
  if (cron === null || endAt === null) return;
  if (endAt > from && openTimes({ cron, timeZone }, { from, until: endAt, limit: 1 }, []).length > 0) return;
  throw invalid([
    {
      field: "end_date",
      message: `leaves no run: the cron names none from ${formatWireTime(from)} until then; give a later one`,
    },
  ]);
};

/**
 * Where the plan of a replaced schedule begins. A past single run whose time is unchanged is made up for by
 * its rule, as far back as jobs are kept; else it is over.
 */
const replacedFrom = (call: Call, before: ScheduleRow, facts: ScheduleFacts): number => {
  const from = beginOf(call, facts);
  if (facts.cron !== null || before.cron !== null || before.startAt !== from || from >= call.now) return from;
  const isKept = from >= keptFrom(call.now, call.settings.RETENTION_DAYS);
  return isKept && missedOf([from], facts, call.now).length === 0 ? from : from + 1000;
};

/** The host of a schedule's agent, and the closed spans that its first plan heeds. */
const readPlace = async (
  { db, now, settings }: Call,
  projectId: number,
  facts: ScheduleFacts,
): Promise<{ hosts: number[]; closed: readonly ClosedSpan[] }> => {
  const until = Math.max(now, facts.startAt ?? now) + settings.HORIZON_DAYS * DAY_MS;
  const agent = { projectId, agentId: facts.agentId };
  const { hosts, closed } = await readHostAndBlackouts(db, agent, { from: now, until });
  return { hosts, closed: heededBy(facts, closed) };
};

const schedule = async (
  call: Call,
  project: number,
  {
    facts,
    runs,
    input,
    names,
    action,
  }: { facts: ScheduleFacts; runs: Runs; input: unknown; names: FieldNames; action: Action },
): Promise<Scheduled> => {
  const creation = await creationOf(call, input);
  const from = beginOf(call, facts);
  refuseNoRun(facts, from);
  const target = { projectId: project, agentId: facts.agentId, hostId: call.actor.hostId };
  const traceContext = storedTrace(call.request.trace);
  const wanted = { ...facts, ...target, traceContext, plannedUntil: from };
  const { hosts, closed } = await readPlace(call, project, facts);
  const plan = firstPlan(call, { ...facts, closed }, from);
  const made = await invalidating(call, {
    hosts,
    write: (change) =>
      insertSchedule(change, wanted, {
        runs,
        plan,
        bounds: ANSWER_BOUNDS,
        author: authorOf(call, action),
        creation,
      }),
  });
  refuseReusedKey(creation, made.claim);
  if (!made.schedule) throw await refusal(call, target, { runs, names });
  return { schedule: made.schedule, jobs: made.jobs };
};

/**
 * Replaces a schedule's fields. Its future jobs are planned again, and `max_runs` counts from now. Jobs that
 * may have been handed out stay. A time whose job was cancelled before it began gets a new job. Throws
 * `not_found`, `invalid`, `agent_inactive`.
 */
export const updateSchedule = async (
  call: Call,
  path: SchedulePath,
  input: ScheduleInput,
): Promise<ScheduleRow> => {
  const before = await getSchedule(call, path);
  const facts = factsOf(input, call.now);
  const { runs, field } = runsOf(input);
  const creation = { ...(await creationOf(call, input)), claim: undefined };
  const handedOutUntil = wholeSecond(call.now) + call.settings.LEASE_SECONDS * 1000;
  const from = replacedFrom(call, before, facts);
  refuseNoRun(facts, from);
  const place = { projectId: path.project, id: path.schedule };
  const author = authorOf(call, "updateSchedule");
  const { hosts, closed } = await readPlace(call, path.project, facts);
  const plan = { ...firstPlan(call, { ...facts, closed }, from), key: before.creationKey };
  const replaced = await invalidating(call, {
    hosts,
    write: (change) =>
      replaceSchedule(change, place, {
        edit: { facts, runs, after: handedOutUntil, plan },
        author,
        creation,
      }),
  });
  if (replaced) return replaced;
  await getSchedule(call, path);
  throw await refusal(
    call,
    { projectId: path.project, agentId: facts.agentId, hostId: null },
    { runs, names: { ...NAMES, runs: field } },
  );
};

/** The schedule of this project. Throws `not_found`. */
export const getSchedule = async (
  { db }: Call,
  { project, schedule: id }: SchedulePath,
): Promise<ScheduleRow> => {
  const found = await readSchedule(db, project, id);
  if (!found) throw notFound("schedule", id);
  return found;
};

/** A page of a project's schedules, by id. Throws `not_found` for the project. */
export const listSchedules = async (
  { db }: Call,
  project: number,
  page: Page,
): Promise<Listed<ScheduleRow>> => {
  const { projectExists, rows } = await readSchedules(db, project, page);
  if (!projectExists) throw notFound("project", project);
  return cutPage(rows, page);
};
