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
  /** Messages that came on sockets. */
  messages: number;
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
let messages = 0;

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

export { LiveUpdates, ProjectResults, TokenHosts } from "../../src/index.ts";

export class HostObject extends ProductObject {
  constructor(state: DurableObjectState, env: Env) {
    watchStorage(state.storage);
    // The bench's hosts keep their sockets alive; the platform notes the time by another clock.
    Object.defineProperty(state, "getWebSocketAutoResponseTimestamp", { value: () => new Date(now) });
    super(state, seam(env));
  }

  protected override clock(): number {
    return now;
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const began = Date.now();
    await super.webSocketMessage(socket, data);
    messages += 1;
    objectMs += Date.now() - began;
  }

  /** Fires the alarm, if its time has come by the bench's clock: the platform's own goes by another. */
  async fireAlarm(): Promise<boolean> {
    const { storage } = this.ctx;
    const at = await storage.getAlarm();
    if (at === null || at > now) return false;
    await storage.deleteAlarm();
    await this.alarm({ scheduledTime: at, isRetry: false, retryCount: 0 });
    return true;
  }
}

/** The binding names the product's own class. */
const countedObject = (stub: object) => stub as { fireAlarm: () => Promise<boolean> };

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
    objectCalls: counts.objectCallsInAll + counts.pageCalls,
    objectMs,
    objectRowsRead: sumOf("rowsRead"),
    objectRowsWritten: sumOf("rowsWritten") + alarms,
    d1RoundTrips: counts.d1RoundTrips,
    statements: counts.statements.length,
    rowsRead: counts.rowsRead,
    rowsWritten: counts.rowsWritten,
    logLines: logged.length,
    logBytes: new TextEncoder().encode(logged.join("")).length,
    messages,
  };
  counts.reset();
  logged = [];
  objectMs = 0;
  cursors = [];
  alarms = 0;
  messages = 0;
  return all;
};

const counted = (all: Taken): ResponseInit => ({ headers: { "bench-counts": JSON.stringify(all) } });

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
    const alarmOf = request.headers.get("bench-alarm");
    if (alarmOf !== null) {
      const fired = await countedObject(env.HOST.get(env.HOST.idFromName(alarmOf))).fireAlarm();
      // An alarm is charged for as a call.
      const all = taken();
      return Response.json({ fired }, counted({ ...all, objectCalls: all.objectCalls + (fired ? 1 : 0) }));
    }
    const tickAt = request.headers.get("bench-tick");
    const answer =
      tickAt === null
        ? await service.fetch(request, watched, context)
        : await runTick(watched, Number(tickAt)).then(() => Response.json({}));
    await Promise.all(later);
    // What it takes is collected by the next request.
    if (answer.status === 101) return answer;
    if (request.headers.has("bench-collect")) return Response.json({}, counted(taken()));
    const headers = new Headers(answer.headers);
    headers.set("bench-counts", JSON.stringify(taken()));
    return new Response(answer.body, { status: answer.status, headers });
  },
} satisfies ExportedHandler<Env>;
