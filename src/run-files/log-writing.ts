import * as z from "zod";
import { TtlCache } from "../access/ttl-cache.ts";
import type { Call } from "../call.ts";
import { ifAvailable } from "../host-object/client.ts";
import type { LogChunk, LogReply } from "../host-object/log-table.ts";
import { type AttemptPath, getRun } from "../results/run.ts";
import { described } from "../wire/described.ts";
import { text } from "../wire/fields.ts";
import { DomainError } from "../wire/refusals.ts";
import { storedLogEnd } from "./log-reading.ts";
import { storeLog } from "./log-storing.ts";

export const MAX_CHUNK_BYTES = 1024 * 1024;

const OFFSET_FORM = "must be how many bytes of the log come before the chunk";

export const logQuery = described(
  z.object({
    lease_id: text().optional(),
    offset: z.coerce.number<number | string>(OFFSET_FORM).int(OFFSET_FORM).min(0, { error: OFFSET_FORM }),
    final: z
      .enum(["true", "false"], { error: "must be true or false" })
      .default("false")
      .transform((value) => value === "true"),
  }),
  {
    fields: {
      lease_id: "The run's lease, if it has one.",
      offset: "The number of bytes of the log before this chunk.",
      final: "Whether the log ends with this chunk.",
    },
  },
);

/** The hosts of runs with a log in progress, by sender, so that a chunk need not query D1. */
const senders = new TtlCache<number>();

const hostOf = async (call: Call, path: AttemptPath, leaseId: string | undefined): Promise<number> => {
  const key = JSON.stringify([call.actor.tokenId, path, leaseId]);
  const known = senders.get(key, call.now);
  if (known !== undefined) return known;
  const { hostId } = await getRun(call, path, leaseId);
  senders.set(key, hostId, call.now);
  return hostId;
};

/**
 * Appends a chunk at the end of a log. A chunk that was sent before is accepted again and changes nothing. Returns the
 * log's length. Throws `log_gap` (with that length), `log_ended`, `not_found`, `not_begun`, `lease_required`,
 * `lease_lost`.
 */
export const appendLog = async (
  call: Call,
  path: AttemptPath,
  { lease_id, offset, final, bytes }: z.output<typeof logQuery> & { bytes: Uint8Array },
): Promise<number> => {
  const hostId = await hostOf(call, path, lease_id);
  const { project, job, attempt } = path;
  const chunk: LogChunk = { project, job, attempt, offset, bytes, final };
  const append = (sent: LogChunk): Promise<LogReply> =>
    call.host(hostId, (object, timing) => object.appendLog(sent, timing));
  const first = await append(chunk);
  const reply =
    first.outcome === "unknown" ? await append({ ...chunk, known: await storedLogEnd(call, path) }) : first;
  if (reply.outcome === "gap")
    throw new DomainError(
      "log_gap",
      `the log of attempt ${attempt} of job ${job} goes on at offset ${reply.end}, not at ${offset}`,
      [{ field: "offset", message: `must be at most ${reply.end}` }],
    );
  if (reply.outcome === "ended")
    throw new DomainError(
      "log_ended",
      `the log of attempt ${attempt} of job ${job} has ended at offset ${reply.end}: nothing more is taken`,
    );
  // The chunk is stored in the host's object. If R2 fails, the next chunk or the alarm moves it.
  if (reply.isWorthStoring) await ifAvailable(storeLog(call, hostId, path), call.log);
  return reply.end;
};
