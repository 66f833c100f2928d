import { unavailable } from "../database/retry.ts";
import { sendKnownLength } from "./known-length.ts";
import { type Multipart, multipartIn } from "./multipart.ts";
import { isTransient, retrying } from "./r2-retry.ts";

/** The metadata of a file in R2. */
interface FileMeta {
  contentType: string;
}

/** R2 as the verbs use it. Every call may be made twice. Each throws `unavailable` (503) if R2 is unavailable. */
export interface Files {
  put: (key: string, body: Uint8Array, meta: FileMeta) => Promise<void>;
  /**
   * Stores a stream of known length. A stream can be read once, so there is no retry; one of another length is not
   * stored.
   */
  putStream: (
    key: string,
    body: ReadableStream,
    meta: FileMeta & { bytes: number },
  ) => Promise<{ isWhole: boolean }>;
  /** The file or a part of it; undefined if it does not exist. */
  get: (key: string, part?: { offset: number; length?: number }) => Promise<R2ObjectBody | undefined>;
  remove: (keys: string[]) => Promise<void>;
  /** Up to 1,000 keys with this prefix. */
  list: (prefix: string) => Promise<string[]>;
  multipart: Multipart;
}

export const filesIn = (bucket: R2Bucket): Files => ({
  put: async (key, body, { contentType }) => {
    await retrying(() => bucket.put(key, body, { httpMetadata: { contentType } }));
  },
  putStream: async (key, body, { bytes, contentType }) => {
    try {
      return await sendKnownLength(body, bytes, (sized) =>
        bucket.put(key, sized, { httpMetadata: { contentType } }),
      );
    } catch (error) {
      throw isTransient(error) ? unavailable(error) : error;
    }
  },
  get: async (key, part) =>
    (await retrying(() => bucket.get(key, part === undefined ? undefined : { range: part }))) ?? undefined,
  remove: async (keys) => {
    if (keys.length > 0) await retrying(() => bucket.delete(keys));
  },
  list: async (prefix) => (await retrying(() => bucket.list({ prefix }))).objects.map(({ key }) => key),
  multipart: multipartIn(bucket),
});

/** The key of a file of one attempt. All keys of a project share a prefix. */
export const fileKey = (
  { project, job, attempt }: { project: number; job: number; attempt: number },
  kind: "reports" | "log" | "artifacts",
  name: string,
): string => `${projectPrefix(project)}jobs/${job}/attempts/${attempt}/${kind}/${name}`;

export const projectPrefix = (project: number): string => `projects/${project}/`;
