import * as z from "zod";
import { described } from "../wire/described.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { formatOptionalTime } from "../wire/times.ts";
import { DIGEST_EXAMPLE, RESTORE } from "./restore.ts";
import type { RestoreRow } from "./restore-store.ts";

export const restoreShape = shape(() =>
  described(z.object({ restore: z.string(), lines_done: z.int(), finished_at: z.string().nullable() }), {
    name: "Restore",
    fields: {
      restore: RESTORE,
      lines_done: "How many lines of the export, from its first, are stored.",
      finished_at: "When it ended: a UTC time; null while it is under way.",
    },
    example: { restore: DIGEST_EXAMPLE, lines_done: 120_000, finished_at: null },
  }),
);

export const wireRestore = ({ digest, linesDone, finishedAt }: RestoreRow): Shaped<typeof restoreShape> => ({
  restore: digest,
  lines_done: linesDone,
  finished_at: formatOptionalTime(finishedAt),
});

export const storedShape = shape(() =>
  described(z.object({ bytes: z.int() }), {
    name: "StoredBytes",
    fields: { bytes: "How many bytes were stored." },
    example: { bytes: 52_428 },
  }),
);

export const beganShape = shape(() =>
  described(z.object({ upload: z.string() }), {
    fields: { upload: "The upload, for its parts and its end." },
    example: { upload: "a8e8a1c2" },
  }),
);

export const partShape = shape(() =>
  described(z.object({ etag: z.string() }), {
    fields: { etag: "What the end of the upload is to name for this part." },
    example: { etag: "8c1f4b2a" },
  }),
);

export const completedShape = shape(() =>
  described(z.object({ key: z.string() }), {
    fields: { key: "The key of the stored file." },
    example: { key: "projects/10/jobs/1/attempts/1/artifacts/login.webm" },
  }),
);
