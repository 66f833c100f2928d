import * as z from "zod";
import type { Call } from "../call.ts";
import type { R2Upload } from "../project-results/upload-table.ts";
import { described } from "../wire/described.ts";
import { text, wholeInQuery } from "../wire/fields.ts";
import { DomainError, invalid, notFound } from "../wire/refusals.ts";
import { isFileKey, KEY_FORM } from "./file-keys.ts";
import {
  DIGEST_EXAMPLE,
  DONE,
  doneField,
  noteLines,
  RESTORE,
  refuseUnlessRestoring,
  restoreField,
} from "./restore.ts";

const MIB = 1024 * 1024;
/** The largest file, or part of one, in one request. */
export const MAX_FILE_BYTES = 32 * MIB;
const MAX_PARTS = 10_000;
const MAX_OFFSET = 6 * 1024 * MIB;

const keyField = () => z.string(KEY_FORM).refine(isFileKey, KEY_FORM);
const KEY_EXAMPLE = "projects/10/jobs/1/attempts/1/artifacts/login.webm";
const KEY_WORDS = "The key of the file, as the table of files has it.";
const typeField = () => text().default("application/octet-stream");
const TYPE_WORDS = "Its media type.";
const uploadField = () => text(2000);
const UPLOAD_WORDS = "The upload, as its beginning answered it.";

export const fileQuery = described(
  z.object({ key: keyField(), offset: wholeInQuery({ from: 0, to: MAX_OFFSET }).default(0) }),
  { fields: { key: KEY_WORDS, offset: "From which byte on, counted from 0." } },
);

export const restoreFileQuery = described(
  z.object({ restore: restoreField(), key: keyField(), content_type: typeField(), lines_done: doneField() }),
  { fields: { restore: RESTORE, key: KEY_WORDS, content_type: TYPE_WORDS, lines_done: DONE } },
);

export const uploadBegin = described(
  z.object({ restore: restoreField(), key: keyField(), content_type: typeField() }),
  {
    fields: { restore: RESTORE, key: KEY_WORDS, content_type: TYPE_WORDS },
    example: { restore: DIGEST_EXAMPLE, key: KEY_EXAMPLE, content_type: "video/webm" },
  },
);

export const partQuery = described(
  z.object({
    restore: restoreField(),
    key: keyField(),
    upload: uploadField(),
    part: wholeInQuery({ from: 1, to: MAX_PARTS }),
  }),
  {
    fields: {
      restore: RESTORE,
      key: KEY_WORDS,
      upload: UPLOAD_WORDS,
      part: "The number of the part, from 1 up. All parts but the last have the same size, 5 MiB at least.",
    },
  },
);

export const uploadEnd = described(
  z.object({
    restore: restoreField(),
    key: keyField(),
    upload: uploadField(),
    etags: z.array(text(200)).min(1).max(MAX_PARTS),
  }),
  {
    fields: {
      restore: RESTORE,
      key: KEY_WORDS,
      upload: UPLOAD_WORDS,
      etags: "What each part was answered with, in the order of the parts.",
    },
    example: {
      ...{ restore: DIGEST_EXAMPLE, key: KEY_EXAMPLE, upload: "a8e8a1c2" },
      etags: ["8c1f4b2a", "91d3c0de"],
    },
  },
);

/** R2's answer to a range that begins behind the end of the file. */
const OUT_OF_RANGE = /\(10039\)\s*$/;

/** A file as it is stored, from a byte on. Throws `not_found`, `invalid`. */
export const readFile = async (
  { files }: Call,
  { key, offset }: z.output<typeof fileQuery>,
): Promise<{ body: ReadableStream; bytes: number; etag: string }> => {
  try {
    const found = await files.get(key, offset === 0 ? undefined : { offset });
    if (found) return { body: found.body, bytes: found.size, etag: found.etag };
  } catch (error) {
    if (!(error instanceof Error && OUT_OF_RANGE.test(error.message))) throw error;
    throw invalid([{ field: "offset", message: "must be less than the bytes of the file" }]);
  }
  throw notFound("file", JSON.stringify(key.slice(0, 200)));
};

interface SentBody {
  body: ReadableStream | null;
  bytes: number | undefined;
  encoding: string | undefined;
}

/** The length of a body that is stored as it comes. Throws `invalid`, `unsupported_coding`, `too_large`. */
const lengthOf = ({ bytes, encoding }: SentBody): number => {
  if (encoding !== undefined)
    throw new DomainError("unsupported_coding", "a file is kept as it is sent: leave Content-Encoding out");
  if (bytes === undefined)
    throw invalid([{ field: "Content-Length", message: "is required: a file is taken as it comes" }]);
  if (bytes <= MAX_FILE_BYTES) return bytes;
  throw new DomainError("too_large", `a file of over ${MAX_FILE_BYTES} bytes is restored in parts`);
};

const wrongLength = (bytes: number): DomainError =>
  invalid([{ field: "body", message: `must have ${bytes} bytes, as its Content-Length says` }]);

/** Stores a file of an export. Throws `invalid`, `installation_in_use`. */
export const restoreFile = async (
  call: Call,
  { restore, key, content_type: contentType, lines_done: linesDone }: z.output<typeof restoreFileQuery>,
  sent: SentBody,
): Promise<number> => {
  await refuseUnlessRestoring(call, restore);
  const bytes = lengthOf(sent);
  if (sent.body === null || bytes === 0) await call.files.put(key, new Uint8Array(), { contentType });
  else {
    const { isWhole } = await call.files.putStream(key, sent.body, { bytes, contentType });
    if (!isWhole) throw wrongLength(bytes);
  }
  await noteLines(call, { restore, linesDone });
  return bytes;
};

const uploadOf = (key: string, upload: string): R2Upload => ({ key, r2Id: upload, mark: "" });

/** Begins a file that is stored in parts. Begun again, the parts of before are removed by R2 itself. Throws `installation_in_use`. */
export const beginUpload = async (
  call: Call,
  { restore, key, content_type: contentType }: z.output<typeof uploadBegin>,
): Promise<string> => {
  await refuseUnlessRestoring(call, restore);
  const { r2Id } = await call.files.multipart.begin(key, { contentType, mark: restore });
  return r2Id;
};

const noUpload = (): DomainError => notFound("upload", "of this file; begin it again");

/** Stores a part, or replaces it. Returns its etag. Throws `not_found`, `invalid`, `installation_in_use`. */
export const restorePart = async (
  call: Call,
  { restore, key, upload, part }: z.output<typeof partQuery>,
  sent: SentBody,
): Promise<string> => {
  await refuseUnlessRestoring(call, restore);
  const bytes = lengthOf(sent);
  if (sent.body === null || bytes === 0)
    throw invalid([{ field: "body", message: "must have the bytes of the part" }]);
  const reply = await call.files.multipart.putPart(uploadOf(key, upload), { part, body: sent.body, bytes });
  if (reply.outcome === "gone") throw noUpload();
  if (reply.outcome === "short") throw wrongLength(bytes);
  return reply.etag;
};

/** Makes the file of its parts. Made again, nothing changes. Throws `not_found`, `invalid`, `installation_in_use`. */
export const completeUpload = async (
  call: Call,
  { restore, key, upload, etags }: z.output<typeof uploadEnd>,
): Promise<void> => {
  await refuseUnlessRestoring(call, restore);
  const done = await call.files.multipart.complete({ ...uploadOf(key, upload), mark: restore }, etags);
  if (done === "gone") throw noUpload();
  if (done === "stale")
    throw invalid([{ field: "etags", message: "must be those of the parts that were sent last" }]);
};
