import { join } from "node:path";
import { build } from "./build.ts";
import { median, shown, table } from "./figures.ts";
import { postgresBin } from "./postgres.ts";
import type { Fill } from "./results-entry.ts";
import {
  CASES,
  importInTurns,
  musterImport,
  runningJob,
  sendReport,
  startPostgresImports,
  timesAsFast,
} from "./results-import.ts";
import { type PageReading, type ReadProject, readInTurns } from "./results-pages.ts";
import { reportOf } from "./results-shape.ts";
import type { Findings, Session } from "./session.ts";
import { fill, projectOf } from "./stock.ts";
import { migrate, type Running, startWorkers } from "./workerd.ts";

const HOUR_MS = 3_600_000;
/** The filling of the large project ends after so long, and what is there is measured. */
const FILL_MS = 10 * 60_000;
/** Results of one request that fills. */
const AT_ONCE = 50_000;
const LEAST_RATIO = 5;

interface Size {
  tests: number;
  runs: number;
}

const SIZES: Record<"few" | "many" | "imports", Size> = {
  few: { tests: 200, runs: 50 },
  many: { tests: 5000, runs: 2000 },
  imports: { tests: CASES, runs: 30 },
};
const QUICK_MANY: Size = { tests: 2000, runs: 100 };

/** Host `host` has a project of its own. */
const HOSTS = { few: 1, many: 2, imports: 3 };

/** A project with its results. */
interface Filled extends ReadProject {
  host: number;
  results: number;
  bytes: number;
}

/** The runs of a project that the intake wrote; those between them are copies of the first. */
const TAKEN = { first: 20, last: 30 };

/** Adds runs to a project, some at once. Gives how many runs it then has, and its size in bytes. */
const addRuns = async (
  worker: Running,
  runs: Fill,
  until: number,
): Promise<{ made: number; bytes: number }> => {
  const step = Math.max(1, Math.floor(AT_ONCE / runs.tests));
  let [made, bytes] = [runs.from, 0];
  while (made < runs.to && performance.now() < until) {
    const part: Fill = { ...runs, from: made, to: Math.min(runs.to, made + step) };
    const answer = await fetch(worker.url, { headers: { "bench-fill": JSON.stringify(part) } });
    if (!answer.ok) throw new Error(`filling: ${answer.status} ${await answer.text()}`);
    bytes = Number(answer.headers.get("bench-bytes"));
    made = part.to;
  }
  return { made, bytes };
};

const makeIndexes = async ({ url }: Running, project: number): Promise<void> => {
  const answer = await fetch(url, { headers: { "bench-indexes": String(project) } });
  if (!answer.ok) throw new Error(`making indexes: ${answer.status} ${await answer.text()}`);
};

/** Fills a project; the report of its last run goes by the product's call. */
const fillProject = async (
  worker: Running,
  host: number,
  { tests, runs }: Size,
): Promise<Filled & { ms: number }> => {
  const began = performance.now();
  const id = projectOf(host);
  const at = Date.now() - runs * HOUR_MS;
  const first = Math.min(TAKEN.first, runs - 1);
  const plain = { project: id, tests, at, everyMs: HOUR_MS };
  await addRuns(worker, { ...plain, from: 0, to: first }, Infinity);
  const copied = await addRuns(
    worker,
    { ...plain, from: first, to: Math.max(first, runs - TAKEN.last), copyOf: first },
    began + FILL_MS,
  );
  await makeIndexes(worker, id);
  const last = copied.made + Math.min(TAKEN.last, runs - first) - 1;
  const { bytes } = await addRuns(worker, { ...plain, from: copied.made, to: last }, Infinity);
  const job = await runningJob(worker, { project: id, host });
  await sendReport(worker.url, job, new TextEncoder().encode(reportOf(tests, last)));
  return { id, tests, job, host, results: (last + 1) * tests, bytes, ms: performance.now() - began };
};

const missedByPages = (pages: readonly PageReading[]): string[] =>
  pages.flatMap(({ name, many, times, mostRows = Infinity, mostTimes = Infinity }) => [
    ...(many.rows <= mostRows ? [] : [`${name}: ${many.rows} rows are read, not at most ${mostRows}`]),
    ...(times <= mostTimes
      ? []
      : [`${name}: ${times.toFixed(2)} times as slow over many results, not at most ${mostTimes}`]),
  ]);

