import product, { ProjectResults as ProductResults } from "../../src/index.ts";
import type { TestName } from "../../src/project-results/outcomes.ts";
import type { NewResult } from "../../src/project-results/protocol.ts";
import { RESULT_TABLES } from "../../src/project-results/result-tables.ts";
import { firstIdOf, PLACES } from "../../src/project-results/run-ids.ts";
import { readReport } from "../../src/reports/read-report.ts";
import { resultsOf } from "../../src/reports/results.ts";
import { caseOf, reportOf } from "./results-shape.ts";

/*
 * The product, with a way to fill a project's object with runs and a counter of the rows that the object reads. Both are
 * told by headers, as bench-fill and bench-rows. Runs are filled in by the object's own intake, or are copies of such runs,
 * row by row the same but for their ids and times.
 */

/** Some runs of a project's first tests, of jobs that D1 does not know. */
export interface Fill {
  project: number;
  tests: number;
  /** The first run and the one after the last. */
  from: number;
  to: number;
  /** When the first run was, in epoch milliseconds, and how long after one the next is. */
  at: number;
  everyMs: number;
  /** Copies the first so many runs in turn, instead of taking them in. */
  copyOf?: number;
}

/** D1 numbers its own jobs from 1. */
const FIRST_JOB = 1_000_000_000;

const buildOf = (run: number): string => `build ${Math.floor(run / 2)}`;

/** The names as they are read from the report. */
const namesOf = (tests: number): TestName[] =>
  resultsOf([readReport(new TextEncoder().encode(reportOf(tests, 0)), "junit.xml")]).map(
    ({ file, suites, title, parameters }) => ({ file, suites, title, parameters }),
  );

const resultOf = (name: TestName, test: number, run: number): NewResult => {
  const { durationMs, failure } = caseOf(test, run);
  return {
    ...{ name, durationMs, flaky: false, attempts: 1, testRunId: null },
    outcome: failure === null ? "passed" : "failed",
    message: failure?.message ?? null,
    detail: failure?.detail ?? null,
  };
};

export class ProjectResults extends ProductResults {
  #cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] | undefined;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    const { sql } = state.storage;
    const { exec } = sql;
    Object.defineProperty(sql, "exec", {
      value: (query: string, ...values: SqlStorageValue[]) => {
        const cursor = exec.call(sql, query, ...values);
        this.#cursors?.push(cursor);
        return cursor;
      },
    });
  }

  /** Adds these runs, each of a build that is run twice. Returns the size of the database in bytes. */
  fill(fill: Fill): number {
    if (fill.copyOf === undefined) this.#takeRuns(fill);
    else this.#copyRuns(fill, fill.copyOf);
    return this.ctx.storage.sql.databaseSize;
  }

  #takeRuns({ tests, from, to, at, everyMs }: Fill): void {
    const names = namesOf(tests);
    for (let run = from; run < to; run++)
      this.takeReport({
        run: {
          ...{ job: FIRST_JOB + run, attempt: 1, hostId: 1, due: 0, isLost: false, hasBuild: true },
          ...{ isReported: true, repeats: null },
          content: buildOf(run),
        },
        report: "junit.xml",
        results: names.map((name, test) => resultOf(name, test, run)),
        file: null,
        now: at + run * everyMs,
      });
  }

  /** The index by test is made again at the end, since that is much faster than one entry at a time. */
  #copyRuns({ from, to, at, everyMs }: Fill, copyOf: number): void {
    const { sql } = this.ctx.storage;
    sql.exec("DROP INDEX IF EXISTS results_by_test");
    for (let run = from; run < to; run++) {
      const { id: model } = sql
        .exec<{ id: number }>("SELECT id FROM runs WHERE job = ?", FIRST_JOB + (run % copyOf))
        .one();
      const { id } = sql
        .exec<{ id: number }>(
          `INSERT INTO runs (job, attempt, host, content, has_build, due, at, next_place)
           SELECT ?, attempt, host, ?, has_build, due, ?, next_place FROM runs WHERE id = ? RETURNING id`,
          ...[FIRST_JOB + run, buildOf(run), at + run * everyMs, model],
        )
        .one();
      const { report } = sql
        .exec<{ report: number }>(
          "INSERT INTO reports (run, name) SELECT ?, name FROM reports WHERE run = ? RETURNING id AS report",
          ...[id, model],
        )
        .one();
      const place = [firstIdOf(id) - firstIdOf(model), firstIdOf(model), firstIdOf(model) + PLACES];
      sql.exec(
        `INSERT INTO results (id, test, report, outcome, flaky, quarantined, duration_ms, attempts, test_run_id)
         SELECT id + ?1, test, ?4, outcome, flaky, quarantined, duration_ms, attempts, test_run_id
         FROM results WHERE id >= ?2 AND id < ?3 ORDER BY id`,
        ...[...place, report],
      );
      sql.exec(
        `INSERT INTO failures (rowid, message, detail)
         SELECT rowid + ?1, message, detail FROM failures WHERE rowid >= ?2 AND rowid < ?3`,
        ...place,
      );
      sql.exec(
        `INSERT INTO run_totals (run, passed, flaky, skipped, failed, duration_ms)
         SELECT ?, passed, flaky, skipped, failed, duration_ms FROM run_totals WHERE run = ?`,
        ...[id, model],
      );
    }
  }

  /** Makes the indexes again that copying dropped. */
  makeIndexes(): void {
    this.ctx.storage.sql.exec(RESULT_TABLES);
  }

  /** The rows read since the last call. From the first call on they are counted. */
  rowsRead(): number {
    const rows = this.#cursors?.reduce((sum, cursor) => sum + cursor.rowsRead, 0) ?? 0;
    this.#cursors = [];
    return rows;
  }

  stopCounting(): void {
    this.#cursors = undefined;
  }
}

/** The binding names the product's own class. */
const benchObject = (stub: object) =>
  stub as Pick<ProjectResults, "fill" | "makeIndexes" | "rowsRead" | "stopCounting">;

const objectOf = (env: Env, project: string) => benchObject(env.PROJECT_RESULTS.getByName(project));

export { HostObject, LiveUpdates, TokenHosts } from "../../src/index.ts";

export default {
  ...product,
  fetch: async (request, env, context) => {
    const filled = request.headers.get("bench-fill");
    if (filled !== null) {
      const fill: Fill = JSON.parse(filled);
      const bytes = await objectOf(env, String(fill.project)).fill(fill);
      return new Response(null, { headers: { "bench-bytes": String(bytes) } });
    }
    const unindexed = request.headers.get("bench-indexes");
    if (unindexed !== null) {
      await objectOf(env, unindexed).makeIndexes();
      return new Response();
    }
    const project = request.headers.get("bench-rows");
    if (project === null) return product.fetch(request, env, context);
    const object = objectOf(env, project);
    await object.rowsRead();
    const answer = await product.fetch(request, env, context);
    const rows = await object.rowsRead();
    await object.stopCounting();
    const headers = new Headers(answer.headers);
    headers.set("bench-rows", String(rows));
    return new Response(answer.body, { status: answer.status, headers });
  },
} satisfies ExportedHandler<Env>;
