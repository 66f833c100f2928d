import * as z from "zod";
import type { Call } from "../call.ts";
import type { StoredFile } from "../project-results/file-table.ts";
import { fileKey } from "../project-results/files.ts";
import { ATTEMPT, attemptFilter } from "../results/reading.ts";
import { type AttemptPath, getAttempt, getRun, noteSender } from "../results/run.ts";
import { described } from "../wire/described.ts";
import { text } from "../wire/fields.ts";
import { DomainError, invalid, notFound } from "../wire/refusals.ts";

export const MAX_ARTIFACT_BYTES = 100 * 1024 * 1024;
/** The maximum of files of one attempt. */
export const MAX_ARTIFACTS = 5000;
const PATH_CHARACTERS = 500;
export const PATH_FORM = `must be a path of at most ${PATH_CHARACTERS} characters, such as screens/login.png, without . or .. as one of its parts`;

export const artifactQuery = described(z.object({ lease_id: text().optional() }), {
  fields: { lease_id: "The run's lease, if it has one." },
});

export const artifactsQuery = described(z.object({ attempt: attemptFilter }), {
  fields: { attempt: ATTEMPT },
});

export const isArtifactName = (path: string): boolean => {
  const parts = path.split("/");
  return (
    path.length <= PATH_CHARACTERS &&
    path.isWellFormed() &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
    !/[\0-\x1f\x7f\\]/.test(path) &&
    parts.every((part) => part !== "" && part !== "." && part !== "..")
  );
};

/** A file opened in a browser runs nothing and refers to nothing, in an origin of its own. */
export const SANDBOX = "default-src 'none'; frame-ancestors 'none'; sandbox";

/** Types that a browser displays without running code. */
const SHOWN = [
  ...["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"],
  ...["video/mp4", "video/webm", "text/plain", "application/json", "application/zip", "application/pdf"],
];
const INLINE = /^(image|video)\/|^text\/plain(;|$)/;

/** The stored type of a file: one that runs no code in a browser. */
export const safeType = (given: string | undefined): string => {
  const [type = ""] = (given ?? "").split(";");
  const plain = type.trim().toLowerCase();
  return SHOWN.includes(plain) ? plain : "application/octet-stream";
};

/** The Content-Disposition: inline for displayable types unless it is to be saved, or else a download under the file's name. */
export const dispositionOf = (
  { name, contentType }: Pick<StoredFile, "name" | "contentType">,
  isSaved = false,
): string => {
  const file = name.split("/").at(-1) ?? name;
  const plain = file.replace(/[^\w.-]/g, "_");
  const whole = encodeURIComponent(file).replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
  return `${!isSaved && INLINE.test(contentType) ? "inline" : "attachment"}; filename="${plain}"; filename*=UTF-8''${whole}`;
};

/** The bytes of a file or a part of one, as they are sent. */
export interface Body {
  body: ReadableStream | null;
  /** Its Content-Length. */
  bytes: number | undefined;
  encoding: string | undefined;
}

/** Throws `unsupported_coding`: the bytes are kept as they come. */
export const refuseEncoded = ({ encoding }: Body): void => {
  if (encoding !== undefined)
    throw new DomainError("unsupported_coding", "a file is kept as it is sent: leave Content-Encoding out");
};

/** The Content-Length. Throws `invalid` without one. */
export const requiredLength = ({ bytes }: Body): number => {
  if (bytes === undefined || !Number.isInteger(bytes) || bytes < 0)
    throw invalid([{ field: "Content-Length", message: "is required: a file is taken as it comes" }]);
  return bytes;
};

export const wrongLength = (bytes: number): DomainError =>
  invalid([{ field: "body", message: `must have ${bytes} bytes, as its Content-Length says` }]);

export const tooManyFiles = (): DomainError =>
  invalid([
    { field: "path", message: `is one more than the ${MAX_ARTIFACTS} files that one attempt may leave` },
  ]);

/** A file as it is sent in one request. */
interface WholeFile extends Body {
  leaseId: string | undefined;
  contentType: string | undefined;
}

/**
 * Stores a file of a run, replacing one with the same path. It is listed once all of it is stored. Throws `not_found`, `not_begun`, `lease_required`,
 * `lease_lost`, `invalid`, `unsupported_coding`.
 */
export const putArtifact = async (
  call: Call,
  { path: name, ...path }: AttemptPath & { path: string },
  { leaseId, contentType: given, ...sent }: WholeFile,
): Promise<StoredFile> => {
  await noteSender(call, await getRun(call, path, leaseId));
  if (!isArtifactName(name)) throw invalid([{ field: "path", message: PATH_FORM }]);
  refuseEncoded(sent);
  const bytes = requiredLength(sent);
  const { project, job, attempt } = path;
  const contentType = safeType(given);
  const facts = { key: fileKey(path, "artifacts", name), bytes, contentType, at: call.now };
  const place = { kind: "artifact", job, attempt, name } as const;
  const { noted } = await call.results(project, (object) => object.noteArtifact(place, facts, MAX_ARTIFACTS));
  if (!noted) throw tooManyFiles();
  if (sent.body === null || bytes === 0) await call.files.put(facts.key, new Uint8Array(), { contentType });
  else {
    const { isWhole } = await call.files.putStream(facts.key, sent.body, { bytes, contentType });
    if (!isWhole) throw wrongLength(bytes);
  }
  await call.results(project, (object) => object.noteFile(place, facts));
  return { ...place, ...facts };
};

/** The files of an attempt by path. Throws `not_found`. */
export const listArtifacts = async (
  call: Call,
  place: { project: number; job: number },
  requested: number | undefined,
): Promise<StoredFile[]> => {
  const { job, attempt } = await getAttempt(call, place, requested);
  return call.results(place.project, (object) => object.files(job.id, attempt, "artifact"));
};

/** A page of an attempt's files by path, and how many there are in all. Throws `not_found`. */
export const listArtifactPage = async (
  call: Call,
  place: { project: number; job: number },
  { attempt: requested, ...page }: { attempt: number | undefined; after: string; limit: number },
) => {
  const { job, attempt } = await getAttempt(call, place, requested);
  const found = await call.results(place.project, (object) =>
    object.artifactPage({ job: job.id, attempt, ...page }),
  );
  return { job, attempt, ...found };
};

/** One file with its bytes. Throws `not_found`. */
export const readArtifact = async (
  call: Call,
  { path: name, ...place }: { project: number; job: number; path: string },
  requested: number | undefined,
): Promise<{ file: StoredFile; body: ReadableStream }> => {
  const { job, attempt } = await getAttempt(call, place, requested);
  const file = await call.results(place.project, (object) => object.artifact({ job: job.id, attempt }, name));
  const stored = file && (await call.files.get(file.key));
  if (!stored) throw notFound("artifact", `${JSON.stringify(name.slice(0, 80))} of job ${place.job}`);
  return { file, body: stored.body };
};
