import { DAY_MS } from "../wire/durations.ts";
import { failureGroup } from "./failure-groups.ts";
import type { FlakyRules } from "./flaky-rules.ts";
import type { FailureKind, ProjectOverview, RedGroup, RunPlace } from "./protocol.ts";
import type { ReadTable } from "./read-table.ts";
import { nameIn } from "./result-tables.ts";
import { firstIdOf, PLACES, RUN_OF_ID } from "./run-ids.ts";
import type { RunTotals } from "./run-totals.ts";

/** The number of runs in a project's charts. */
const RUNS = 30;
/** The length of each list of tests. */
const TESTS = 5;
/** The newest failures of a project that are grouped, and the groups shown. */
const GROUPED_FAILURES = 100;
const KINDS = 10;
/** The failures of one run that are grouped, and those shown: of each group, and together. */
const GROUPED_OF_RUN = 500;
const ROWS_OF_GROUP = 10;
const ROWS_OF_RUN = 50;

/** The SQL of what pages show first: runs over time, tests that need attention, failures of one kind. */
export class OverviewTable {
  readonly #sql: SqlStorage;
  readonly #read: ReadTable;

  constructor(sql: SqlStorage, read: ReadTable) {
    this.#sql = sql;
    this.#read = read;
  }

  read(now: number, { days }: FlakyRules): Omit<ProjectOverview, "quarantines"> {
    const since = now - days * DAY_MS;
    const first = (kind: "flaky" | "slow" | "failing") => this.#read.firstTests(kind, TESTS, since);
    return {
      days,
      runs: this.#runs(),
      flaky: first("flaky"),
      slow: first("slow"),
      failing: first("failing"),
      kinds: this.#kinds(),
    };
  }

  /** A run's failures by kind, the most frequent kind first. Of very many only the first are grouped. */
  groupsOf(place: RunPlace): RedGroup[] {
    const run = this.#read.runOf(place);
    if (run === undefined) return [];
    const red = this.#sql
      .exec<{ id: number; message: string | null }>(
        `SELECT r.id, f.message FROM results r LEFT JOIN failures f ON f.rowid = r.id
         WHERE r.id >= ? AND r.id < ? AND r.outcome > 1 ORDER BY r.id LIMIT ?`,
        ...[firstIdOf(run), firstIdOf(run) + PLACES, GROUPED_OF_RUN],
      )
      .toArray();
    const groups = [...Map.groupBy(red, ({ id, message }) => failureGroup(message) ?? id)].sort(
      ([, one], [, other]) => other.length - one.length,
    );
    const shown = groups.flatMap(([, rows]) => rows.slice(0, ROWS_OF_GROUP)).slice(0, ROWS_OF_RUN);
    const rows = new Map(
      this.#read
        .results(
          run,
          shown.map(({ id }) => id),
        )
        .map((row) => [row.id, row]),
    );
    return groups.map(([group, members]) => ({
      group: typeof group === "string" ? group : null,
      failures: members.length,
      rows: members.flatMap(({ id }) => rows.get(id) ?? []),
    }));
  }

  #runs(): RunTotals[] {
    return this.#sql
      .exec<Omit<RunTotals, "durationMs" | "discounted"> & { duration_ms: number; discounted: number }>(
        `SELECT n.job, n.attempt, n.at, o.passed, o.flaky, o.skipped, o.failed, o.duration_ms,
           n.is_outage OR n.is_lost AS discounted
         FROM run_totals o CROSS JOIN runs n ON n.id = o.run ORDER BY o.run DESC LIMIT ?`,
        RUNS,
      )
      .toArray()
      .map(({ duration_ms, discounted, ...row }) => ({
        ...row,
        durationMs: duration_ms,
        discounted: discounted === 1,
      }))
      .reverse();
  }

  /** The newest failures by kind. A kind of one test alone is that test's, and left out. */
  #kinds(): FailureKind[] {
    const red = this.#sql
      .exec<{ id: number; test: number; message: string | null }>(
        `SELECT r.id, r.test, f.message
         FROM (SELECT id, test FROM results INDEXED BY results_red WHERE outcome > 1 ORDER BY id DESC LIMIT ?) r
           LEFT JOIN failures f ON f.rowid = r.id ORDER BY r.id DESC`,
        GROUPED_FAILURES,
      )
      .toArray();
    return [...Map.groupBy(red, ({ message }) => failureGroup(message))]
      .flatMap(([group, [last, ...others]]) => {
        if (group === null || !last) return [];
        const tests = new Set([last, ...others].map(({ test }) => test)).size;
        return tests > 1 ? [{ group, last, tests, failures: others.length + 1 }] : [];
      })
      .sort((one, other) => other.failures - one.failures)
      .slice(0, KINDS)
      .map(({ last, ...kind }) => ({ ...kind, last: this.#placeOf(last) }));
  }

  #placeOf({ id, test }: { id: number; test: number }): FailureKind["last"] {
    const { name, ...run } = this.#sql
      .exec<{ job: number; at: number; name: string }>(
        `SELECT n.job, n.at, t.name FROM runs n CROSS JOIN tests t WHERE n.id = ${RUN_OF_ID("?1")} AND t.id = ?2`,
        id,
        test,
      )
      .one();
    return { ...run, test, name: nameIn(name) };
  }
}
