import { join } from "node:path";
import { build } from "./build.ts";
import { sendAt } from "./day.ts";
import { median, shown, table } from "./figures.ts";
import { fillPages } from "./pages-stock.ts";
import { signIn } from "./place.ts";
import type { Findings, Session } from "./session.ts";
import { SEED } from "./ticks.ts";
import { ADMIN_TOKEN, migrate, type Running, startWorkers } from "./workerd.ts";

const SIZE = { hosts: 10_000, jobs: 1_000_000 };
const QUICK = { hosts: 1000, jobs: 50_000 };
const MAX_RATIO = 0.8;
const MAX_TRIPS = 3;
const MAX_BYTES = 100_000;
const ROUNDS = 60;
const QUICK_ROUNDS = 10;
const WARM = 5;
const HOST = 8;

/** A page, and whether its time is judged. */
interface Page {
  name: string;
  path: string;
  isJudged: boolean;
}

const page = (name: string, path: string, isJudged = true): Page => ({ name, path, isJudged });

const PAGES: readonly Page[] = [
  page("overview", "/console"),
  page("hosts", "/console/hosts"),
  page("hosts, searched in vain", "/console/hosts?q=nothing"),
  page("jobs", "/console/jobs"),
  page("jobs that failed", "/console/jobs?status=FAILED"),
  page("jobs of a project", "/console/jobs?project=2"),
  page("schedules", "/console/schedules"),
  page("schedules, searched in vain", "/console/schedules?q=nothing"),
  page("tokens", "/console/tokens"),
  page("audit", "/console/audit"),
  page("projects", "/console/projects", false),
  page("project", "/console/projects/2", false),
  page("tests of a project", "/console/projects/2/test-runs", false),
  page("timeline", "/console/timeline", false),
  page("calendar", "/console/calendar?project=2", false),
  page("host", `/console/hosts/${HOST}`, false),
  page("schedule", `/console/projects/${(HOST % 10) + 1}/schedules/${HOST}`, false),
];

interface Asked {
  worker: Running;
  cookie: string;
}

/** Asks for a page once. Gives its milliseconds; undefined if the build has no such page. */
const ask = async ({ worker, cookie }: Asked, path: string): Promise<number | undefined> => {
  const began = performance.now();
  const answer = await fetch(new URL(path, worker.url), { headers: { Cookie: cookie } });
  await answer.text();
  const ms = performance.now() - began;
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`GET ${path}: ${answer.status}`);
  return ms;
};

/** Asks all builds for a page in turns. Gives the median of each; undefined of one that has no such page. */
const askInTurns = async (
  all: readonly Asked[],
  path: string,
  rounds: number,
): Promise<(number | undefined)[]> => {
  const times = all.map((): (number | undefined)[] => []);
  for (let round = -WARM; round < rounds; round++)
    for (let turn = 0; turn < all.length; turn++) {
      const place = (turn + Math.abs(round)) % all.length;
      const asked = all[place];
      if (!asked) continue;
      const ms = await ask(asked, path);
      if (round >= 0) times[place]?.push(ms);
    }
  return times.map((each) => {
    const known = each.filter((ms) => ms !== undefined);
    return known.length === 0 ? undefined : median(known);
  });
};

interface Reading extends Page {
  trips: number;
  statements: number;
  rows: number;
  bytes: number;
  ms: number | undefined;
  beforeMs: number | undefined;
}

const ratioOf = ({ ms, beforeMs }: Reading): number | undefined =>
  ms === undefined || beforeMs === undefined ? undefined : ms / beforeMs;

const missedBy = (reading: Reading): string[] => {
  const { name, trips, bytes, isJudged } = reading;
  const ratio = ratioOf(reading);
  return [
    ...(trips > MAX_TRIPS ? [`${name}: ${trips} D1 round trips, at most ${MAX_TRIPS}`] : []),
    ...(bytes > MAX_BYTES ? [`${name}: ${shown(bytes)} bytes, at most ${shown(MAX_BYTES)}`] : []),
    ...(isJudged && ratio !== undefined && ratio > MAX_RATIO
      ? [`${name}: ${ratio.toFixed(2)} of the other tree, at most ${MAX_RATIO}`]
      : []),
  ];
};

const rowOf = (reading: Reading): string[] => [
  reading.name,
  String(reading.trips),
  String(reading.statements),
  shown(reading.rows),
  shown(reading.bytes),
  reading.ms?.toFixed(2) ?? "",
  reading.beforeMs?.toFixed(2) ?? "",
  ratioOf(reading)?.toFixed(2) ?? "",
  reading.isJudged && reading.beforeMs !== undefined ? `<= ${MAX_RATIO}` : "",
];

/** The pages of the console over large tables, counted, and beside the build of the tree that BENCH_BEFORE names. */
export const benchPages = async ({ scratch, quick, log }: Session): Promise<Findings> => {
  const before = process.env.BENCH_BEFORE;
  const size = quick ? QUICK : SIZE;
  log("building");
  const scripts = {
    now: await build(join(scratch, "now")),
    counted: { ...(await build(join(scratch, "counted"), "entry.ts")), databaseOf: "now" },
    ...(before === undefined ? {} : { before: await build(join(scratch, "before"), undefined, before) }),
  };
  const runtime = await startWorkers(scripts);
  try {
    const now = Date.now();
    const asked: Asked[] = [];
    let counted: Asked | undefined;
    for (const worker of runtime.workers) {
      if (worker.name === "counted") {
        counted = { worker, cookie: await signIn(worker.url, ADMIN_TOKEN, now) };
        continue;
      }
      log(`making ${shown(size.hosts)} hosts and ${shown(size.jobs)} jobs: ${worker.name}`);
      await migrate(worker.db, worker.name === "before" && before ? join(before, "drizzle") : undefined);
      await fillPages(worker.db, { ...size, now, seed: SEED });
      asked.push({ worker, cookie: await signIn(worker.url, ADMIN_TOKEN, now) });
    }
    if (!counted) throw new Error("the counted Worker is needed");
    const readings: Reading[] = [];
    for (const each of PAGES) {
      log(each.name);
      const headers = { Cookie: counted.cookie };
      const { body, taken } = await sendAt(counted.worker.url, now, {
        method: "GET",
        path: each.path,
        headers,
      });
      const [ms, beforeMs] = await askInTurns(asked, each.path, quick ? QUICK_ROUNDS : ROUNDS);
      readings.push({
        ...each,
        trips: taken.d1RoundTrips,
        statements: taken.statements,
        rows: taken.rowsRead,
        bytes: new TextEncoder().encode(String(body)).length,
        ms,
        beforeMs,
      });
    }
    const heads = [
      "page",
      "D1 trips",
      "statements",
      "rows read",
      "bytes",
      "ms",
      "other tree",
      "ratio",
      "target",
    ];
    return {
      lines: [
        `The console's pages with ${shown(size.hosts)} hosts and ${shown(size.jobs)} jobs:`,
        "",
        ...table(heads, readings.map(rowOf)),
      ],
      figures: { size, before: before ?? null, readings },
      missed: readings.flatMap(missedBy),
    };
  } finally {
    await runtime.stop();
  }
};
