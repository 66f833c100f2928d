import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { ProjectResults } from "../../src/index.ts";
import { DEFAULT_RULES } from "../../src/project-results/flaky-rules.ts";
import { HistoryTable } from "../../src/project-results/history-table.ts";
import { IntakeTable } from "../../src/project-results/intake-table.ts";
import { OverviewTable } from "../../src/project-results/overview-table.ts";
import type { Intake, NewResult } from "../../src/project-results/protocol.ts";
import { QuarantineTable } from "../../src/project-results/quarantine-table.ts";
import { ReadTable } from "../../src/project-results/read-table.ts";
import { TEST_SORTS } from "../../src/project-results/test-lists.ts";
import { VerdictTable } from "../../src/project-results/verdict-table.ts";
import { counting } from "../fault-injection.ts";
import { START, World } from "../world.ts";
import { failed, junit, passed, running, sendReport } from "./junit.ts";

const names = (count: number): string[] => Array.from({ length: count }, (_, place) => `case ${place}`);

test.each([1, 1000])(
  "a report of %s cases is one call of the project's object, one of R2 and a few statements",
  async (cases) => {
    const { seam, counts } = counting();
    const world = new World({ seam });
    const ready = await running(world);
    await sendReport(world, ready, junit(...passed("first")), { name: "first.xml" });
    counts.reset();
    const answer = await sendReport(world, ready, junit(...passed(...names(cases)), failed("last")));
    expect(answer).toMatchObject({ status: 200, body: { cases: cases + 1 } });
    expect(counts.objectCalls.takeReport).toBe(1);
    expect(counts.r2Calls).toBe(1);
    expect(counts.statements.length).toBeLessThanOrEqual(3);
    expect(counts.rowsWritten).toBeLessThanOrEqual(2);
  },
);

const result = (title: string, isRed: boolean, durationMs: number): NewResult => ({
  name: { file: "a.test.ts", suites: ["all"], title, parameters: null },
  outcome: isRed ? "failed" : "passed",
  flaky: false,
  durationMs,
  message: isRed ? "it broke" : null,
  detail: null,
  attempts: 1,
  testRunId: null,
});

const intake = (job: number, tests: number, durationMs = 5): Intake => ({
  run: {
    ...{ job, attempt: 1, hostId: 1, content: `build ${job}`, hasBuild: true, isReported: true },
    ...{ repeats: null, due: 0, isLost: false },
  },
  report: "junit.xml",
  results: names(tests).map((name, place) => result(name, (place + job) % 10 === 0, durationMs)),
  file: null,
  now: START + job * 1000,
});

/** The SQL of an object, and how many rows its statements have read. */
const countingSql = (sql: SqlStorage) => {
  const cursors: { rowsRead: number }[] = [];
  const exec = (...given: Parameters<SqlStorage["exec"]>) => {
    const cursor = sql.exec(...given);
    cursors.push(cursor);
    return cursor;
  };
  return {
    rowsRead: () => cursors.reduce((sum, cursor) => sum + cursor.rowsRead, 0),
    sql: new Proxy(sql, { get: (_, name) => (name === "exec" ? exec : Reflect.get(sql, name)) }),
  };
};

describe("a page of a test's history", () => {
  test("reads under 100 rows, however much is stored of the project", async () => {
    for (const runs of [30, 150]) {
      const project = `costs ${runs}`;
      const read = await runInDurableObject(
        env.PROJECT_RESULTS.getByName(project),
        (object: ProjectResults, { storage }) => {
          for (let job = 1; job <= runs; job++) object.takeReport(intake(job, 50));
          const { rowsRead, sql } = countingSql(storage.sql);
          const page = new HistoryTable(sql).read(1, Number.MAX_SAFE_INTEGER, 30);
          return { rows: page.length, read: rowsRead() };
        },
      );
      expect(read.rows).toBe(30);
      expect(read.read).toBeLessThan(100);
    }
  });
});

test("a page of a project's tests reads two rows a test, and ten of each that it shows", async () => {
  const [tests, limit] = [200, 10];
  await runInDurableObject(
    env.PROJECT_RESULTS.getByName("costs of a list"),
    (object: ProjectResults, { storage }) => {
      object.takeReport(intake(1, tests));
      for (const sort of TEST_SORTS) {
        const { rowsRead, sql } = countingSql(storage.sql);
        const rows = new ReadTable(sql).tests({ search: null, failure: null, sort, after: 0, limit });
        expect(rows.length, sort).toBe(sort === "flakiness" ? 0 : limit);
        expect(rowsRead(), sort).toBeLessThanOrEqual(2 * tests + 10 * limit);
      }
    },
  );
});

test("a report reads at most 75 rows for each case, however many runs are stored", async () => {
  const tests = 20;
  await runInDurableObject(
    env.PROJECT_RESULTS.getByName("costs of a report"),
    (object: ProjectResults, { storage }) => {
      for (const runs of [30, 90]) {
        // The tests whose runs differ are read further back, and all of these pass.
        for (let job = 1; job < runs; job++)
          object.takeReport({
            ...intake(runs + job, 0),
            results: names(tests).map((name) => result(name, false, 5)),
          });
        const { rowsRead, sql } = countingSql(storage.sql);
        const taking = new IntakeTable(sql, new VerdictTable(sql), new QuarantineTable(sql));
        taking.take({
          ...intake(1000 + runs, 0),
          results: names(tests).map((name) => result(name, false, 5)),
        });
        expect(rowsRead()).toBeLessThan(75 * tests);
      }
    },
  );
});

describe("a project in short", () => {
  test("reads no more rows, however many runs and tests are stored", async () => {
    const read: number[] = [];
    for (const [runs, tests] of [
      [40, 30],
      [60, 120],
    ] as const) {
      const rows = await runInDurableObject(
        env.PROJECT_RESULTS.getByName(`short ${runs}`),
        (object: ProjectResults, { storage }) => {
          for (let job = 1; job <= runs; job++) object.takeReport(intake(job, tests, 2000));
          const { rowsRead, sql } = countingSql(storage.sql);
          const overview = new OverviewTable(sql, new ReadTable(sql)).read(START, DEFAULT_RULES);
          expect(overview.runs).toHaveLength(30);
          for (const list of [overview.flaky, overview.slow, overview.failing])
            expect(list.length).toBeLessThan(6);
          expect(overview.slow).toHaveLength(5);
          expect(overview.kinds).toMatchObject([{ group: "it broke", failures: 100 }]);
          return rowsRead();
        },
      );
      read.push(rows);
    }
    expect(read[0]).toBeLessThan(600);
    expect(read[1]).toBeLessThanOrEqual((read[0] ?? 0) * 1.1);
  });
});
