import * as z from "zod";
import type { Database } from "../database/database.ts";
import { JOB_STATUSES } from "../database/enums.ts";
import { causeChain } from "../database/retry.ts";
import { ifAvailable } from "../host-object/client.ts";
import { resultCounts } from "../jobs/result-counts.ts";
import type { Log } from "../log.ts";
import type { CallResults } from "../project-results/client.ts";
import type { TestName } from "../project-results/outcomes.ts";
import { formatOptionalTime, formatWireTime } from "../wire/times.ts";
import { traceIn } from "../wire/trace-context.ts";
import type { Claimed } from "./delivery-store.ts";
import type { EventData, JobData, Named, NewlyFailed } from "./event-data.ts";
import { type EventJob, readFacts } from "./event-store.ts";
import type { WebhookRow } from "./store.ts";

/** How many newly failed tests are counted, and how many of them are named. */
const MAX_COUNTED = 1000;
const MAX_NAMED = 20;
const MAX_NAME = 200;

/** What a job's move left, as the trigger on its history writes it. */
const moveShape = z.object({
  to: z.enum(JOB_STATUSES),
  attempt: z.int(),
  by: z.string(),
  reason: z.string().nullable(),
});
const pauseShape = z.object({ by: z.string(), note: z.string().nullable() });
const testShape = z.object({ by: z.string() });
const alarmShape = z.record(z.string(), z.unknown());

/** What composing needs. */
export interface Composing {
  db: Database;
  results: CallResults;
  log: Log;
}

/** The id in a subject such as `job:12`. */
const idIn = ({ subject }: Claimed): number => Number(subject.slice(subject.indexOf(":") + 1));

const subjectsOf = (claimed: readonly Claimed[], kind: string): number[] => [
  ...new Set(claimed.filter(({ subject }) => subject.startsWith(`${kind}:`)).map(idIn)),
];

/** A test by its suites and its own name. */
export const fullName = ({ suites, title, parameters }: TestName): string =>
  [...suites, parameters === null ? title : `${title} ${parameters}`].join(" › ").slice(0, MAX_NAME);

/** Counts of the attempt that the event is of. */
const countsIn = (job: EventJob, attempt: number) =>
  job.results === null || job.resultsAttempt !== attempt ? null : resultCounts.parse(JSON.parse(job.results));

/** What failed in an attempt of a job and passed in the run before; null if that is not known. */
const newlyFailedIn = async (
  { results, log }: Composing,
  { job, attempt, projectId }: { job: EventJob; attempt: number; projectId: number },
): Promise<NewlyFailed | null> => {
  const counts = countsIn(job, attempt);
  if (counts === null || job.comparedWith === null || counts.failed + counts.errors === 0) return null;
  const [earlier = 0, itsAttempt = 0] = job.comparedWith.split(".").map(Number);
  const compared = await ifAvailable(
    results(projectId, (object) =>
      object.compare({ job: earlier, attempt: itsAttempt }, { job: job.id, attempt }, MAX_COUNTED),
    ),
    log,
  );
  if (!compared) return null;
  const { newlyFailing } = compared.reply;
  return {
    count: newlyFailing.length,
    tests: newlyFailing.slice(0, MAX_NAMED).map(({ name }) => fullName(name)),
  };
};

const jobData = (job: EventJob, move: z.output<typeof moveShape>): JobData => {
  const isCurrent = job.attempt === move.attempt;
  return {
    id: job.id,
    attempt: move.attempt,
    status: move.to,
    reason: move.reason,
    by: move.by,
    scheduled_at: formatWireTime(job.scheduledAt),
    started_at: isCurrent ? formatOptionalTime(job.startedAt) : null,
    exit_code: isCurrent ? job.exitCode : null,
    commit: job.commitSha,
    url: isCurrent ? job.runUrl : null,
    ...traceIn(job.traceContext),
  };
};

/** What was read of a project for some of its events. */
interface Read {
  project: Named;
  job: (id: number) => EventJob | undefined;
  host: (id: number) => Named;
  schedule: (id: number) => Named;
  webhook: Named;
}

