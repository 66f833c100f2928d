import { jitteredWait, unavailable } from "../database/retry.ts";

/** What a file in R2 is kept with. */
interface FileMeta {
  contentType: string;
}

/** R2 as the verbs see it. Every call may be made twice. Each throws `unavailable` (503) where R2 stays away. */
export interface Files {
  put: (key: string, body: Uint8Array, meta: FileMeta) => Promise<void>;
  /** A body that can be read once, of a length that is known: it is tried once. One of another length is not kept. */
  putStream: (
    key: string,
    body: ReadableStream,
    bytes: number,
    meta: FileMeta,
  ) => Promise<{ isWhole: boolean }>;
  /** The whole file or a part of it; undefined where there is none. */
  get: (key: string, part?: { offset: number; length: number }) => Promise<R2ObjectBody | undefined>;
  remove: (keys: string[]) => Promise<void>;
  /** At most a thousand keys that begin so. */
  list: (prefix: string) => Promise<string[]>;
}

const TRIES = 3;
/** The numbers behind R2's messages of what passes: an error without a name, an internal one, a service that is away. */
const PASSING = /\((0|10001|10043|10054)\)\s*$/;
/** It asks for fewer requests, not for more of the same. */
const OVERLOADED = /\(10058\)\s*$/;

const says = (error: unknown, what: RegExp): boolean => error instanceof Error && what.test(error.message);

const retrying = async <Answer>(once: () => Promise<Answer>): Promise<Answer> => {
  for (let tried = 1; ; tried++) {
    try {
      return await once();
    } catch (error) {
      if (says(error, OVERLOADED)) throw unavailable(error);
      if (!says(error, PASSING)) throw error;
      if (tried === TRIES) throw unavailable(error);
      await jitteredWait(tried);
    }
  }
};

export const filesIn = (bucket: R2Bucket): Files => ({
  put: async (key, body, { contentType }) => {
    await retrying(() => bucket.put(key, body, { httpMetadata: { contentType } }));
  },
  putStream: async (key, body, bytes, { contentType }) => {
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
      throw says(error, PASSING) || says(error, OVERLOADED) ? unavailable(error) : error;
    }
  },
  get: async (key, part) =>
    (await retrying(() => bucket.get(key, part === undefined ? undefined : { range: part }))) ?? undefined,
  remove: async (keys) => {
    if (keys.length > 0) await retrying(() => bucket.delete(keys));
  },
  list: async (prefix) => (await retrying(() => bucket.list({ prefix }))).objects.map(({ key }) => key),
});

/** The key of what belongs to one attempt of a job: all of a project begins alike. */
export const fileKey = (
  { project, job, attempt }: { project: number; job: number; attempt: number },
  kind: "reports" | "log" | "artifacts",
  name: string,
): string => `${projectPrefix(project)}jobs/${job}/attempts/${attempt}/${kind}/${name}`;

export const projectPrefix = (project: number): string => `projects/${project}/`;
