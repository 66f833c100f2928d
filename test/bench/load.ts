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
  /** Of one round; a fast call takes it in several turns. */
  ms: number;
  /** Leaves the calls that have no target to one connection. */
  short: boolean;
}

/** One row of the table: a call over so many connections, the median of its turns. */
export interface Row extends Omit<Measured, "requests"> {
  call: string;
  connections: number;
  floorPerSecond: number;
  floorCpuMicros: number;
  staticPerSecond: number;
  /** Medians of the turns' own ratios. */
  ofFloor: number;
  ofStatic: number;
  target: number | undefined;
}

/** The product and the floor, one right after the other. */
interface Turn {
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
/** The fewest answers of a turn, and the most turns in a round: other load on the machine changes faster. */
const TURN_ANSWERS = 400;
export const MAX_TURNS = 5;

const turnsIn = (ms: number, { perSecond }: Measured): number =>
  Math.max(1, Math.min(MAX_TURNS, Math.floor((perSecond * ms) / 1000 / TURN_ANSWERS)));

/** Measures one place again and again, with as many requests as it may need. */
const measuring = (scratch: string, place: Place, cpuMs: () => number) => {
  const fastest = new Map<string, number>();
  return async (call: Call, connections: number, ms: number): Promise<Measured> => {
    const key = `${call.name} ${connections}`;
    const known = fastest.get(key) ?? FIRST_GUESS;
    const requests = await call.requests(place, Math.ceil((known * ms * 2) / 1000) + LEAST_COUNT);
    const measured = await load(scratch, { url: place.worker.url, cpuMs }, { requests, connections, ms });
    fastest.set(key, Math.max(known, measured.perSecond));
    return measured;
  };
};

/** Checks that every call succeeds once before it is measured. */
const tryOut = async (place: Place): Promise<void> => {
  for (const call of CALLS) {
    const { list } = await call.requests(place, 1);
    if (list[0]) await send(place.worker.url, list[0]);
  }
};

const rowOf = ({ name, target }: Call, connections: number, turns: readonly Turn[]): Row => {
  const of = (figure: (turn: Turn) => number) => median(turns.map(figure));
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
 * Loads the product and the floor, call by call in turns, so that other load on the machine falls on both
 * alike; `log` gets a line for each step. Each ratio is of two measurings of the same turn.
 */
export const measureCalls = async (
  { workers, cpuMs }: Runtime,
  scratch: string,
  { plan: { rounds, ms, short }, log }: { plan: Plan; log: (text: string) => void },
): Promise<Row[]> => {
  const [product, floor, introducer] = workers;
  if (!product || !floor || !introducer)
    throw new Error("the product, the floor and the introducer are needed");
  log("filling the tables");
  const places = await furnish([product, floor], product, {
    callers: CALLING,
    stock: { ...STOCK, now: Date.now() },
  });
  await introduce(introducer, CALLING);
  for (const place of places) await tryOut(place);
  const [ofProduct, ofFloor] = places.map((place) => measuring(scratch, place, cpuMs));
  if (!ofProduct || !ofFloor) throw new Error("the product and the floor are needed");
  const callsOver = (connections: number) =>
    CALLS.filter(({ target }) => !short || connections === 1 || target !== undefined);
  const rows = CONNECTIONS.flatMap((connections) =>
    callsOver(connections).map((call) => ({ call, connections, inRound: 1, turns: [] as Turn[] })),
  );
  log("warming up");
  for (const row of rows) {
    row.inRound = turnsIn(ms, await ofProduct(row.call, row.connections, WARM_MS));
    await ofFloor(row.call, row.connections, WARM_MS);
  }
  for (let round = 1; round <= rounds; round++) {
    for (const connections of CONNECTIONS) {
      log(`round ${round} of ${rounds}, connections: ${connections}`);
      const staticJson = await load(
        scratch,
        { url: floor.url, cpuMs },
        { requests: STATIC_JSON, connections, ms },
      );
      for (const { call, inRound, turns } of rows.filter((each) => each.connections === connections)) {
        for (let turn = 0; turn < inRound; turn++) {
          // The floor goes first in every other turn.
          const before = turns.length % 2 === 0 ? await ofFloor(call, connections, ms / inRound) : undefined;
          const ours = await ofProduct(call, connections, ms / inRound);
          const theirs = before ?? (await ofFloor(call, connections, ms / inRound));
          turns.push({ product: ours, floor: theirs, staticJson });
        }
      }
    }
  }
  return rows.map(({ call, connections, turns }) => rowOf(call, connections, turns));
};
