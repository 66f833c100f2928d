import * as z from "zod";
import type { StoredFile } from "../project-results/file-table.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { formatWireTime } from "../wire/times.ts";

export const appendedShape = shape(() => z.object({ next_offset: z.int() }));

export const artifactShape = shape(() =>
  z.object({
    path: z.string(),
    attempt: z.int(),
    bytes: z.int(),
    content_type: z.string(),
    at: z.string(),
  }),
);

export const wireArtifact = ({
  name,
  attempt,
  bytes,
  contentType,
  at,
}: StoredFile): Shaped<typeof artifactShape> => ({
  path: name,
  attempt,
  bytes,
  content_type: contentType,
  at: formatWireTime(at),
});
