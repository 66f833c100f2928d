import { join } from "node:path";
import { build } from "./build.ts";
import { type Day, JOBS_A_DAY, KINDS, requestsOf, runDay, type Sum } from "./day.ts";
import { shown, table } from "./figures.ts";
import { LOG_GB, OBJECT_GB, PLAN_USD, PRICES, PRICES_READ, type Price } from "./prices.ts";
import type { Findings, Session } from "./session.ts";
import { runSocketDay, socketSum } from "./socket-day.ts";
import { fill, fillJobs, KEPT_DAYS } from "./stock.ts";
import { migrate, type Runtime, startWorkers } from "./workerd.ts";

const HOSTS = 1000;
const DAYS = 30;

/** The workerd with the counted product and, for its tables alone, a second one of it. */
export const startCounted = async ({ scratch, log }: Session): Promise<Runtime> => {
  log("building the counted Worker");
  const counted = await build(join(scratch, "counted"), "entry.ts");
  return startWorkers({ counted, stocked: counted });
};

const HEADS = [
  "",
  "times",
  "object calls",
  "object rows read",
  "written",
  "D1 round trips",
  "statements",
  "D1 rows read",
  "written",
  "lines logged",
];

const cellsOf = (name: string, sum: Sum): string[] => [
  name,
  ...[
    sum.times,
    sum.objectCalls,
    sum.objectRowsRead,
    sum.objectRowsWritten,
    sum.d1RoundTrips,
    sum.statements,
    sum.rowsRead,
    sum.rowsWritten,
    sum.logLines,
  ].map(shown),
];

/** What is counted of a day, kind by kind. */
export const dayTable = (day: Day): string[] =>
  table(HEADS, [
    ...KINDS.filter((kind) => kind !== "ticks").map((kind) => cellsOf(kind, day[kind])),
    cellsOf("a host's day", requestsOf(day)),
    cellsOf("ticks (of all hosts)", day.ticks),
  ]);

const STOCK = { hosts: 1000, jobs: 20_000, seed: 1 };

/** How many bytes of D1 a job takes with its history and indexes, measured on made ones. */
export const bytesAJob = async (runtime: Runtime): Promise<number> => {
  const db = runtime.workers[1]?.db;
  if (!db) throw new Error("a second database is needed");
  const sizeNow = async () => (await db.prepare("SELECT 1").run()).meta.size_after;
  await migrate(db);
  await fill(db, { ...STOCK, jobs: 0, now: Date.now() });
  const before = await sizeNow();
  await fillJobs(db, { ...STOCK, now: Date.now() });
  return ((await sizeNow()) - before) / STOCK.jobs;
};

type Charged = keyof typeof PRICES;
const isCharged = (name: string): name is Charged => name in PRICES;
const CHARGED = Object.keys(PRICES).filter(isCharged);

/** The price of an amount, in full and of what is above the plan's own. */
const charge = (price: Price, amount: number) => ({
  ...price,
  amount,
  full: (amount / price.unit) * price.usd,
  above: (Math.max(0, amount - price.included) / price.unit) * price.usd,
});

/** So many messages on a socket are charged for as one call of its object. */
const MESSAGES_A_CALL = 20;

/** What so many hosts use in a month of each thing that is charged for. */
const usedBy = (day: Sum, jobBytes: number, jobsADay = JOBS_A_DAY): Record<Charged, number> => {
  const days = HOSTS * DAYS;
  return {
    workerRequests: day.times * days,
    workerCpuMs: day.cpuMs * days,
    objectCalls: (day.objectCalls + day.messages / MESSAGES_A_CALL) * days,
    objectGbSeconds: (day.objectMs / 1000) * OBJECT_GB * days,
    objectRowsRead: day.objectRowsRead * days,
    objectRowsWritten: day.objectRowsWritten * days,
    rowsRead: day.rowsRead * days,
    rowsWritten: day.rowsWritten * days,
    logLines: day.logLines * days,
    storedGb: (HOSTS * jobsADay * KEPT_DAYS * jobBytes) / 1e9,
  };
};

/** What a month of a thousand such days costs, in US dollars, without what the plan includes. */
const monthOf = (day: Sum, jobBytes: number, jobsADay: number): number => {
  const used = usedBy(day, jobBytes, jobsADay);
  return CHARGED.reduce((total, thing) => total + charge(PRICES[thing], used[thing]).full, 0);
};

