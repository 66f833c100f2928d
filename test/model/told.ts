import { z } from "zod";
import { parseWireTime } from "../../src/wire/times.ts";
import type { Message } from "../push/socket-client.ts";
import type { Beliefs } from "./client-knowledge.ts";
import { demand, isUnderLease, movesIn } from "./moves.ts";
import { canBeHandedOut } from "./offers.ts";
import type { Process } from "./processes.ts";
import { type Offered, offerOf } from "./socket-requests.ts";
import type { HistoryRow, JobRow } from "./stored.ts";

/** What a step did, as the processes on sockets must have been told of it. */
interface Step {
  now: number;
  /** No request, look or alarm is held. */
  alone: boolean;
  before: ReadonlyMap<number, JobRow>;
  after: ReadonlyMap<number, JobRow>;
  rows: readonly HistoryRow[];
  news: readonly { process: Process; message: Message }[];
  /** The processes that were there before the step and still are. */
  there: readonly Process[];
}

const offer = z.object({
  leases: z.array(
    z.object({
      lease_id: z.string(),
      attempt: z.int(),
      accept_by: z.string(),
      job: z.looseObject({ job_id: z.int() }),
    }),
  ),
});
const ofRun = z.object({ lease_id: z.string(), job: z.int(), attempt: z.int() });

const SOCKET_LEASE_MS = 120_000;

/** A lease by HTTP could have had the job. */
const canBeLeased = (job: JobRow | undefined, hostId: number, now: number): boolean =>
  job !== undefined && job.hostId === hostId && job.dueAt <= now && canBeHandedOut(job, now);

/** An offer is of what a lease by HTTP could have had, and of no more jobs than its process has room for. */
const judgeOffer = (
  { process, message }: Step["news"][number],
  { now, alone, before, after }: Step,
  { beliefs, offered }: { beliefs: Beliefs; offered: Offered[] },
): void => {
  const { leases } = offer.parse(message);
  const { owner, hostId, slots } = process;
  const fits = leases.length > 0 && leases.length <= slots;
  demand(!alone || fits, "an offer has jobs, and room for them", slots, leases);
  process.offered += leases.length;
  const isFull = process.isDead && process.offered > slots;
  demand(!alone || !isFull, "who does not answer is offered no more", slots, leases);
  for (const { lease_id: leaseId, attempt, accept_by, job: found } of leases) {
    const job = after.get(found.job_id);
    const could = [before.get(found.job_id), job].some((each) => canBeLeased(each, hostId, now));
    demand(!alone || could, "an offer is of what a lease could have had", job, leaseId);
    if (!job) continue;
    const acceptBy = parseWireTime(accept_by) ?? 0;
    beliefs.offered(offerOf(leaseId), job, { now, until: acceptBy });
    offered.push({ owner, hostId, leaseId, job: job.id, attempt });
    if (process.isDead) continue;
    beliefs.learnLease({ id: leaseId, job: job.id, hostId, attempt, acceptBy, leaseMs: SOCKET_LEASE_MS });
  }
};

/** Who is told of a lost lease has lost it. */
const judgeLost = (message: Message, { alone, after }: Step, beliefs: Beliefs): void => {
  const { lease_id: id, job } = ofRun.parse(message);
  const known = beliefs.leases.get(id);
  if (known) known.over = true;
  const is = after.get(job);
  const holds = is?.status === "RUNNING" && is.holder === `lease:${id}`;
  demand(!alone || !holds, "who is told of a lost lease has lost it", is, id);
};

/** Each process of a host is told of what was done to a run under a lease by another than its process. */
const judgeTold = ({ before, after, rows, news, there }: Step): void => {
  const isTold = (process: Process, type: string, job: JobRow): boolean =>
    news.some(
      ({ process: to, message }) =>
        to === process && message.type === type && Reflect.get(message, "job") === job.id,
    );
  for (const was of before.values()) {
    const is = after.get(was.id);
    if (!is || was.status !== "RUNNING" || !isUnderLease(was.holder)) continue;
    const asked = is.status === "RUNNING" && was.cancelRequestedAt === null && is.cancelRequestedAt !== null;
    const [end] = movesIn(rows).filter(({ jobId, from }) => jobId === was.id && from === "RUNNING");
    const isLost = end !== undefined && !end.by.startsWith("host ") && end.to !== "RUNNING";
    for (const process of there) {
      if (process.hostId !== was.hostId) continue;
      demand(!asked || isTold(process, "cancel", was), "a cancel is told", was, is);
      demand(!isLost || isTold(process, "lease_lost", was), "a lost lease is told", was, is, rows);
    }
  }
};

export const judgeNews = (step: Step, known: { beliefs: Beliefs; offered: Offered[] }): void => {
  for (const each of step.news) {
    if (each.message.type === "offer") judgeOffer(each, step, known);
    if (each.message.type === "lease_lost") judgeLost(each.message, step, known.beliefs);
  }
  if (step.alone) judgeTold(step);
};

/** Who has room is offered what is due, without asking. */
export const judgeReady = (
  { now, after }: Pick<Step, "now" | "after">,
  ready: readonly Process[],
  beliefs: Beliefs,
): void => {
  for (const { owner, hostId, slots, offered } of ready) {
    if (offered >= slots) continue;
    for (const job of after.values()) {
      const { hiddenUntil, pushedFrom } = beliefs.of(job.id);
      const isPlain = job.overlap === "allow" && canBeLeased(job, hostId, now);
      const isHidden = now < hiddenUntil || now < pushedFrom;
      demand(!isPlain || isHidden, "who has room is offered what is due", owner, job, beliefs.of(job.id));
    }
  }
};
