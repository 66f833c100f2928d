import type { Call } from "../call.ts";
import type { JobPath } from "../jobs/jobs.ts";
import type { ResultRow } from "../project-results/protocol.ts";
import { addToTotals, noTotals, type ReportWriter, type Totals } from "../reports/report-writer.ts";
import type { RunResult } from "../reports/results.ts";
import { csvWriter } from "../reports/write-csv.ts";
import { ctrfWriter } from "../reports/write-ctrf.ts";
import { junitWriter } from "../reports/write-junit.ts";
import { type TraceContext, traceIn } from "../wire/trace-context.ts";
import { getStoredRun } from "./run.ts";

/** The results that are read at once: with the longest messages they are still one reply of an object. */
const PAGE = 500;
/** The maximum of results in an export. All are read twice, and one request may make 1,000 calls. */
const MAX_RESULTS = 200_000;

/** The forms of an export, by the name of its file. `start` is when the run began, epoch milliseconds; `trace` its trace. */
export const EXPORT_FORMS = {
  "junit.xml": { type: "application/xml; charset=utf-8", writer: (totals) => junitWriter(totals) },
  "ctrf.json": { type: "application/json; charset=utf-8", writer: ctrfWriter },
  "results.csv": { type: "text/csv; charset=utf-8", writer: () => csvWriter() },
} as const satisfies Record<
  string,
  { type: string; writer: (totals: Totals, start: number, trace?: TraceContext) => ReportWriter }
>;
type ExportForm = keyof typeof EXPORT_FORMS;

export const isExportForm = (name: string): name is ExportForm => Object.hasOwn(EXPORT_FORMS, name);

const runResult = ({ test: { name }, ...row }: ResultRow): RunResult => ({
  ...name,
  kind: "test",
  contents: [],
  outcome: row.outcome,
  flaky: row.flaky,
  durationMs: row.durationMs,
  message: row.message,
  detail: row.detail,
  attempts: row.attempts,
});

/** An export as it is sent: `isCut` if it does not have all results, which its end says too. */
export interface Exported {
  pieces: AsyncGenerator<string>;
  isCut: boolean;
}

/** Reads all results from the first on; each call reads them anew. */
type ReadResults = () => AsyncGenerator<RunResult>;

/**
 * Reads results once for what stands before them, and once more to write each when it is asked for, so that a large
 * export takes little memory.
 */
export const exportOf = async (
  read: ReadResults,
  writerOf: (totals: Totals) => ReportWriter,
  most: number,
): Promise<Exported> => {
  const totals = noTotals();
  let isCut = false;
  for await (const result of read()) {
    isCut = totals.tests === most;
    if (isCut) break;
    addToTotals(totals, result);
  }
  const writer = writerOf(totals);
  const pieces = async function* (): AsyncGenerator<string> {
    yield writer.start();
    let left = totals.tests;
    if (left > 0)
      for await (const result of read()) {
        yield writer.result(result);
        left -= 1;
        if (left === 0) break;
      }
    yield writer.end(isCut);
  };
  return { pieces: pieces(), isCut };
};

/** The results of a job's current attempt in one form of report. Throws `not_found`. */
export const exportResults = async (call: Call, path: JobPath, form: ExportForm): Promise<Exported> => {
  const { job, attempt, row, at } = await getStoredRun(call, path);
  const read = async function* (): AsyncGenerator<RunResult> {
    for (let after = 0; ; ) {
      const query = { job, attempt, outcome: null, after, limit: PAGE, judgedAt: null } as const;
      const rows = await call.results(path.project, (object) => object.jobResults(query));
      yield* rows.map(runResult);
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) return;
      after = last.id;
    }
  };
  const trace = row ? traceIn(row.traceContext) : undefined;
  return exportOf(read, (totals) => EXPORT_FORMS[form].writer(totals, at, trace), MAX_RESULTS);
};
