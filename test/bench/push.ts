import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "./build.ts";
import { table } from "./figures.ts";
import { postgresBin, startListenNotify } from "./postgres.ts";
import { musterSchedule } from "./push-schedule.ts";
import { musterSide, pollingSide, postgresSide, type Side, type Waiting } from "./push-sides.ts";
import type { Findings, Session } from "./session.ts";
import { fill } from "./stock.ts";
import { migrate, type Runtime, startWorkers } from "./workerd.ts";

const MOST_HOSTS = 1000;
/** At most so many sockets are being opened at once. */
const AT_ONCE = 20;
/** The least time between two jobs of one host: each is four messages, and a socket may send 50 a second. */
const PAUSE_MS = 100;
/** So many hosts a second come back. */
const HOSTS_A_SECOND = 50;
const TARGETS = { p50: 1.0, p99: 1.5, sockets: 100 };

/** Milliseconds from the answer to a "run now", and from its request, until the offer was there. */
interface Latency {
  fromAnswer: number;
  fromRequest: number;
}

const quantile = (values: readonly number[], part: number): number => {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
};

const inGroups = async <Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>) => {
  for (let first = 0; first < items.length; first += AT_ONCE)
    await Promise.all(items.slice(first, first + AT_ONCE).map(work));
};

const openAll = async (side: Side, hosts: number): Promise<Map<number, Waiting>> => {
  const waiting = new Map<number, Waiting>();
  const numbers = Array.from({ length: hosts }, (_, place) => place + 1);
  await inGroups(numbers, async (host) => waiting.set(host, await side.open(host)));
  return waiting;
};

const runOnce = async (side: Side, waiting: Map<number, Waiting>): Promise<Latency> => {
  const host = 1 + Math.floor(Math.random() * waiting.size);
  const offered = waiting.get(host)?.offered() ?? Promise.resolve(Number.NaN);
  const { sentAt, answeredAt } = await side.runNow(host);
  const at = await offered;
  return { fromAnswer: Math.max(0, at - answeredAt), fromRequest: at - sentAt };
};

/** Runs jobs of random hosts in turns, so that other load on the machine slows each side. */
const sideBySide = async (sides: Record<string, Side>, sockets: number, rounds: number) => {
  const open = new Map<string, { side: Side; waiting: Map<number, Waiting>; found: Latency[] }>();
  for (const [name, side] of Object.entries(sides))
    open.set(name, { side, waiting: await openAll(side, sockets), found: [] });
  for (let round = 0; round < rounds; round++) {
    for (const { side, waiting, found } of open.values()) {
      const latency = await runOnce(side, waiting);
      // The first ones find nothing warm.
      if (round >= rounds / 10) found.push(latency);
    }
    await sleep(PAUSE_MS / sockets);
  }
  for (const { waiting } of open.values()) for (const each of waiting.values()) each.close();
  return new Map([...open].map(([name, { found }]) => [name, found]));
};

const rowOf = (sockets: number, name: string, found: readonly Latency[]): string[] => {
  const ms = (of: keyof Latency, part: number) =>
    quantile(
      found.map((each) => each[of]),
      part,
    ).toFixed(1);
  return [
    name,
    String(sockets),
    ms("fromAnswer", 0.5),
    ms("fromAnswer", 0.99),
    ms("fromRequest", 0.5),
    ms("fromRequest", 0.99),
  ];
};

/** What the process holds of memory, in bytes. */
const memoryOf = (pid: number): number => {
  const [, kilobytes = "0"] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) * 1024;
};

/** How late a job is offered after its scheduled second, in milliseconds. */
const dueLateness = async ({ workers: [worker] }: Runtime, side: Side, jobs: number): Promise<number[]> => {
  if (!worker) throw new Error("the product is needed");
  const waiting = await openAll(side, jobs);
  const due = Math.ceil(Date.now() / 1000 + 5 + jobs / 20) * 1000;
  const late: Promise<number>[] = [];
  await inGroups([...waiting], async ([host, each]) => {
    late.push(each.offered().then(() => Date.now() - due));
    await musterSchedule(worker.url, host, due);
  });
  const found = await Promise.all(late);
  for (const each of waiting.values()) each.close();
  return found;
};

