import * as z from "zod";
import type { Call } from "../call.ts";
import { ifAvailable } from "../host-object/client.ts";
import type { StoredFile } from "../project-results/file-table.ts";
import { fileKey } from "../project-results/files.ts";
import { removeUploads } from "../project-results/remove-uploads.ts";
import {
  missingParts,
  partsOf,
  type R2Upload,
  sizeOfPart,
  type Upload,
} from "../project-results/upload-table.ts";
import { type AttemptPath, getRun, noteSender } from "../results/run.ts";
import { described } from "../wire/described.ts";
import { text, whole } from "../wire/fields.ts";
import { DomainError, invalid, notFound } from "../wire/refusals.ts";
import {
  type Body,
  isArtifactName,
  MAX_ARTIFACT_BYTES,
  MAX_ARTIFACTS,
  PATH_FORM,
  refuseEncoded,
  requiredLength,
  safeType,
  tooManyFiles,
  wrongLength,
} from "./artifacts.ts";

const MIB = 1024 * 1024;
/** R2's bounds of a part; the largest is what one request may have. */
const MIN_PART_BYTES = 5 * MIB;
export const MAX_PART_BYTES = MAX_ARTIFACT_BYTES;
const DEFAULT_PART_BYTES = 32 * MIB;
const MAX_UPLOAD_BYTES = 5 * 1024 * MIB;

export const uploadInput = described(
  z.object({
    path: z.string(PATH_FORM).refine(isArtifactName, { error: PATH_FORM }),
    bytes: whole({ from: 1, to: MAX_UPLOAD_BYTES }),
    part_bytes: whole({ from: MIN_PART_BYTES, to: MAX_PART_BYTES }).default(DEFAULT_PART_BYTES),
    content_type: text().optional(),
  }),
  {
    fields: {
      path: "The path of the file in the run's folder, with slashes.",
      bytes: "The size of the whole file in bytes.",
      part_bytes: "The size of each part in bytes, but of the last, which has the rest.",
      content_type: "The file's type, as a Content-Type names it.",
    },
    example: { path: "videos/checkout.webm", bytes: 157286400, content_type: "video/webm" },
  },
);

/** The maximum of dropped uploads that one call removes. */
const MAX_REMOVED = 10;

export type UploadPath = AttemptPath & { upload: number };

const noUpload = ({ upload, attempt, job }: UploadPath): DomainError =>
  new DomainError(
    "not_found",
    `there is no upload ${upload} of attempt ${attempt} of job ${job}: it was given up or is too old; create it again`,
  );

const MAX_NAMED = 10;
const named = (parts: readonly number[]): string =>
  parts.length > MAX_NAMED
    ? `${parts.slice(0, MAX_NAMED).join(", ")} and ${parts.length - MAX_NAMED} more`
    : parts.join(", ");

const incomplete = (upload: number, parts: readonly number[]): DomainError =>
  new DomainError(
    "upload_incomplete",
    `upload ${upload} is not complete: send part ${named(parts)} and then complete it`,
  );

/** The sender may send files of this run. Throws as `getRun` does. */
const admit = async (call: Call, path: AttemptPath, leaseId: string | undefined): Promise<void> =>
  noteSender(call, await getRun(call, path, leaseId));

/**
 * Begins to take a file in parts, or finds the upload that was begun of the same path, sizes and type. One of another
 * size takes its place. Throws `not_found`, `not_begun`, `lease_required`, `lease_lost`, `invalid`.
 */
export const createUpload = async (
  call: Call,
  path: AttemptPath,
  { leaseId, ...input }: z.output<typeof uploadInput> & { leaseId: string | undefined },
): Promise<{ upload: Upload; isNew: boolean }> => {
  await admit(call, path, leaseId);
  const { project, job, attempt } = path;
  const facts = {
    ...{ job, attempt, name: input.path, key: fileKey(path, "artifacts", input.path), at: call.now },
    ...{ bytes: input.bytes, partBytes: input.part_bytes, contentType: safeType(input.content_type) },
  };
  const found = await call.results(project, (object) => object.findUpload(facts, MAX_ARTIFACTS));
  if (found.upload) return { upload: found.upload, isNew: false };
  if (found.isFull) throw tooManyFiles();
  const mark = crypto.randomUUID();
  const begun: R2Upload = await call.files.multipart.begin(facts.key, {
    contentType: facts.contentType,
    mark,
  });
  const upload = await call.results(project, (object) => object.addUpload(facts, begun));
  const isNew = upload.mark === mark;
  // The one that it took the place of is removed by the tick.
  if (!isNew) await call.files.multipart.abort(begun, false);
  return { upload, isNew };
};