/** What may a host on its socket cost beside one that polls: with its jobs, and idle. */
const TARGETS = { busy: 1 / 10, idle: 1 / 50 };

/** The same for hosts that are notified on their sockets. */
const socketCosts = async (runtime: Runtime, { log }: Session, jobBytes: number) => {
  const days = {
    busy: { jobs: JOBS_A_DAY, day: await runSocketDay(runtime, JOBS_A_DAY, log) },
    idle: { jobs: 0, day: await runSocketDay(runtime, 0, log) },
  };
  const month = (which: keyof typeof days) => monthOf(socketSum(days[which].day), jobBytes, days[which].jobs);
  const names = ["busy", "idle"] as const;
  return {
    lines: (polling: number) => [
      "The same host on its socket (keep-alives counted as messages, 20 of them a call; the tick's question with it):",
      "",
      ...names.flatMap((name) => [
        ...table(HEADS, [
          ...Object.entries(days[name].day).map(([kind, each]) => cellsOf(kind, each)),
          cellsOf(`a day on the socket, ${days[name].jobs} jobs`, socketSum(days[name].day)),
        ]),
        "",
        `${shown(HOSTS)} such hosts cost ${month(name).toFixed(2)} USD a month, ${(month(name) / polling).toFixed(3)} of those that poll.`,
        "",
      ]),
    ],
    missed: (polling: number) =>
      names.flatMap((name) =>
        month(name) / polling <= TARGETS[name]
          ? []
          : [`a host on its socket (${name}) costs ${(month(name) / polling).toFixed(3)} of one that polls`],
      ),
  };
};

/** A host's day, counted, and what a thousand such hosts cost a month. */
export const benchCost = async (session: Session): Promise<Findings> => {
  const runtime = await startCounted(session);
  try {
    const jobBytes = await bytesAJob(runtime);
    const day = await runDay(runtime, session.log);
    const requests = requestsOf(day);
    const used = usedBy(requests, jobBytes);
    const logGb = (requests.logBytes * HOSTS * DAYS) / 1e9;
    const priced = CHARGED.map((thing) => charge(PRICES[thing], used[thing]));
    const sockets = await socketCosts(runtime, session, jobBytes);
    const sum = (figure: "full" | "above") => priced.reduce((total, price) => total + price[figure], 0);
    const usd = (amount: number) => amount.toFixed(2);
    return {
      lines: [
        "One host's day: a ping each 5 minutes, a poll each minute, 20 jobs; every call finds its object out of",
        "memory and no token remembered.",
        "",
        ...dayTable(day),
        "",
        `${shown(HOSTS)} hosts, ${DAYS} days, in US dollars:`,
        "",
        ...table(
          ["", "a month", "price", "of", "in the plan", "USD", "USD above the plan"],
          [
            ...priced.map(({ what, amount, usd: price, unit, included, full, above }) => [
              what,
              shown(amount),
              String(price),
              shown(unit),
              shown(included),
              usd(full),
              usd(above),
            ]),
            ["in all", "", "", "", "", usd(sum("full")), usd(sum("above"))],
          ],
        ),
        "",
        ...sockets.lines(sum("full")),
        "",
        `The plan itself is ${PLAN_USD} USD a month. Prices as published, read ${PRICES_READ}:`,
        ...new Set(priced.map(({ source }) => `  ${source}`)),
        "Worker CPU is that of the whole local runtime, D1 and objects with it: more than is charged for. Object GB-s",
        "are taken from each call's whole time as the Worker sees it. D1 storage is that of 90 days of jobs, at",
        `${shown(jobBytes)} bytes a job with its history and indexes, measured.`,
        `From ${LOG_GB.from} the log is charged by GB instead (${LOG_GB.usd} USD above ${LOG_GB.included} a month): these lines hold`,
        `${shown(logGb)}, to which the platform adds fields of its own; how much, only a deployment can show.`,
        `  ${LOG_GB.source}`,
      ],
      figures: {
        day,
        jobBytes,
        month: { hosts: HOSTS, days: DAYS, logGb, priced, full: sum("full"), above: sum("above") },
      },
      missed: sockets.missed(sum("full")),
    };
  } finally {
    await runtime.stop();
  }
};
