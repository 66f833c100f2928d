import { uploadIn } from "./answers.ts";
import { attemptPath, type SentRun, underLease } from "./log-sender.ts";
import { Refused, type ServiceClient } from "./service-client.ts";

/** The largest file that the service takes in one request. */
export const MAX_WHOLE_BYTES = 100 * 1024 * 1024;
const PART_BYTES = 32 * 1024 * 1024;
/** How often an upload is begun that the service lost, or whose parts it asks for again. */
const TRIES = 3;

/** A file that is too large for one request. */
interface LargeFile {
  name: string;
  body: Blob;
  type: string;
}

interface PartsSender {
  client: ServiceClient;
  run: SentRun;
  /** Aborted: no answer is waited for. */
  over: AbortSignal;
}

/** The service has no such upload any more, or wants parts of it again: to begin it again tells which. */
const isToBegin = (error: unknown): boolean =>
  error instanceof Refused && ["not_found", "upload_incomplete"].includes(error.code);

const sendOnce = async (
  { client, run, over }: PartsSender,
  { path, body, missing }: { path: string; body: Blob; missing: readonly number[] },
): Promise<void> => {
  for (const part of missing) {
    const raw = {
      body: body.slice((part - 1) * PART_BYTES, part * PART_BYTES),
      type: "application/octet-stream",
    };
    await client.once({ method: "PUT", path: `${path}/parts/${part}?${underLease(run)}`, raw, over });
  }
  await client.once({ method: "POST", path: `${path}/complete?${underLease(run)}`, over });
};

/**
 * Sends a file in parts. The service knows which ones it has: after a failure the next call sends the others. Throws
 * `Refused`, `Unanswered`.
 */
export const sendInParts = async (sender: PartsSender, { name, body, type }: LargeFile): Promise<void> => {
  const { client, run, over } = sender;
  const uploads = `${attemptPath(run)}/uploads`;
  const facts = { path: name, bytes: body.size, part_bytes: PART_BYTES, content_type: type };
  for (let tried = 1; ; tried++) {
    const begun = await client.once({
      ...{ method: "POST", path: `${uploads}?${underLease(run)}`, body: facts, over },
    });
    const { upload_id, missing } = uploadIn(begun);
    try {
      return await sendOnce(sender, { path: `${uploads}/${upload_id}`, body, missing });
    } catch (error) {
      if (tried === TRIES || !isToBegin(error)) throw error;
    }
  }
};
