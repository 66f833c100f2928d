import * as z from "zod";
import type { Call } from "../call.ts";
import { type Material, parseMaterials } from "../jobs/materials.ts";
import type { ResultCounts } from "../jobs/result-counts.ts";
import { isOfHost } from "../jobs/status.ts";
import type { JobView } from "../jobs/store.ts";
import { fileKey } from "../project-results/files.ts";
import type { NewResult } from "../project-results/protocol.ts";
import { readReport } from "../reports/read-report.ts";
import { ReportError } from "../reports/report-case.ts";
import { type RunResult, resultsOf } from "../reports/results.ts";
import { described } from "../wire/described.ts";
import { text } from "../wire/fields.ts";
import { invalid } from "../wire/refusals.ts";
import { type TraceContext, traceIn } from "../wire/trace-context.ts";
import { storeCounts } from "./counts-store.ts";
import { matchTestRuns } from "./match.ts";
import { type AttemptPath, getRun, noteSender } from "./run.ts";
import { contentOf } from "./run-content.ts";

const NAME_FORM = "must be 1 to 255 characters without a slash, such as junit.xml";
const reportName = z
  .string()
  .min(1)
  .max(255)
  .refine((name) => !/[/\0]/.test(name) && name.isWellFormed());

export const reportQuery = described(z.object({ lease_id: text().optional(), build: text().optional() }), {
  fields: {
    lease_id: "The run's lease, if it has one.",
    build:
      "The build that the run tests, by default the commit of its job; outcomes are compared within one build.",
  },
});

export interface StoredReport {
  name: string;
  cases: number;
  counts: ResultCounts;
  /** The trace that the run belongs to; undefined: none. */
  trace: TraceContext | undefined;
}

const read = (bytes: Uint8Array, name: string): RunResult[] => {
  try {
    return resultsOf([readReport(bytes, name)]);
  } catch (error) {
    if (error instanceof ReportError) throw invalid([{ field: "body", message: error.message }]);
    throw error;
  }
};

/** Results for the project's object, with the test run of each. */
const newResults = (results: readonly RunResult[], matched: readonly (number | null)[]): NewResult[] =>
  results.map((result, place) => ({
    name: {
      file: result.file,
      suites: result.suites,
      title: result.title,
      parameters: result.parameters,
    },
    outcome: result.outcome,
    flaky: result.flaky,
    durationMs: result.durationMs,
    message: result.message,
    detail: result.detail,
    attempts: result.attempts,
    testRunId: matched[place] ?? null,
  }));

/**
 * Stores a report of one attempt, replacing one with the same name. The order is the project's object, then the bytes
 * in R2, then the counts in D1. A client without a response sends it again, and all three steps repeat. Throws
 * `not_found`, `not_begun`, `lease_required`, `lease_lost`, `invalid`.
 */
export const storeReport = async (
  call: Call,
  path: AttemptPath & { name: string },
  { lease_id, build, bytes }: z.output<typeof reportQuery> & { bytes: Uint8Array },
): Promise<StoredReport> => {
  const job = await getRun(call, path, lease_id);
  await noteSender(call, job);
  const { attempt, name } = path;
  if (!reportName.safeParse(name).success) throw invalid([{ field: "name", message: NAME_FORM }]);
  const materials = parseMaterials(job.materials);
  const results = read(bytes, name);
  const { counts } = await storeResults(
    call,
    { job, attempt },
    {
      report: name,
      results: newResults(results, matchTestRuns(results, materials)),
      materials,
      build,
      file: { key: fileKey(path, "reports", name), bytes },
    },
  );
  return { name, cases: results.length, counts, trace: traceIn(job.traceContext) };
};

const FILE_TYPE = "application/octet-stream";

/** Results of one run under the name of their report. */
export interface Incoming {
  report: string;
  results: NewResult[];
  /** The due test runs. */
  materials: readonly Material[];
  build?: string | undefined;
  /** The report as it was sent, if it is a file. */
  file?: { key: string; bytes: Uint8Array };
}

/** The platform's limit of one call is 32 MiB; the rest is for what is sent beside the results. */
const CALL_BYTES = 31 * 1024 * 1024;
/** At most so many bytes of a result, and of each of its texts, are not characters; a character has up to two. */
const BYTES_BESIDE = { result: 256, text: 8 };

const bytesOf = ({ name: { file, suites, title, parameters }, message, detail }: NewResult): number =>
  [file, title, parameters, message, detail, ...suites].reduce(
    (bytes, each) => bytes + BYTES_BESIDE.text + 2 * (each?.length ?? 0),
    BYTES_BESIDE.result,
  );

/** Throws `invalid` if the results do not fit into one call of an object. Names of suites count with each of their cases. */
const mustFitOneCall = (results: readonly NewResult[]): void => {
  const bytes = results.reduce((sum, result) => sum + bytesOf(result), 0);
  if (bytes > CALL_BYTES)
    throw invalid([
      {
        field: "body",
        message: `must have at most ${CALL_BYTES / 2} characters in all names and messages, the suites' with each case: send the report in parts`,
      },
    ]);
};

/** Stores results in the project's object, then their bytes in R2, then their counts in D1. Throws `invalid`. */
export const storeResults = async (
  { results: callResults, files, db, now }: Pick<Call, "results" | "files" | "db" | "now">,
  { job, attempt }: { job: JobView; attempt: number },
  { report, results, materials, build, file }: Incoming,
): Promise<{ counts: ResultCounts; lastId: number }> => {
  mustFitOneCall(results);
  const isLost = isOfHost(job, attempt);
  const content = await contentOf(job, materials, build);
  const { counts, revision, lastId } = await callResults(job.projectId, (object) =>
    object.takeReport({
      run: {
        ...{ job: job.id, attempt, hostId: job.hostId, due: materials.length, isLost },
        ...content,
      },
      report,
      results,
      file: file ? { key: file.key, bytes: file.bytes.byteLength, contentType: FILE_TYPE, at: now } : null,
      now,
    }),
  );
  if (file) await files.put(file.key, file.bytes, { contentType: FILE_TYPE });
  const stored = await storeCounts(
    db,
    { project: job.projectId, job: job.id, attempt },
    { counts, revision },
  );
  // The run ended meanwhile, and what ended it saw no results.
  if (stored && !isLost && isOfHost(stored, attempt))
    await callResults(job.projectId, (object) =>
      object.discount([{ job: job.id, attempt, isLost: true }], now),
    );
  return { counts, lastId };
};
