import { CALLING, CALLS, type Call, type Place, STATIC_JSON } from "./calls.ts";
import { median } from "./figures.ts";
import { introduce } from "./introducer.ts";
import { furnish, send } from "./place.ts";
import type { Runtime } from "./workerd.ts";
import { load, type Measured } from "./wrk.ts";

const CONNECTIONS = [1, 16];

/** How long and how often each call is measured. */
export interface Plan {
  rounds: number;
  ms: number;
  /** Leaves the calls that have no target to one connection. */
  short: boolean;
}

/** One row of the table: a call over so many connections, the median of the rounds. */
export interface Row extends Measured {
  call: string;
  connections: number;
  floorPerSecond: number;
  floorCpuMicros: number;
  staticPerSecond: number;
  /** Medians of the rounds' own ratios. */
  ofFloor: number;
  ofStatic: number;
  target: number | undefined;
}

interface Round {
  product: Measured;
  floor: Measured;
  staticJson: Measured;
}

const WARM_MS = 150;
const STOCK = { hosts: 1000, jobs: 10_000, seed: 1 };
/** Requests a second of a call of which nothing is known yet. */
const FIRST_GUESS = 500;
/** So many requests more than are expected to be needed. */
const LEAST_COUNT = 1000;

/** Measures one place again and again, with as many requests as it may need. */
const measuring = (scratch: string, place: Place, cpuMs: () => number) => {
  const fastest = new Map<string, number>();
  return async (call: Call, connections: number, ms: number): Promise<Measured> => {
    const key = `${call.name} ${connections}`;
    const known = fastest.get(key) ?? FIRST_GUESS;
    const requests = await call.requests(place, Math.ceil((known * ms * 2) / 1000) + LEAST_COUNT);
    const measured = await load(scratch, { url: place.worker.url, cpuMs }, requests, connections, ms);
    fastest.set(key, Math.max(known, measured.perSecond));
    return measured;
  };
};

/** Every call answers with a success once, or what is measured later is not the call. */
const tryOut = async (place: Place): Promise<void> => {
  for (const call of CALLS) {
    const { list } = await call.requests(place, 1);
    if (list[0]) await send(place.worker.url, list[0]);
  }
};

const rowOf = ({ name, target }: Call, connections: number, rounds: readonly Round[]): Row => {
  const of = (figure: (round: Round) => number) => median(rounds.map(figure));
  return {
    call: name,
    connections,
    perSecond: of(({ product }) => product.perSecond),
    p50: of(({ product }) => product.p50),
    p99: of(({ product }) => product.p99),
    cpuMicros: of(({ product }) => product.cpuMicros),
    floorCpuMicros: of(({ floor }) => floor.cpuMicros),
    floorPerSecond: of(({ floor }) => floor.perSecond),
    staticPerSecond: of(({ staticJson }) => staticJson.perSecond),
    ofFloor: of(({ product, floor }) => product.perSecond / floor.perSecond),
    ofStatic: of(({ product, staticJson }) => product.perSecond / staticJson.perSecond),
    target,
  };
};

/**
 * Loads the product and the floor, call by call in turns, so that whatever else the machine does falls on both
 * alike; `tell` hears of each step. Each ratio is of two measurings of the same round.
 */
export const measureCalls = async (
  { workers, cpuMs }: Runtime,
  scratch: string,
  { rounds, ms, short }: Plan,
  tell: (text: string) => void,
): Promise<Row[]> => {
  const [product, floor, introducer] = workers;
  if (!product || !floor || !introducer)
    throw new Error("the product, the floor and the introducer are needed");
  tell("filling the tables");
  const places = await furnish([product, floor], product, CALLING, { ...STOCK, now: Date.now() });
  await introduce(introducer, CALLING);
  for (const place of places) await tryOut(place);
  const [ofProduct, ofFloor] = places.map((place) => measuring(scratch, place, cpuMs));
  if (!ofProduct || !ofFloor) throw new Error("the product and the floor are needed");
  const callsOver = (connections: number) =>
    CALLS.filter(({ target }) => !short || connections === 1 || target !== undefined);
  const rows = CONNECTIONS.flatMap((connections) =>
    callsOver(connections).map((call) => ({ call, connections, rounds: [] as Round[] })),
  );
  tell("warming up");
  for (const { call, connections } of rows) {
    await ofProduct(call, connections, WARM_MS);
    await ofFloor(call, connections, WARM_MS);
  }
  for (let round = 1; round <= rounds; round++) {
    for (const connections of CONNECTIONS) {
      tell(`round ${round} of ${rounds}, connections: ${connections}`);
      const staticJson = await load(scratch, { url: floor.url, cpuMs }, STATIC_JSON, connections, ms);
      for (const row of rows.filter((each) => each.connections === connections)) {
        // The floor goes first in every other round.
        const before = round % 2 === 0 ? await ofFloor(row.call, connections, ms) : undefined;
        const ours = await ofProduct(row.call, connections, ms);
        const theirs = before ?? (await ofFloor(row.call, connections, ms));
        row.rounds.push({ product: ours, floor: theirs, staticJson });
      }
    }
  }
  return rows.map(({ call, connections, rounds: measured }) => rowOf(call, connections, measured));
};
