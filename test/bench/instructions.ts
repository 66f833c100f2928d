import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Plain } from "../../src/local/options.ts";
import { build } from "./build.ts";
import { CALLING, CALLS, type Call, type Place } from "./calls.ts";
import { shown, table } from "./figures.ts";
import { INTRODUCER, introduce } from "./introducer.ts";
import { furnish } from "./place.ts";
import type { Findings, Session } from "./session.ts";
import { type Runtime, startWorkers } from "./workerd.ts";
import { load, requireWrk } from "./wrk.ts";

/*
 * How many instructions a request takes, of the product and of the floor. What else the machine does adds none, but a
 * slower one looks tokens up again more often. They say what the code does, not how long: a cache that is missed, or
 * the kernel's part, is not in them.
 */

/** One connection, so that no request is under way when the counting ends. */
const CONNECTIONS = 1;
const STOCK = { hosts: 120, jobs: 1000, seed: 1 };
/** Until all frequent code is compiled. */
const WARM_REQUESTS = 4000;
/** Until the code is compiled again for the counting. */
const SETTLE_REQUESTS = 200;
/** So many that the few token look-ups among them do not matter. */
const COUNTED_REQUESTS = 3000;
const STEP_MS = 4000;
/** The first two are nearly all the traffic there ever is. */
const COUNTED = ["ping", "empty poll (known quiet)", "poll with 10 jobs", "report (RUNNING, then COMPLETED)"];
/** Without garbage collection, which would fall into one counting and not the next. */
const V8_FLAGS = "--min-semi-space-size=128 --max-semi-space-size=128 --initial-heap-size=2000";

const requireValgrind = (): void => {
  try {
    execFileSync("valgrind", ["--version"], { stdio: "pipe" });
  } catch {
    throw new Plain("valgrind is missing: install it (Debian: apt-get install valgrind), then try again");
  }
};

const TOTAL = /^(?:summary|totals): (\d+)/m;

/** Counts what the runtime does while something is done. */
const counter = ({ pid }: Pick<Runtime, "pid">, into: string) => {
  let dumps = 0;
  const control = (...words: string[]) =>
    execFileSync("callgrind_control", [...words, String(pid)], { stdio: "pipe" });
  return {
    begin: () => control("--instr=on"),
    end: () => control("--instr=off"),
    zero: () => control("--zero"),
    /** The instructions since the last zero. */
    read: (): number => {
      control("--dump");
      dumps += 1;
      const [, total] = TOTAL.exec(readFileSync(join(into, `count.${dumps}`), "utf8")) ?? [];
      if (total === undefined) throw new Error("callgrind counted nothing");
      return Number(total);
    },
  };
};

/** The instructions of one request of a call in one place. */
const countCall = async (
  { cpuMs }: Runtime,
  {
    count,
    scratch,
    call,
    place,
  }: { count: ReturnType<typeof counter>; scratch: string; call: Call; place: Place },
): Promise<number> => {
  const target = { url: place.worker.url, cpuMs };
  /** Makes at least so many requests; gives how many it made. */
  const run = async (least: number): Promise<number> => {
    let made = 0;
    while (made < least) {
      const requests = await call.requests(place, STEP_MS);
      made += (await load(scratch, target, { requests, connections: CONNECTIONS, ms: STEP_MS })).requests;
    }
    return made;
  };
  await run(WARM_REQUESTS);
  count.begin();
  await run(SETTLE_REQUESTS);
  count.zero();
  const requests = await run(COUNTED_REQUESTS);
  const instructions = count.read();
  count.end();
  return instructions / requests;
};

/** The instructions of the calls that hosts make all day. */
export const benchInstructions = async ({ scratch, log }: Session): Promise<Findings> => {
  requireWrk();
  requireValgrind();
  const into = join(scratch, "counts");
  mkdirSync(into);
  const [product, floor] = await Promise.all([
    build(join(scratch, "product")),
    build(join(scratch, "floor"), "floor.ts"),
  ]);
  process.env.MINIFLARE_WORKERD_V8_FLAGS = V8_FLAGS;
  const under = `valgrind --tool=callgrind --instr-atstart=no --smc-check=all-non-file --log-file=${join(scratch, "valgrind")} --callgrind-out-file=${join(into, "count")}`;
  const runtime = await startWorkers({ product, floor, introducer: INTRODUCER }, under);
  try {
    const [ours, theirs, introducer] = runtime.workers;
    if (!ours || !theirs || !introducer)
      throw new Error("the product, the floor and the introducer are needed");
    log("filling the tables");
    const places = await furnish([ours, theirs], ours, {
      callers: CALLING,
      stock: { ...STOCK, now: Date.now() },
    });
    await introduce(introducer, CALLING);
    const count = counter(runtime, into);
    const rows: { call: string; product: number; floor: number }[] = [];
    for (const call of CALLS.filter(({ name }) => COUNTED.includes(name))) {
      log(`counting: ${call.name}`);
      const counts: number[] = [];
      for (const place of places) counts.push(await countCall(runtime, { count, scratch, call, place }));
      const [ofProduct = Number.NaN, ofFloor = Number.NaN] = counts;
      rows.push({ call: call.name, product: ofProduct, floor: ofFloor });
    }
    return {
      lines: [
        ...table(
          ["call", "instructions", "floor's", "of floor"],
          rows.map((row) => [
            row.call,
            shown(row.product),
            shown(row.floor),
            (row.floor / row.product).toFixed(2),
          ]),
        ),
        "",
        "By callgrind, over one connection, without the kernel's and without any collecting of garbage.",
      ],
      figures: { rows },
      missed: [],
    };
  } finally {
    await runtime.stop();
  }
};
