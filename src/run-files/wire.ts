import * as z from "zod";
import type { StoredFile } from "../project-results/file-table.ts";
import { missingParts, partsOf, type Upload } from "../project-results/upload-table.ts";
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

export const uploadShape = shape(() =>
  z.object({
    upload_id: z.int(),
    path: z.string(),
    attempt: z.int(),
    bytes: z.int(),
    part_bytes: z.int(),
    parts: z.int(),
    missing: z.array(z.int()),
    content_type: z.string(),
  }),
);

/** An upload with the numbers of the parts that are still to be sent. */
export const wireUpload = (upload: Upload): Shaped<typeof uploadShape> => ({
  upload_id: upload.id,
  path: upload.name,
  attempt: upload.attempt,
  bytes: upload.bytes,
  part_bytes: upload.partBytes,
  parts: partsOf(upload),
  missing: missingParts(upload),
  content_type: upload.contentType,
});
