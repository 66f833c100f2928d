import type { Said, SocketAnswer } from "../wire/socket-messages.ts";
import type { SocketToken } from "./admission.ts";
import type { HostProtocol } from "./protocol.ts";

/** One message of a socket, or one look for jobs on its behalf. */
export interface SocketCall {
  env: Env;
  /** The object that has the socket. */
  object: HostProtocol;
  hostId: number;
  token: SocketToken;
  owner: string;
  /** What tells it from others of its owner. */
  key: string;
  /** Epoch milliseconds. */
  now: number;
  clock: () => number;
}

/** What a look for jobs asks for. */
export interface Look {
  most: number;
  agents: number[] | null;
  leaseSeconds: number;
}

/** What a look found; times in epoch milliseconds. */
export interface LookedUp {
  /** As `POST .../leases` answers them. */
  leases: { lease_id: string }[];
  /** Whether more is due than was asked for. */
  more: boolean;
  /** Whether jobs wait behind others of their schedules. */
  held: boolean;
  /** Before when nothing else comes due, unless it is changed. */
  nextAt: number;
}

/** The ways of a host's sockets to D1: each does what the HTTP call of its kind does, by the same verbs. */
export interface SocketWork {
  /** Whom a secret speaks for at `now`, by its digest; null: nobody. Throws `unavailable`. */
  findToken: (env: Env, digest: string, now: number) => Promise<SocketToken | null>;
  /** Takes the report of a run. It never throws. */
  report: (call: SocketCall, said: Said<"accept"> | Said<"report">) => Promise<SocketAnswer>;
  /** Leases what is due. Throws `unavailable`. */
  look: (call: SocketCall, look: Look) => Promise<LookedUp>;
  /** Lets D1 know that a host has no socket any more since `at`. It never throws. */
  disconnected: (env: Env, hostId: number, at: number) => Promise<void>;
}
