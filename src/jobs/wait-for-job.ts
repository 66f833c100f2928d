import * as z from "zod";
import type { Actor } from "../access/permissions.ts";
import type { Call } from "../call.ts";
import { JOB_STATUSES } from "../database/enums.ts";
import type { JobWatch } from "../live-updates/job-watch.ts";
import { described } from "../wire/described.ts";
import { oneOf, wholeInQuery } from "../wire/fields.ts";
import { getJobWithHistory, type JobPath } from "./jobs.ts";
import { isEnded, statusFromText } from "./status.ts";

/** Proxies end requests that are silent for longer. */
const MAX_WAIT_SECONDS = 60;

export const jobQuery = described(
  z.object({
    wait: wholeInQuery({ from: 0, to: MAX_WAIT_SECONDS, of: "seconds" }).optional(),
    seen: z.string().transform(statusFromText).pipe(oneOf(JOB_STATUSES)).optional(),
  }),
  {
    fields: {
      wait: `For how many seconds, at most ${MAX_WAIT_SECONDS}, to hold the answer until the job has ended; left out: it is answered at once.`,
      seen: "The status that the caller knows: a job with another one is answered at once too.",
    },
  },
);

/** After this time the job is looked at once more although nothing was told. */
const LOOK_MS = 30_000;
/** The same where no move would be told. */
const UNTOLD_LOOK_MS = 10_000;
/** Moves that follow one another cost no more than a look in this time. */
const GAP_MS = 500;

/** What a wait needs of its request. */
export interface Waiting {
  watch: () => Promise<JobWatch>;
  /** The caller's token as it is now. Throws `unauthorized` if it has ended. */
  actorNow: () => Promise<Actor>;
  /** Aborted when the client goes away. */
  gone: AbortSignal;
}

type Read = Awaited<ReturnType<typeof getJobWithHistory>>;

/**
 * The job once it has ended or has another status than `seen`, and otherwise as it is after `wait` seconds. The job is
 * read when its move is told, so that a wait costs two reads and one more for each move. Throws `not_found`,
 * `unauthorized`.
 */
export const waitForJob = async (
  call: Call,
  path: JobPath,
  { wait = 0, seen, waiting }: z.output<typeof jobQuery> & { waiting: Waiting },
): Promise<Read> => {
  const isNews = ({ job: { status } }: Read): boolean =>
    isEnded(status) || (seen !== undefined && status !== seen);
  const first = await getJobWithHistory(call, path);
  if (wait === 0 || isNews(first)) return first;
  return heldUntil(isNews, {
    waitMs: wait * 1000,
    waiting,
    read: async () => getJobWithHistory({ ...call, actor: await waiting.actorNow() }, path),
  });
};

/** Reads until `isNews` or the time is over; the last read is given. */
const heldUntil = async (
  isNews: (read: Read) => boolean,
  { waitMs, waiting, read }: { waitMs: number; waiting: Waiting; read: () => Promise<Read> },
): Promise<Read> => {
  let isOver = false;
  const watch = await waiting.watch();
  const end = () => {
    isOver = true;
    watch.close();
  };
  const timer = setTimeout(end, waitMs);
  waiting.gone.addEventListener("abort", end);
  try {
    for (;;) {
      // The first of these reads sees what moved before the watch began.
      const found = await read();
      if (isOver || isNews(found)) return found;
      const gap = new Promise((resolve) => setTimeout(resolve, GAP_MS));
      await watch.moved(watch.isTold ? LOOK_MS : UNTOLD_LOOK_MS);
      if (waiting.gone.aborted) return found;
      if (!isOver) await gap;
    }
  } finally {
    clearTimeout(timer);
    waiting.gone.removeEventListener("abort", end);
    watch.close();
  }
};
