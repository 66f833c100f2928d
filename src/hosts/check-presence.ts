import type { Step, Tick } from "../call.ts";
import { inBatches } from "../database/in-batches.ts";
import { ifAvailable } from "../host-object/client.ts";
import { changePresences, readConnected, storeConnections } from "./presence-store.ts";

const MAX_BATCHES = 40;
/** The queries of one batch. */
const BATCH_QUERIES = 7;
/** The queries of the check of connected hosts. */
const CONNECTED_QUERIES = 3;
/** The maximum of objects checked in one tick, and of concurrent checks. */
const MAX_CHECKED = 200;
const MAX_CONCURRENT = 20;

/**
 * The hosts to check in this tick: all of them, or the next `MAX_CHECKED` in rotation. The others keep their presence
 * until their turn.
 */
const nextHosts = <Host>(hosts: readonly Host[], tick: number): Host[] => {
  if (hosts.length <= MAX_CHECKED) return [...hosts];
  const first = (tick * MAX_CHECKED) % hosts.length;
  return [...hosts.slice(first), ...hosts.slice(0, first)].slice(0, MAX_CHECKED);
};

/** Connected hosts do not ping: their objects know the last sign of life. */
const checkConnected = async ({ db, at, settings, host, queriesLeft, log }: Tick): Promise<number> => {
  if (queriesLeft() < CONNECTED_QUERIES + BATCH_QUERIES) return 0;
  const windowMs = settings.WINDOW_SECONDS * 1000;
  const connected = nextHosts(await readConnected(db, at - windowMs), at / windowMs);
  const heard: number[] = [];
  const silent: number[] = [];
  for (let first = 0; first < connected.length; first += MAX_CONCURRENT) {
    await Promise.all(
      connected.slice(first, first + MAX_CONCURRENT).map(async ({ id, presence }) => {
        const answered = await ifAvailable(
          host(id, (object) => object.lastContact()),
          log,
        );
        if (!answered) return;
        if ((answered.reply.at ?? 0) < at - windowMs) silent.push(id);
        else if (presence === "Offline") heard.push(id);
      }),
    );
  }
  await storeConnections(db, { heard, silent }, at);
  return connected.length;
};

/**
 * Decides every half hour who is Online: exactly the hosts heard from in the window that ends now ("Ping from an
 * Automation Host to qTest"). Bounded; the next tick continues, longest silent first.
 */
export const checkPresence: Step = async (tick) => {
  const { db, at, settings, queriesLeft } = tick;
  const connected = await checkConnected(tick);
  const changed = { online: 0, offline: 0, connected };
  await inBatches({ batches: MAX_BATCHES, queriesEach: BATCH_QUERIES, queriesLeft }, async () => {
    const { online, offline, more } = await changePresences(db, at, settings.WINDOW_SECONDS * 1000);
    changed.online += online;
    changed.offline += offline;
    return more;
  });
  return changed;
};
