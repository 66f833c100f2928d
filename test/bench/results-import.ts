import postgres from "postgres";
import { readReport } from "../../src/reports/read-report.ts";
import { resultsOf } from "../../src/reports/results.ts";
import { median } from "./figures.ts";
import { send } from "./place.ts";
import { startPostgresOnPort } from "./postgres.ts";
import { reportOf } from "./results-shape.ts";
import { addJobs } from "./stock.ts";
import { ADMIN_TOKEN, type Running } from "./workerd.ts";

/** The cases of the report that each side imports. */
export const CASES = 1000;

const HEADERS = { Authorization: `Bearer ${ADMIN_TOKEN}` };

/** Takes in the report of a run and gives the milliseconds. */
export type Importing = (report: Uint8Array) => Promise<number>;

/** A job of a project's host that is RUNNING. */
export const runningJob = async (
  { url, db }: Running,
  { project, host }: { project: number; host: number },
): Promise<string> => {
  const job = await addJobs(db, { first: host, hosts: 1, each: 1 }, { status: "PLANNED", at: Date.now() });
  const path = `/api/v3/projects/${project}/automation/jobs/${job}`;
  await send(url, { method: "PUT", path: `${path}/status`, headers: HEADERS, body: { status: "RUNNING" } });
  return path;
};

export const sendReport = async (url: URL, job: string, report: Uint8Array): Promise<void> => {
  const path = `${job}/attempts/1/reports/junit.xml?build=bench`;
  const answer = await fetch(new URL(path, url), { method: "PUT", headers: HEADERS, body: report });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`PUT ${path}: ${answer.status} ${text}`);
};

/** The product: the report of one more job, by its call. */
export const musterImport =
  (worker: Running, place: { project: number; host: number }): Importing =>
  async (report) => {
    const job = await runningJob(worker, place);
    const began = performance.now();
    await sendReport(worker.url, job, report);
    return performance.now() - began;
  };

const TABLES = `
  CREATE TABLE results (id bigserial PRIMARY KEY, run bigint NOT NULL, test text NOT NULL, outcome text NOT NULL,
    flaky boolean NOT NULL, duration_ms double precision, message text, detail text);
  CREATE INDEX results_by_test ON results (test, id);
`;

/** Node and PostgreSQL: the same reader of reports, then an INSERT a case, each committed alone or all together. */
export const startPostgresImports = async (bin: string) => {
  const database = await startPostgresOnPort(bin);
  const sql = postgres({
    ...{ host: "127.0.0.1", port: database.port, username: "postgres", database: "postgres" },
    ...{ max: 1, onnotice: () => {} },
  });
  await sql.unsafe(TABLES);
  let run = 0;
  const insertAll = async (by: postgres.Sql | postgres.TransactionSql, report: Uint8Array): Promise<void> => {
    run += 1;
    for (const { file, suites, title, parameters, outcome, flaky, durationMs, message, detail } of resultsOf([
      readReport(report, "junit.xml"),
    ])) {
      const test = JSON.stringify([file, suites, title, parameters]);
      await by`INSERT INTO results (run, test, outcome, flaky, duration_ms, message, detail)
        VALUES (${run}, ${test}, ${outcome}, ${flaky}, ${durationMs}, ${message}, ${detail})`;
    }
  };
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const began = performance.now();
    await work();
    return performance.now() - began;
  };
  const alone: Importing = (report) => timed(() => insertAll(sql, report));
  const together: Importing = (report) => timed(() => sql.begin((tx) => insertAll(tx, report)));
  return {
    alone,
    together,
    stop: async () => {
      await sql.end();
      await database.stop();
    },
  };
};

/** One side and how long its imports took, in milliseconds. */
interface Side {
  name: string;
  importing: Importing;
  found: number[];
}

/** Imports one report after another on each side in turns; the first two warm up. Each side goes first in its turn. */
export const importInTurns = async (
  sides: Record<string, Importing>,
  rounds: number,
): Promise<ReadonlyMap<string, number[]>> => {
  const all = Object.entries(sides).map(([name, importing]): Side => ({ name, importing, found: [] }));
  for (let round = -2; round < rounds; round++) {
    const report = new TextEncoder().encode(reportOf(CASES, 10_000 + round));
    for (const { importing, found } of all) {
      const ms = await importing(report);
      if (round >= 0) found.push(ms);
    }
    all.push(...all.splice(0, 1));
  }
  return new Map(all.map(({ name, found }) => [name, found]));
};

/** How many times as fast one side is, by the median of the ratios within each turn. */
export const timesAsFast = (one: readonly number[], other: readonly number[]): number =>
  median(one.map((ms, turn) => (other[turn] ?? Number.NaN) / ms));
