import type * as z from "zod";
import { allowsHost, allowsProject } from "../access/permissions.ts";
import { authorOf } from "../audit/audit.ts";
import type { Call } from "../call.ts";
import { parseMaterials } from "../jobs/materials.ts";
import { type ResultCounts, resultCounts } from "../jobs/result-counts.ts";
import type { JobView } from "../jobs/store.ts";
import type { NewResult } from "../project-results/protocol.ts";
import { creationOfContent, refuseReusedKey } from "../replay/replay.ts";
import { type Incoming, storeResults } from "../results/intake.ts";
import { matchTestRuns } from "../results/match.ts";
import { noteSender } from "../results/run.ts";
import { notFound } from "../wire/refusals.ts";
import { type AutoTestLog, type batchInput, messageOf, noteOf } from "./input.ts";
import { insertReported, readJobById, readRunOf, readRunOfContents } from "./store.ts";

const isRed = ({ status }: AutoTestLog): boolean => status.outcome === "failed" || status.outcome === "error";

const resultOf = (log: AutoTestLog, testRunId: number | null): NewResult => ({
  name: { file: null, suites: [], title: log.name.trim(), parameters: null },
  outcome: log.status.outcome,
  flaky: false,
  durationMs: Math.max(0, log.exe_end_date - log.exe_start_date),
  ...(log.status.outcome === "passed" ? { message: null, detail: noteOf(log) } : messageOf(log)),
  attempts: 1,
  testRunId,
});

/** The name of a report. The same client sending the same results again replaces its report. */
const reportName = (logs: readonly AutoTestLog[], of: string): string =>
  `auto-test-log ${of} ${logs[0]?.exe_start_date ?? 0}`;

/** Creates a job for those of the logs sent that belong to no open run; the same sent again finds the job made before. */
const makeReported = async (
  call: Call,
  project: number,
  { logs, sent }: { logs: readonly AutoTestLog[]; sent: readonly AutoTestLog[] },
): Promise<JobView> => {
  // Sent again, other runs may be open, so that all that was sent tells.
  const creation = await creationOfContent(call, sent);
  const startedAt = Math.min(...logs.map(({ exe_start_date }) => exe_start_date));
  const status = logs.some(isRed) ? "FAILED" : "COMPLETED";
  const { claim, job } = await insertReported(
    call.db,
    { projectId: project, status, startedAt },
    { author: authorOf(call, "sendAutoTestLog"), creation },
  );
  refuseReusedKey(creation, claim);
  if (!job) throw notFound("project", project);
  return job;
};

const store = (call: Call, job: JobView, { report, results }: Pick<Incoming, "report" | "results">) =>
  storeResults(
    call,
    { job, attempt: job.attempt },
    { report, results, materials: parseMaterials(job.materials) },
  );

export interface StoredLog {
  id: number;
  testRunId: number;
  jobId: number;
  log: AutoTestLog;
}

/**
 * Stores one test run's result ("The vendor's results") in the run that waits for it, or else in a new job. Throws
 * `not_found`.
 */
export const storeAutoTestLog = async (
  call: Call,
  { project, test_run }: { project: number; test_run: number },
  log: AutoTestLog,
): Promise<StoredLog> => {
  const { exists, job: open, testRun } = await readRunOf(call.db, project, test_run);
  if (!exists) throw notFound("project", project);
  const running = open && allowsHost(call.actor, open.hostId) ? open : undefined;
  if (running) await noteSender(call, running);
  if (!running && !testRun) throw notFound("test run", test_run);
  const job = running ?? (await makeReported(call, project, { logs: [log], sent: [log] }));
  const { lastId } = await store(call, job, {
    report: reportName([log], String(test_run)),
    results: [resultOf(log, test_run)],
  });
  return { id: lastId, testRunId: test_run, jobId: job.id, log };
};

export interface StoredBatch {
  /** The id of the job with these results. */
  id: number;
  counts: ResultCounts;
  /** The other job, if some of the results are in a run that waited for them and the others in a new one. */
  other?: { id: number; counts: ResultCounts };
}

/**
 * Stores several tests' results: in the run that waits for some of them, the others in a new job. Throws `not_found`.
 */
export const storeBatch = async (
  call: Call,
  project: number,
  { test_logs: logs }: z.output<typeof batchInput>,
): Promise<StoredBatch> => {
  const contents = logs.flatMap(({ automation_content: content }) => (content ? [content.trim()] : []));
  const { exists, job: open } = await readRunOfContents(call.db, project, contents);
  if (!exists) throw notFound("project", project);
  const running = open && allowsHost(call.actor, open.hostId) ? open : undefined;
  if (running) await noteSender(call, running);
  const asResults = logs.map(({ automation_content, name }) => ({
    contents: automation_content ? [automation_content.trim()] : [],
    title: name,
  }));
  const matched = running
    ? matchTestRuns(asResults, parseMaterials(running.materials))
    : logs.map(() => null);
  const due = logs.filter((_, place) => matched[place] !== null);
  const others = logs.filter((_, place) => matched[place] === null);
  const results = due.map((log) => resultOf(log, matched[logs.indexOf(log)] ?? null));
  const stored: StoredBatch[] = [];
  if (running && due.length > 0) {
    const { counts } = await store(call, running, { report: reportName(due, "batch"), results });
    stored.push({ id: running.id, counts });
  }
  if (others.length > 0) {
    const job = await makeReported(call, project, { logs: others, sent: logs });
    const { counts } = await store(call, job, {
      report: reportName(others, "batch"),
      results: others.map((log) => resultOf(log, null)),
    });
    stored.push({ id: job.id, counts });
  }
  const [first, other] = stored;
  if (!first) throw new Error("a batch without logs");
  return other ? { ...first, other } : first;
};

/** The counts of an earlier batch. Throws `not_found`. */
export const getBatch = async (call: Call, id: number): Promise<StoredBatch> => {
  const job = await readJobById(call.db, id);
  if (!job?.results || !allowsProject(call.actor, job.projectId) || !allowsHost(call.actor, job.hostId))
    throw notFound("batch", id);
  return { id, counts: resultCounts.parse(JSON.parse(job.results)) };
};
