import * as z from "zod";
import type { StoredFile } from "../project-results/file-table.ts";
import { missingParts, partsOf, type Upload } from "../project-results/upload-table.ts";
import { described } from "../wire/described.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { formatWireTime } from "../wire/times.ts";

export const appendedShape = shape(() =>
  described(z.object({ next_offset: z.int() }), {
    fields: { next_offset: "How many bytes the log has now: the offset of the next chunk." },
    example: { next_offset: 4096 },
  }),
);

export const artifactShape = shape(() =>
  described(
    z.object({
      path: z.string(),
      attempt: z.int(),
      bytes: z.int(),
      content_type: z.string(),
      at: z.string(),
    }),
    {
      name: "Artifact",
      fields: {
        path: "The path of the file in the run's folder.",
        attempt: "The number of the attempt that left it.",
        bytes: "Its size in bytes.",
        content_type: "Its type, made one that runs nothing in a browser.",
        at: "When it was stored: a UTC time.",
      },
      example: {
        path: "screenshots/login.png",
        attempt: 1,
        bytes: 48213,
        content_type: "image/png",
        at: "2015-04-08T03:01:52+00:00",
      },
    },
  ),
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

export const reportFileShape = shape(() =>
  described(z.object({ name: z.string(), attempt: z.int(), bytes: z.int(), at: z.string() }), {
    name: "ReportFile",
    fields: {
      name: "The name under which it was sent.",
      attempt: "The number of the attempt that it is of.",
      bytes: "Its size in bytes, decompressed.",
      at: "When it was sent: a UTC time.",
    },
    example: { name: "report.xml", attempt: 1, bytes: 48213, at: "2015-04-08T03:01:52+00:00" },
  }),
);

export const wireReportFile = ({ name, attempt, bytes, at }: StoredFile): Shaped<typeof reportFileShape> => ({
  name,
  attempt,
  bytes,
  at: formatWireTime(at),
});

export const uploadShape = shape(() =>
  described(
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
    {
      name: "Upload",
      fields: {
        upload_id: "The id of the upload, in the addresses of its parts.",
        path: "The path of the file in the run's folder.",
        attempt: "The number of the attempt that leaves it.",
        bytes: "The size of the whole file in bytes.",
        part_bytes: "The size of each part in bytes; the last has the rest.",
        parts: "How many parts there are.",
        missing: "The numbers of the parts that are still to be sent, from 1 up.",
        content_type: "Its type, made one that runs nothing in a browser.",
      },
      example: {
        upload_id: 7,
        path: "videos/checkout.webm",
        attempt: 1,
        bytes: 157286400,
        part_bytes: 33554432,
        parts: 5,
        missing: [4, 5],
        content_type: "video/webm",
      },
    },
  ),
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
