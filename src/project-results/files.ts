import { jitteredWait, unavailable } from "../database/retry.ts";

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
  get: (key: string, part?: { offset: number; length: number }) => Promise<R2ObjectBody | undefined>;
  remove: (keys: string[]) => Promise<void>;
  /** Up to 1,000 keys with this prefix. */
  list: (prefix: string) => Promise<string[]>;
}

const TRIES = 3;
/** The codes in R2's messages for transient errors: unnamed, internal, service unavailable. */
const TRANSIENT = /\((0|10001|10043|10054)\)\s*$/;
/** R2's code for too many requests: a retry would add one. */
const OVERLOADED = /\(10058\)\s*$/;

const says = (error: unknown, what: RegExp): boolean => error instanceof Error && what.test(error.message);

const retrying = async <Answer>(once: () => Promise<Answer>): Promise<Answer> => {
  for (let tried = 1; ; tried++) {
    try {
      return await once();
    } catch (error) {
      if (says(error, OVERLOADED)) throw unavailable(error);
      if (!says(error, TRANSIENT)) throw error;
      if (tried === TRIES) throw unavailable(error);
      await jitteredWait(tried);
    }
  }
};

export const filesIn = (bucket: R2Bucket): Files => ({
  put: async (key, body, { contentType }) => {
    await retrying(() => bucket.put(key, body, { httpMetadata: { contentType } }));
  },
  putStream: async (key, body, { bytes, contentType }) => {
    const sized = new FixedLengthStream(bytes);
    const piped = body.pipeTo(sized.writable);
    try {
      await Promise.all([bucket.put(key, sized.readable, { httpMetadata: { contentType } }), piped]);
      return { isWhole: true };
    } catch (error) {
      const isWhole = await piped.then(
        () => true,
        () => false,
      );
      if (!isWhole && error instanceof TypeError) return { isWhole };
      throw says(error, TRANSIENT) || says(error, OVERLOADED) ? unavailable(error) : error;
    }
  },
  get: async (key, part) =>
    (await retrying(() => bucket.get(key, part === undefined ? undefined : { range: part }))) ?? undefined,
  remove: async (keys) => {
    if (keys.length > 0) await retrying(() => bucket.delete(keys));
  },
  list: async (prefix) => (await retrying(() => bucket.list({ prefix }))).objects.map(({ key }) => key),
});

/** The key of a file of one attempt. All keys of a project share a prefix. */
export const fileKey = (
  { project, job, attempt }: { project: number; job: number; attempt: number },
  kind: "reports" | "log" | "artifacts",
  name: string,
): string => `${projectPrefix(project)}jobs/${job}/attempts/${attempt}/${kind}/${name}`;

export const projectPrefix = (project: number): string => `projects/${project}/`;
