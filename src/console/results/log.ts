import * as z from "zod";
import type { Call } from "../../call.ts";
import { streamOf } from "../../http/stream-of.ts";
import { followLog, getLog, type LogEvent, logBytes } from "../../run-files/log-reading.ts";
import { eventBytes } from "../../run-files/streams.ts";

/** A page shows at most this much of a log: its end. */
const SHOWN_BYTES = 16 * 1024 * 1024;
/** A stream ends after this time. The page then reconnects, which checks its session again. */
const FOLLOWED_MS = 30_000;

const number = z.coerce.number().int().min(0).optional().catch(undefined);

/** The query parameters of a log; invalid ones are ignored. */
export const logAddress = z.object({
  attempt: z.coerce.number().int().min(1).optional().catch(undefined),
  /** The offset to follow the log from; by default `SHOWN_BYTES` before its end. */
  from: number,
  follow: z.literal("1").optional().catch(undefined),
});

interface Place {
  project: number;
  job: number;
}

/** A whole log as bytes. Throws `not_found`. */
export const wholeLog = async (
  call: Call,
  place: Place,
  attempt: number | undefined,
): Promise<ReadableStream<Uint8Array>> => {
  const log = await getLog(call, place, { attempt, from: 0 });
  return streamOf(logBytes(call, log, { from: 0, until: log.end }));
};

async function* beginning(from: number, events: AsyncGenerator<LogEvent>): AsyncGenerator<LogEvent> {
  yield { begin: from };
  yield* events;
}

/** A log as server-sent events, of which the first says where it begins. Throws `not_found`. */
export const followedLog = async (
  call: Call,
  place: Place,
  { attempt, from: asked }: Pick<z.output<typeof logAddress>, "attempt" | "from">,
): Promise<ReadableStream<Uint8Array>> => {
  const log = await getLog(call, place, { attempt, from: asked ?? 0 });
  const from = asked ?? Math.max(0, log.end - SHOWN_BYTES);
  let isRead = true;
  const isWanted = () => isRead && call.clock() < call.now + FOLLOWED_MS;
  const events = followLog(call, log, { from, isWanted });
  return streamOf(eventBytes(beginning(from, events)), () => {
    isRead = false;
  });
};
