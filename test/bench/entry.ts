import { createService } from "../../src/app.ts";
import { HostObject as ProductObject } from "../../src/index.ts";
import { runTick } from "../../src/tick.ts";
import { counting, standingAround } from "../fault-injection.ts";

/*
 * The product with a clock that the bench moves and with counters on all that goes out of it. A request carries
 * its time in `bench-now`; its answer carries what it took in `bench-counts`. One request at a time.
 */

/** What one request took. */
export interface Taken {
  objectCalls: number;
  /** By the Worker's clock, from a call of an object to its reply. */
  objectMs: number;
  objectRowsRead: number;
  objectRowsWritten: number;
  d1RoundTrips: number;
  statements: number;
  rowsRead: number;
  rowsWritten: number;
  logLines: number;
  logBytes: number;
}

let now = Date.now();
const service = createService(() => now);

const { seam, counts } = counting();
let objectMs = 0;
const timing = standingAround(async ({ to }, go) => {
  const began = Date.now();
  const reply = await go();
  if (to === "object") objectMs += Date.now() - began;
  return reply;
});

/** Every cursor of an object's own SQLite; what it read is known once it is used up. */
let cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
let alarms = 0;

/** Notes what an object's storage does, for all objects at once. */
const watchStorage = (storage: DurableObjectStorage): void => {
  const { exec } = storage.sql;
  const { setAlarm } = storage;
  Object.defineProperty(storage.sql, "exec", {
    value: (query: string, ...values: SqlStorageValue[]) => {
      const cursor = exec.call(storage.sql, query, ...values);
      cursors.push(cursor);
      return cursor;
    },
  });
  Object.defineProperty(storage, "setAlarm", {
    value: (at: number) => {
      // The platform counts it as a row.
      alarms += 1;
      return setAlarm.call(storage, at);
    },
  });
};

export class HostObject extends ProductObject {
  constructor(state: DurableObjectState, env: Env) {
    watchStorage(state.storage);
    super(state, seam(env));
  }
}

let logged: string[] = [];
const { log } = console;
console.log = (line: string): void => {
  logged.push(line);
  log(line);
};

const taken = (): Taken => {
  const sumOf = (figure: "rowsRead" | "rowsWritten") =>
    cursors.reduce((sum, cursor) => sum + cursor[figure], 0);
  const all = {
    objectCalls: counts.objectCallsInAll,
    objectMs,
    objectRowsRead: sumOf("rowsRead"),
    objectRowsWritten: sumOf("rowsWritten") + alarms,
    d1RoundTrips: counts.d1RoundTrips,
    statements: counts.statements.length,
    rowsRead: counts.rowsRead,
    rowsWritten: counts.rowsWritten,
    logLines: logged.length,
    logBytes: new TextEncoder().encode(logged.join("")).length,
  };
  counts.reset();
  logged = [];
  objectMs = 0;
  cursors = [];
  alarms = 0;
  return all;
};

let watched: Env | undefined;

export default {
  fetch: async (request, env) => {
    watched ??= timing(seam(env));
    now = Number(request.headers.get("bench-now") ?? now);
    const later: Promise<unknown>[] = [];
    const context = {
      waitUntil: (promise: Promise<unknown>) => void later.push(promise),
      passThroughOnException: () => {},
      props: {},
    };
    const tickAt = request.headers.get("bench-tick");
    const answer =
      tickAt === null
        ? await service.fetch(request, watched, context)
        : await runTick(watched, Number(tickAt)).then(() => Response.json({}));
    await Promise.all(later);
    const headers = new Headers(answer.headers);
    headers.set("bench-counts", JSON.stringify(taken()));
    return new Response(answer.body, { status: answer.status, headers });
  },
} satisfies ExportedHandler<Env>;