const pageTable = (few: Filled, many: Filled, pages: readonly PageReading[]): string[] =>
  table(
    ["", `rows at ${shown(few.results)}`, `at ${shown(many.results)}`, "ms p50", "then", "times", "target"],
    pages.map((page) => [
      page.name,
      shown(page.few.rows),
      shown(page.many.rows),
      page.few.ms.toFixed(2),
      page.many.ms.toFixed(2),
      page.times.toFixed(2),
      page.mostTimes === undefined ? "" : `<= ${page.mostTimes}`,
    ]),
  );

/** Pages over few and many results of a project, and taking in reports beside Node and PostgreSQL. */
export const benchResults = async ({ scratch, quick, log }: Session): Promise<Findings> => {
  const bin = postgresBin();
  if (bin === undefined) throw new Error("PostgreSQL is not installed: apt-get install postgresql");
  log("building");
  const runtime = await startWorkers({ product: await build(join(scratch, "product"), "results-entry.ts") });
  const rival = await startPostgresImports(bin);
  try {
    const [worker] = runtime.workers;
    if (!worker) throw new Error("the product is needed");
    await migrate(worker.db);
    await fill(worker.db, { hosts: 10, jobs: 10, now: Date.now(), seed: 1 });
    log("filling the small projects");
    const few = await fillProject(worker, HOSTS.few, SIZES.few);
    const imports = await fillProject(worker, HOSTS.imports, SIZES.imports);
    log("filling the large one");
    const many = await fillProject(worker, HOSTS.many, quick ? QUICK_MANY : SIZES.many);
    log(`${shown(many.results)} results, ${shown(many.bytes / 1e6)} MB in ${shown(many.ms / 1000)} s`);
    const pages = await readInTurns(worker.url, { few, many }, quick ? 50 : 150);
    log("taking in reports");
    const [small, large] = [
      `Muster, ${shown(imports.results)} results`,
      `Muster, ${shown(many.results)} results`,
    ];
    const [alone, together] = ["PostgreSQL, a commit a case", "PostgreSQL, one transaction"];
    const place = ({ id, host }: Filled) => ({ project: id, host });
    const found = await importInTurns(
      {
        [small]: musterImport(worker, place(imports)),
        [large]: musterImport(worker, place(many)),
        [alone]: rival.alone,
        [together]: rival.together,
      },
      quick ? 5 : 12,
    );
    const of = (name: string) => found.get(name) ?? [];
    const missed = missedByPages(pages);
    for (const name of [small, large]) {
      const ratio = timesAsFast(of(name), of(alone));
      if (!(ratio >= LEAST_RATIO))
        missed.push(
          `${name}: ${ratio.toFixed(2)} times the cases a second of PostgreSQL, not ${LEAST_RATIO}`,
        );
    }
    const rows = [...found].map(([name, times]) => ({
      name,
      ms: median(times),
      casesPerSecond: (CASES * 1000) / median(times),
      ofAlone: timesAsFast(times, of(alone)),
      ofTogether: timesAsFast(times, of(together)),
    }));
    return {
      lines: [
        `${shown(few.results)} results of ${shown(few.tests)} tests, then ${shown(many.results)} of ${shown(many.tests)} (${shown(many.bytes / 1e6)} MB, taken in in ${shown(many.ms / 1000)} s):`,
        "",
        ...pageTable(few, many, pages),
        "",
        `A report of ${shown(CASES)} cases:`,
        "",
        ...table(
          ["", "ms p50", "cases/s", "of a commit a case", "of one transaction"],
          rows.map((row) => [
            row.name,
            row.ms.toFixed(1),
            shown(Math.round(row.casesPerSecond)),
            row.ofAlone.toFixed(2),
            row.ofTogether.toFixed(2),
          ]),
        ),
      ],
      figures: { few, many, pages, imports: rows },
      missed,
    };
  } finally {
    await rival.stop();
    await runtime.stop();
  }
};