/** Memory of 1,000 sockets whose objects sleep, and their return when all are lost at once. */
const manySockets = async (runtime: Runtime, side: Side, sockets: number) => {
  const [worker] = runtime.workers;
  if (!worker) throw new Error("the product is needed");
  const before = memoryOf(runtime.pid);
  const waiting = await openAll(side, sockets);
  const awake = memoryOf(runtime.pid);
  for (const host of waiting.keys()) await runtime.evict(worker.name, host);
  await sleep(2000);
  const asleep = memoryOf(runtime.pid);
  for (const each of waiting.values()) each.close();
  const lostAt = performance.now();
  let refused = 0;
  await Promise.all(
    [...waiting.keys()].map(async (host) => {
      await sleep((Math.random() * sockets * 1000) / HOSTS_A_SECOND);
      await side.open(host).catch(() => {
        refused += 1;
      });
    }),
  );
  const backMs = performance.now() - lostAt;
  return { awake: (awake - before) / sockets, asleep: (asleep - before) / sockets, backMs, refused };
};

/** How soon a host is notified of a job, beside a poller of each second and beside Node and PostgreSQL. */
export const benchPush = async ({ scratch, quick, log }: Session): Promise<Findings> => {
  const bin = postgresBin();
  if (bin === undefined) throw new Error("PostgreSQL is not installed: apt-get install postgresql");
  log("building");
  const runtime = await startWorkers({ product: await build(join(scratch, "product")) });
  const beside = await startListenNotify(bin);
  const rows: string[][] = [];
  const missed: string[] = [];
  const figures: Record<string, unknown> = {};
  try {
    const [worker] = runtime.workers;
    if (!worker) throw new Error("the product is needed");
    await migrate(worker.db);
    await fill(worker.db, { hosts: MOST_HOSTS, jobs: 0, now: Date.now(), seed: 1 });
    const [muster, postgres, polling] = [
      musterSide(worker.url),
      postgresSide(beside.url),
      pollingSide(worker.url),
    ];
    for (const sockets of quick ? [1, 100] : [1, 100, 1000]) {
      log(`${sockets} sockets`);
      const found = await sideBySide({ muster, postgres }, sockets, quick ? 60 : 300);
      for (const [name, latencies] of found) rows.push(rowOf(sockets, name, latencies));
      const ratio = (part: number) => {
        const of = (name: string) =>
          quantile(
            (found.get(name) ?? []).map(({ fromAnswer }) => fromAnswer),
            part,
          );
        return of("muster") / of("postgres");
      };
      figures[`ratios at ${sockets}`] = { p50: ratio(0.5), p99: ratio(0.99) };
      if (sockets !== TARGETS.sockets) continue;
      if (!(ratio(0.5) <= TARGETS.p50))
        missed.push(`p50 at 100 sockets is ${ratio(0.5).toFixed(2)} of PostgreSQL's`);
      if (!(ratio(0.99) <= TARGETS.p99))
        missed.push(`p99 at 100 sockets is ${ratio(0.99).toFixed(2)} of PostgreSQL's`);
    }
    log("pollers");
    const polled = await sideBySide({ "polled each second": polling }, quick ? 1 : 20, quick ? 10 : 40);
    for (const [name, latencies] of polled) rows.push(rowOf(quick ? 1 : 20, name, latencies));
    log("due seconds");
    const late = await dueLateness(runtime, muster, 20);
    if (Math.max(...late) > 250) missed.push(`an offer came ${Math.max(...late)} ms after its second`);
    log("many sockets");
    const many = await manySockets(runtime, muster, quick ? 200 : MOST_HOSTS);
    if (many.refused > 0) missed.push(`${many.refused} sockets were refused`);
    Object.assign(figures, { rows, late, many });
    const kB = (bytes: number) => `${(bytes / 1024).toFixed(1)} kB`;
    return {
      lines: [
        ...table(["from run now to offer", "sockets", "answer p50 ms", "p99", "request p50 ms", "p99"], rows),
        "",
        `Due second to offer, 20 jobs at once: p50 ${quantile(late, 0.5)} ms, most ${Math.max(...late)} ms.`,
        `A socket takes ${kB(many.awake)} of workerd's memory with its object awake, ${kB(many.asleep)} asleep.`,
        `All sockets lost at once were back after ${(many.backMs / 1000).toFixed(1)} s, ${many.refused} refused.`,
      ],
      figures,
      missed,
    };
  } finally {
    await beside.stop();
    await runtime.stop();
  }
};
