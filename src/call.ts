import type { Actor } from "./access/permissions.ts";
import type { Database } from "./database/database.ts";
import type { CallHost } from "./host-object/client.ts";
import type { Prefetched } from "./host-object/protocol.ts";
import type { Log } from "./log.ts";
import type { Mailer } from "./outbox/mailer.ts";
import type { CallResults } from "./project-results/client.ts";
import type { Files } from "./project-results/files.ts";
import type { Settings } from "./settings.ts";
import type { TokenHosts } from "./token-hosts/client.ts";
import type { TraceContext } from "./wire/trace-context.ts";

/** What a verb gets besides its input: all that it may use, and the time. */
export interface Call {
  db: Database;
  /** Epoch milliseconds: when the request arrived. */
  now: number;
  /** The current time, for what is limited by its duration; epoch milliseconds. */
  clock: () => number;
  actor: Actor;
  host: CallHost;
  results: CallResults;
  files: Files;
  tokenHosts: TokenHosts;
  /** Wakes the sending to webhooks, by their ids; it does not wait for that. */
  wakeWebhooks: (ids: readonly number[]) => void;
  /** The deployment's binding for e-mail; undefined: it has none. */
  mailer: Mailer | undefined;
  /** The reply of the object of the path's host, sent with the token check. */
  prefetched?: Prefetched | undefined;
  settings: Settings;
  /** A secret that only the deployment has; "" if there is none. */
  deploymentSecret: string;
  /** The one before it, where it was changed; "" if there is none. */
  formerSecret: string;
  log: Log;
  request: {
    /** Ours, unique. */
    id: string;
    method: string;
    path: string;
    /** The client's address, by the platform; null if unknown. */
    address: string | null;
    /** The client's `Idempotency-Key`, else its `x-qtest-nonce`. */
    key: string | undefined;
    /** The client's `Lease-Owner`: the id of its process. */
    owner: string | undefined;
    /** The jobs in the client's `Jobs-Running`; undefined if it is missing or invalid. */
    running: number[] | undefined;
    /** The trace that the request belongs to, by its `traceparent` and `tracestate`; undefined for none, or an invalid one. */
    trace: TraceContext | undefined;
  };
}

/** What a step of the tick gets. */
export interface Tick {
  db: Database;
  /** Epoch milliseconds: the start of the current ping window, by the scheduled time, not the real one. */
  at: number;
  settings: Settings;
  host: CallHost;
  results: CallResults;
  files: Files;
  /** As those of a call. */
  deploymentSecret: string;
  formerSecret: string;
  log: Log;
  /** How many statements the step may still run. */
  queriesLeft: () => number;
}

/**
 * A step of the tick, bounded by counts and by the statements that it may run. Returns counts of what it
 * changed. A tick that runs twice or late leaves the same rows.
 */
export type Step = (tick: Tick) => Promise<Record<string, number>>;
