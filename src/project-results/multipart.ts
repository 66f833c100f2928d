import { unavailable } from "../database/retry.ts";
import { sendKnownLength } from "./known-length.ts";
import { isTransient, retrying } from "./r2-retry.ts";
import type { R2Upload } from "./upload-table.ts";

/** One part and its place, counted from 1. */
interface Part {
  part: number;
  body: ReadableStream;
  bytes: number;
}

/** `gone`: R2 has no such upload. `short`: the stream had another length; R2 has nothing of it. */
type PartReply = { outcome: "stored"; etag: string } | { outcome: "gone" } | { outcome: "short" };

/** Files in parts in R2. Every call may be made twice, and throws `unavailable` (503) if R2 is unavailable. */
export interface Multipart {
  /** Begins an upload. Its second try leaves an upload without parts, which R2 itself removes. */
  begin: (key: string, meta: { contentType: string; mark: string }) => Promise<R2Upload>;
  /** Stores a part, or replaces it. A stream can be read once, so there is no retry. */
  putPart: (upload: R2Upload, part: Part) => Promise<PartReply>;
  /** Makes the file of its parts. `stale`: an etag is not that of the part that R2 has. */
  complete: (upload: R2Upload, etags: readonly string[]) => Promise<"done" | "gone" | "stale">;
  /** Removes the parts, and the file if the upload made one that nothing else refers to. */
  abort: (upload: R2Upload, isListed: boolean) => Promise<void>;
}

const NO_SUCH_UPLOAD = /\(10024\)\s*$/;
const INVALID_PART = /\(10025\)\s*$/;

const says = (error: unknown, what: RegExp): boolean => error instanceof Error && what.test(error.message);

/** What `once` gives, or `instead` if R2 has no such upload. */
const unlessGone = async <Answer, Instead>(
  once: () => Promise<Answer>,
  instead: Instead,
): Promise<Answer | Instead> => {
  try {
    return await retrying(once);
  } catch (error) {
    if (says(error, NO_SUCH_UPLOAD)) return instead;
    throw error;
  }
};

export const multipartIn = (bucket: R2Bucket): Multipart => {
  const made = async ({ key, mark }: R2Upload): Promise<boolean> =>
    (await retrying(() => bucket.head(key)))?.customMetadata?.mark === mark;
  const resumed = ({ key, r2Id }: R2Upload) => bucket.resumeMultipartUpload(key, r2Id);
  return {
    begin: async (key, { contentType, mark }) => {
      const options = { httpMetadata: { contentType }, customMetadata: { mark } };
      const { uploadId } = await retrying(() => bucket.createMultipartUpload(key, options));
      return { key, r2Id: uploadId, mark };
    },
    putPart: async (upload, { part, body, bytes }) => {
      try {
        const sent = await sendKnownLength(body, bytes, (sized) => resumed(upload).uploadPart(part, sized));
        return sent.isWhole ? { outcome: "stored", etag: sent.reply.etag } : { outcome: "short" };
      } catch (error) {
        if (says(error, NO_SUCH_UPLOAD)) return { outcome: "gone" };
        throw isTransient(error) ? unavailable(error) : error;
      }
    },
    complete: async (upload, etags) => {
      const parts = etags.map((etag, place) => ({ partNumber: place + 1, etag }));
      try {
        const file = await unlessGone(() => resumed(upload).complete(parts), undefined);
        // An earlier try may have made the file, and was not heard.
        return file || (await made(upload)) ? "done" : "gone";
      } catch (error) {
        if (says(error, INVALID_PART)) return "stale";
        throw error;
      }
    },
    abort: async (upload, isListed) => {
      await unlessGone(() => resumed(upload).abort(), undefined);
      if (!isListed && (await made(upload))) await retrying(() => bucket.delete(upload.key));
    },
  };
};
