import { createService } from "../../src/app.ts";
import { HostObject as ProductObject } from "../../src/index.ts";
import { runTick } from "../../src/tick.ts";
import { standingAround } from "../fault-injection.ts";

/*
 * The product with a clock that goes on as fast as the machine's and that a test moves forward, and a D1 that a test can
 * silence. `/move?ms=&hosts=` moves it, alarms of those hosts' objects included; `/d1?silent=` takes true or false.
 */

let aheadMs = 0;
let isSilent = false;
const HALF_HOUR = 30 * 60_000;
/** After so long the platform itself gives up a call of D1. */
const D1_GIVES_UP_MS = 20_000;

const clock = (): number => Date.now() + aheadMs;
const service = createService(clock);

const silenceable = standingAround(async ({ to }, go) => {
  const end = Date.now() + D1_GIVES_UP_MS;
  while (to === "d1" && isSilent) {
    if (Date.now() > end) throw new Error("D1_ERROR: Network connection lost.");
    await new Promise((later) => setTimeout(later, 100));
  }
  return go();
});

export { LiveUpdates, ProjectResults, TokenHosts } from "../../src/index.ts";

export class HostObject extends ProductObject {
  #alarms = 0;
  readonly #moveAlarm: (byMs: number) => Promise<void>;

  constructor(state: DurableObjectState, env: Env) {
    const { storage } = state;
    const setAlarm = storage.setAlarm.bind(storage);
    super(state, silenceable(env));
    this.#moveAlarm = async (byMs) => {
      const at = await storage.getAlarm();
      if (at === null) return;
      const before = this.#alarms;
      await setAlarm(at - byMs);
      while (at - byMs <= Date.now() && this.#alarms === before)
        await new Promise((later) => setTimeout(later, 50));
    };
    // The platform's clock is not moved.
    Object.defineProperty(storage, "setAlarm", { value: (at: number) => setAlarm(at - aheadMs) });
  }

  override async alarm(info: AlarmInvocationInfo): Promise<void> {
    await super.alarm({ ...info, scheduledTime: info.scheduledTime + aheadMs });
    this.#alarms += 1;
  }

  /** The clock was moved forward: what is due by then comes now, and is over when this resolves. */
  moveAlarm(byMs: number): Promise<void> {
    return this.#moveAlarm(byMs);
  }
}

const move = async (env: Env, query: URLSearchParams): Promise<void> => {
  const ms = Number(query.get("ms"));
  aheadMs += ms;
  for (const id of (query.get("hosts") ?? "").split(",").filter((each) => each !== ""))
    await (env.HOST.getByName(id) as DurableObjectStub<HostObject>).moveAlarm(ms);
  const now = clock();
  await runTick(silenceable(env), now - (now % HALF_HOUR));
};

export default {
  fetch: async (request, env, context) => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/move") await move(env, searchParams);
    else if (pathname === "/d1") isSilent = searchParams.get("silent") === "true";
    else return service.fetch(request, silenceable(env), context);
    return Response.json({ now: clock() });
  },
} satisfies ExportedHandler<Env>;
