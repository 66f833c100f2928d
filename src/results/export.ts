import type { Call } from "../call.ts";
import { getJob, type JobPath } from "../jobs/jobs.ts";
import type { ResultRow } from "../project-results/protocol.ts";
import type { RunResult } from "../reports/results.ts";
import { writeCsv } from "../reports/write-csv.ts";
import { writeCtrf } from "../reports/write-ctrf.ts";
import { writeJunit } from "../reports/write-junit.ts";

/** The maximum of results in an export, of results read at once, and of characters of messages and details. */
const MAX_RESULTS = 100_000;
const PAGE = 1000;
const MAX_CHARACTERS = 20_000_000;

interface Exported {
  results: RunResult[];
  /** When the run began, and then the sum of its tests' durations; epoch milliseconds. */
  start: number;
  stop: number;
}

/** The forms of an export, by the name of its file. */
export const EXPORT_FORMS = {
  "junit.xml": { type: "application/xml; charset=utf-8", write: ({ results }) => writeJunit(results) },
  "ctrf.json": {
    type: "application/json; charset=utf-8",
    write: ({ results, ...times }) => writeCtrf(results, times),
  },
  "results.csv": { type: "text/csv; charset=utf-8", write: ({ results }) => writeCsv(results) },
} as const satisfies Record<string, { type: string; write: (exported: Exported) => Generator<string> }>;
type ExportForm = keyof typeof EXPORT_FORMS;

export const isExportForm = (name: string): name is ExportForm => Object.hasOwn(EXPORT_FORMS, name);

const runResult = ({ test: { name }, message, detail, ...row }: ResultRow, hasText: boolean): RunResult => ({
  ...name,
  kind: "test",
  contents: [],
  outcome: row.outcome,
  flaky: row.flaky,
  durationMs: row.durationMs,
  message: hasText ? message : null,
  detail: hasText ? detail : null,
  attempts: row.attempts,
});

/**
 * The results of a job's current attempt in one form of report, piece by piece. Past a bound, messages and details are
 * left out. Throws `not_found`.
 */
export const exportResults = async (
  call: Call,
  path: JobPath,
  form: ExportForm,
): Promise<Generator<string>> => {
  const job = await getJob(call, path);
  const results: RunResult[] = [];
  let [after, characters] = [0, 0];
  while (results.length < MAX_RESULTS) {
    const query = { job: job.id, attempt: job.attempt, outcome: null, after, limit: PAGE } as const;
    const rows = await call.results(path.project, (object) => object.jobResults(query));
    for (const row of rows) {
      results.push(runResult(row, characters < MAX_CHARACTERS));
      characters += (row.message?.length ?? 0) + (row.detail?.length ?? 0);
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) break;
    after = last.id;
  }
  const start = job.startedAt ?? job.scheduledAt;
  const took = results.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0);
  return EXPORT_FORMS[form].write({ results, start, stop: start + Math.round(took) });
};
