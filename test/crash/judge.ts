import { z } from "zod";
import type { Ledger } from "./ledger.ts";

export const jobReadShape = z.looseObject({
  job_id: z.int(),
  status: z.string(),
  attempt: z.int(),
  history: z.array(z.looseObject({ from: z.string(), to: z.string(), reason: z.string().nullable() })),
});
export type JobRead = z.output<typeof jobReadShape>;

const ENDED = ["COMPLETED", "FAILED", "CANCELLED"];
export const isEnded = ({ status }: JobRead): boolean => ENDED.includes(status);

/** The moves that a history may hold, the clock's and the late ones included. */
const MOVES: Record<string, readonly string[]> = {
  PLANNED: ["NOT_RUN", "RUNNING", "CANCELLED"],
  NOT_RUN: ["RUNNING", "CANCELLED"],
  RUNNING: ["COMPLETED", "FAILED", "CANCELLED", "PLANNED"],
};

/** The differences between what was acknowledged and what is stored, a line each. */
export const judge = (ledger: Ledger, jobs: readonly JobRead[]): string[] => {
  const byId = new Map(jobs.map((job) => [job.job_id, job]));
  return [
    ...ledger.violations,
    ...jobs.flatMap(judgeJob),
    ...judgeJobsMade(ledger, byId),
    ...judgeStarts(ledger, byId),
    ...judgeEnds(ledger, byId),
  ];
};

/** The attempts of a history in order, each a list of its moves. */
const attemptsOf = ({ history }: JobRead): { to: string; from: string }[][] => {
  const attempts: { to: string; from: string }[][] = [[]];
  for (const move of history) {
    attempts.at(-1)?.push(move);
    if (move.from === "RUNNING" && move.to === "PLANNED") attempts.push([]);
  }
  return attempts;
};

const isStart = ({ from, to }: { from: string; to: string }): boolean =>
  to === "RUNNING" && from !== "RUNNING";

/** History replays to the status, by allowed moves; each attempt was started once at most; the job has ended. */
const judgeJob = (job: JobRead): string[] => {
  const wrong: string[] = [];
  const say = (what: string) => wrong.push(`job ${job.job_id} ${what}`);
  let status = "PLANNED";
  for (const { from, to, reason } of job.history) {
    if (from !== status) say(`has a move from ${from} where it was ${status}`);
    const late = reason === "late" && from === "FAILED" && (to === "COMPLETED" || to === "FAILED");
    if (from !== to && !late && !MOVES[from]?.includes(to)) say(`moved from ${from} to ${to}`);
    status = to;
  }
  if (status !== job.status) say(`is ${job.status}, and its history ends at ${status}`);
  const attempts = attemptsOf(job);
  // An attempt that was leased and died before D1 saw it begin counts, and has no row in the history.
  if (attempts.length > job.attempt) say(`is at attempt ${job.attempt}, by its history ${attempts.length}`);
  attempts.forEach((moves, at) => {
    const starts = moves.filter(isStart).length;
    if (starts > 1) say(`was started ${starts} times in attempt ${at + 1}`);
  });
  if (!isEnded(job)) say(`has not ended: it is ${job.status}`);
  return wrong;
};

/** All that was acknowledged as made exists, and nothing else, and nothing twice. */
const judgeJobsMade = ({ jobs }: Ledger, byId: ReadonlyMap<number, JobRead>): string[] => {
  const answered = new Set(jobs);
  return [
    ...jobs.filter((job) => !byId.has(job)).map((job) => `job ${job} was acknowledged and is missing`),
    ...[...byId.keys()]
      .filter((job) => !answered.has(job))
      .map((job) => `job ${job} was made and answered to nobody`),
    ...(answered.size === jobs.length
      ? []
      : [`${jobs.length - answered.size} jobs answer more than one request`]),
  ];
};

/** Each acknowledged start is in the history of its attempt, and no other was answered for the same. */
const judgeStarts = ({ started }: Ledger, byId: ReadonlyMap<number, JobRead>): string[] => {
  const wrong: string[] = [];
  const first = new Map<string, string>();
  for (const { job, attempt, caller } of started) {
    const run = `job ${job} attempt ${attempt}`;
    const other = first.get(run) ?? caller;
    first.set(run, other);
    if (other !== caller) wrong.push(`${run} was started twice: by "${other}" and by "${caller}"`);
    const found = byId.get(job);
    if (!found || !attemptsOf(found).slice(0, attempt).flat().some(isStart)) {
      wrong.push(`${run}: RUNNING was acknowledged and is missing`);
    }
  }
  return wrong;
};

/** Each acknowledged end is how the job ended; each run whose host was asked to cancel it says so. */
const judgeEnds = ({ ended, asked }: Ledger, byId: ReadonlyMap<number, JobRead>): string[] => [
  ...ended
    .filter(({ job, status }) => byId.get(job)?.status !== status)
    .map(
      ({ job, status, caller }) =>
        `job ${job}: ${status} of "${caller}" was acknowledged and the job is ${byId.get(job)?.status}`,
    ),
  ...asked
    .filter((job) => !byId.get(job)?.history.some(({ reason }) => reason === "cancel_requested"))
    .map((job) => `job ${job}: a request to cancel was acknowledged and is missing`),
];
