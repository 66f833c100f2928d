import type { Step, Tick } from "../call.ts";
import { inBatches } from "../database/in-batches.ts";
import { ifAvailable } from "../host-object/client.ts";
import { readConnected, settleConnections, turnPresences } from "./presence-store.ts";

const MAX_BATCHES = 40;
/** What one batch runs. */
const BATCH_QUERIES = 7;
/** What asking hosts' objects takes. */
const CONNECTED_QUERIES = 3;
/** How many objects are asked in one tick, and how many of them at once. */
const MAX_ASKED = 200;
const AT_ONCE = 20;

/**
 * The hosts to ask at this tick: all, or where they are more than are asked at once, the next ones in turn. The others
 * stay as they are until their turn comes.
 */
const inTurn = <Host>(hosts: readonly Host[], tick: number): Host[] => {
  if (hosts.length <= MAX_ASKED) return [...hosts];
  const first = (tick * MAX_ASKED) % hosts.length;
  return [...hosts.slice(first), ...hosts.slice(0, first)].slice(0, MAX_ASKED);
};

/** A host that is told on a socket does not ping: its object knows when it last said that it is there. */
const askConnected = async ({ db, at, settings, host, queriesLeft, log }: Tick): Promise<number> => {
  if (queriesLeft() < CONNECTED_QUERIES + BATCH_QUERIES) return 0;
  const windowMs = settings.WINDOW_SECONDS * 1000;
  const connected = inTurn(await readConnected(db, at - windowMs), at / windowMs);
  const heard: number[] = [];
  const silent: number[] = [];
  for (let first = 0; first < connected.length; first += AT_ONCE) {
    await Promise.all(
      connected.slice(first, first + AT_ONCE).map(async ({ id, presence }) => {
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
  await settleConnections(db, { heard, silent }, at);
  return connected.length;
};

/**
 * Every half hour, decides who is Online: exactly the hosts heard from in the window that ends now ("Ping from
 * an Automation Host to qTest"). Bounded; what is left is done at the next tick, longest silent first.
 */
export const checkPresence: Step = async (tick) => {
  const { db, at, settings, queriesLeft } = tick;
  const connected = await askConnected(tick);
  const turned = { online: 0, offline: 0, connected };
  await inBatches({ batches: MAX_BATCHES, queriesEach: BATCH_QUERIES, queriesLeft }, async () => {
    const { online, offline, more } = await turnPresences(db, at, settings.WINDOW_SECONDS * 1000);
    turned.online += online;
    turned.offline += offline;
    return more;
  });
  return turned;
};