/**
 * Stores one part, or replaces it. Returns the upload, with the parts that are still missing. Throws `not_found`,
 * `not_begun`, `lease_required`, `lease_lost`, `invalid`, `unsupported_coding`, `upload_incomplete`.
 */
export const putPart = async (
  call: Call,
  { part, ...path }: UploadPath & { part: number },
  { leaseId, ...sent }: Body & { leaseId: string | undefined },
): Promise<Upload> => {
  await admit(call, path, leaseId);
  refuseEncoded(sent);
  const bytes = requiredLength(sent);
  const { project, upload: id } = path;
  const { upload, turn } = await call.results(project, (object) =>
    object.beginPart(path, { id, part, bytes }),
  );
  if (!upload) throw noUpload(path);
  if (turn === null || sent.body === null) throw refusedPart(upload, part);
  const reply = await call.files.multipart.putPart(upload, { part, body: sent.body, bytes });
  if (reply.outcome === "gone") throw await dropped(call, path);
  if (reply.outcome === "short") throw wrongLength(bytes);
  const { etag } = reply;
  const stored = await call.results(project, (object) => object.endPart(path, { id, part, turn, etag }));
  if (!stored) throw noUpload(path);
  if (missingParts(stored).includes(part)) throw incomplete(id, [part]);
  return stored;
};

/** R2 no longer has the upload: it is given up, so that creating it again begins a new one. */
const dropped = async (call: Call, path: UploadPath): Promise<DomainError> => {
  await call.results(path.project, (object) => object.dropUpload(path.upload));
  return noUpload(path);
};

const ended = ({ id }: Upload): DomainError =>
  new DomainError("upload_ended", `upload ${id} is complete: its file is stored, and nothing more is taken`);

/** Why an upload does not take a part. */
const refusedPart = (upload: Upload, part: number): DomainError => {
  const bytes = sizeOfPart(upload, part);
  const parts = partsOf(upload);
  if (bytes === undefined) return notFound("part", `${part} of upload ${upload.id}: it has ${parts} parts`);
  if (upload.state === "done") return ended(upload);
  return invalid([
    { field: "Content-Length", message: `must be ${bytes} for part ${part} of ${parts} of this upload` },
  ]);
};

/** An upload of this attempt. Throws `not_found`. */
const getUpload = async (call: Call, path: UploadPath): Promise<Upload> => {
  const upload = await call.results(path.project, (object) => object.upload(path, path.upload));
  if (!upload) throw noUpload(path);
  return upload;
};

/**
 * Makes the file of its parts, in the place of one of the same path. Again, it changes nothing. Throws `not_found`,
 * `not_begun`, `lease_required`, `lease_lost`, `upload_incomplete`.
 */
export const completeUpload = async (
  call: Call,
  path: UploadPath,
  leaseId: string | undefined,
): Promise<StoredFile> => {
  await admit(call, path, leaseId);
  const upload = await getUpload(call, path);
  const { job, attempt, name, key, bytes, contentType } = upload;
  const file: StoredFile = { kind: "artifact", job, attempt, name, key, bytes, contentType, at: call.now };
  if (upload.state === "done") return file;
  const missing = missingParts(upload);
  if (missing.length > 0) throw incomplete(upload.id, missing);
  const etags = upload.etags.filter((etag) => etag !== null);
  const outcome = await call.files.multipart.complete(upload, etags);
  if (outcome === "gone") throw await dropped(call, path);
  if (outcome === "stale") {
    await call.results(path.project, (object) => object.forgetParts(upload.id));
    throw incomplete(
      upload.id,
      etags.map((_, place) => place + 1),
    );
  }
  const { isKept } = await call.results(path.project, (object) => object.finishUpload(upload, call.now));
  if (!isKept) throw noUpload(path);
  return file;
};

/**
 * Gives an upload up and removes its parts. What cannot be removed now, the tick removes. Throws `not_found`,
 * `not_begun`, `lease_required`, `lease_lost`, `upload_ended`.
 */
export const dropUpload = async (
  call: Call,
  path: UploadPath,
  leaseId: string | undefined,
): Promise<Upload> => {
  await admit(call, path, leaseId);
  const upload = await getUpload(call, path);
  if (upload.state === "done") throw ended(upload);
  await call.results(path.project, (object) => object.dropUpload(upload.id));
  await ifAvailable(removeUploads(call, path.project, { before: 0, limit: MAX_REMOVED }));
  return upload;
};