const byId = (rows: readonly { id: number; name: string }[]) => {
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return (id: number): Named => ({ id, name: names.get(id) ?? null });
};

const jobEvent = async (
  composing: Composing,
  delivery: Claimed & { type: "job.started" | "job.ended" },
  { project, job: jobOf }: Read,
): Promise<EventData | undefined> => {
  const job = jobOf(idIn(delivery));
  if (!job) return undefined;
  const move = moveShape.parse(JSON.parse(delivery.facts));
  const timestamp = formatWireTime(delivery.at);
  const data = {
    project,
    job: jobData(job, move),
    schedule: { id: job.scheduleId, name: job.scheduleName },
    host: { id: job.hostId, name: job.hostName },
    agent: { id: job.agentId, name: job.agentName },
  };
  if (delivery.type === "job.started") return { type: "job.started", timestamp, data };
  const run = { job, attempt: move.attempt, projectId: project.id };
  const newly_failed = await newlyFailedIn(composing, run);
  return {
    type: "job.ended",
    timestamp,
    data: { ...data, counts: countsIn(job, move.attempt), newly_failed },
  };
};

/** The event of a delivery; undefined if what it is about was removed meanwhile. */
const eventOf = async (
  composing: Composing,
  delivery: Claimed,
  read: Read,
): Promise<EventData | undefined> => {
  const { type } = delivery;
  const { project } = read;
  const timestamp = formatWireTime(delivery.at);
  const facts: unknown = JSON.parse(delivery.facts);
  switch (type) {
    case "job.started":
    case "job.ended":
      return jobEvent(composing, { ...delivery, type }, read);
    case "host.offline":
    case "host.online":
      return { type, timestamp, data: { project, host: read.host(idIn(delivery)) } };
    case "schedule.missed": {
      const job = read.job(idIn(delivery));
      const schedule = job && { id: job.scheduleId, name: job.scheduleName };
      const scheduled_at = job && formatWireTime(job.scheduledAt);
      if (!job || !schedule || !scheduled_at) return undefined;
      return { type, timestamp, data: { project, schedule, job_id: job.id, scheduled_at } };
    }
    case "schedule.paused":
      return {
        type,
        timestamp,
        data: { project, schedule: read.schedule(idIn(delivery)), ...pauseShape.parse(facts) },
      };
    case "alarm.raised":
    case "alarm.cleared":
      return { type, timestamp, data: { project, alarm: alarmShape.parse(facts) } };
    case "webhook.test":
      return { type, timestamp, data: { project, webhook: read.webhook, ...testShape.parse(facts) } };
  }
};

/** The bodies that were made. `gone`: what the delivery is about was removed meanwhile. A delivery in neither could not be made. */
export interface Composed {
  bodies: Map<number, string>;
  gone: Set<number>;
}

/** Makes the bodies of deliveries to one webhook, as JSON, by their ids. Throws `unavailable`. */
export const composeBodies = async (
  composing: Composing,
  webhook: WebhookRow,
  claimed: readonly Claimed[],
): Promise<Composed> => {
  const composed: Composed = { bodies: new Map(), gone: new Set() };
  if (claimed.length === 0) return composed;
  const facts = await readFacts(composing.db, webhook.projectId, {
    jobs: subjectsOf(claimed, "job"),
    hosts: subjectsOf(claimed, "host"),
    schedules: subjectsOf(claimed, "schedule"),
  });
  const jobs = new Map(facts.jobs.map((job) => [job.id, job]));
  const read: Read = {
    project: { id: webhook.projectId, name: facts.projectName },
    job: (id) => jobs.get(id),
    host: byId(facts.hosts),
    schedule: byId(facts.schedules),
    webhook: { id: webhook.id, name: webhook.name },
  };
  await Promise.all(
    claimed.map(async (delivery) => {
      try {
        const event = await eventOf(composing, delivery, read);
        if (event) composed.bodies.set(delivery.id, JSON.stringify(event));
        else composed.gone.add(delivery.id);
      } catch (error) {
        // One that cannot be made keeps no other back.
        composing.log("event_not_made", { delivery: delivery.id, causes: causeChain(error) });
      }
    }),
  );
  return composed;
};
