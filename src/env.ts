import type { Session } from "./console/session.ts";
import type { Typed, Visit } from "./console/visit.ts";
import type { Database } from "./database/database.ts";
import type { Early } from "./hosts/early.ts";
import type { HostObject } from "./hosts/host-object.ts";
import type { Moment } from "./hosts/moment.ts";
import type { Settings } from "./settings.ts";
import type { Limits, Scope } from "./tokens/access.ts";

/** Who makes a call. The bootstrap token has id 0. */
export interface Actor extends Limits {
  tokenId: number;
  name: string;
  scope: Scope;
}

export type HostStub = DurableObjectStub<HostObject>;

/** Calls a host's object at the moment of the call, again where the platform says that it may be (hosts/reach.ts). */
export type ReachHost = <Reply>(
  hostId: number,
  use: (host: HostStub, moment: Moment) => Promise<Reply>,
) => Promise<Reply>;

/** Writes one structured line. Never give it a secret or a body. */
export type Log = (event: string, fields: Record<string, unknown>) => void;

/** What a verb needs of the world: everything it may touch, and the time. */
export interface Call {
  db: Database;
  /** Epoch milliseconds: the moment the request came in. */
  now: number;
  /** What time it is, for what is bounded by how long it takes; epoch milliseconds. */
  clock: () => number;
  actor: Actor;
  host: ReachHost;
  /** What the object of the host in the path answered while the token was judged. */
  early?: Early | undefined;
  settings: Settings;
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

export interface App {
  Bindings: Env;
  Variables: {
    call: Call;
    requestId: string;
    /** Of the console's pages alone: whose session it is, what they are drawn with, and what a form brought. */
    session: Session;
    visit: Visit;
    typed: Typed;
  };
}
