import type { Actor } from "./access/permissions.ts";
import type { Database } from "./database/database.ts";
import type { CallHost } from "./host-object/client.ts";
import type { Prefetched } from "./host-object/protocol.ts";
import type { Log } from "./log.ts";
import type { Settings } from "./settings.ts";

/** What a verb needs of the world: everything it may touch, and the time. */
export interface Call {
  db: Database;
  /** Epoch milliseconds: the moment the request came in. */
  now: number;
  /** What time it is, for what is bounded by how long it takes; epoch milliseconds. */
  clock: () => number;
  actor: Actor;
  host: CallHost;
  /** What the object of the host in the path answered while the token was judged. */
  prefetched?: Prefetched | undefined;
  settings: Settings;
  /** The secret that only the deployment knows; "" where it has none. */
  deploymentSecret: string;
  log: Log;
  request: {
    /** Ours, unique. */
    id: string;
    method: string;
    path: string;
    /** Where it came from, as the platform says; null where it doesn't. */
    address: string | null;
    /** The client's `Idempotency-Key`, else its `x-qtest-nonce`. */
    key: string | undefined;
    /** The client's `Lease-Owner`: its process's own id. */
    owner: string | undefined;
    /** The jobs that the client's `Jobs-Running` names; undefined where it says nothing, or what can't be read. */
    running: number[] | undefined;
  };
}

/** What a step of the tick needs of the world. */
export interface Tick {
  db: Database;
  /** Epoch milliseconds: the scheduled time, at the start of a ping window; never the wall clock. */
  at: number;
  settings: Settings;
  host: CallHost;
  log: Log;
  /** How many statements the step may still run. */
  queriesLeft: () => number;
}

/** A step does its part, bounded by counts and by the statements left to it, and tells what it changed. A tick run twice or late gives the same rows. */
export type Step = (tick: Tick) => Promise<Record<string, number>>;
