import type { Said, SocketAnswer } from "../wire/socket-messages.ts";
import type { SocketToken } from "./admission.ts";
import type { HostProtocol } from "./protocol.ts";

/** One message of a socket, or one look for jobs. */
export interface SocketCall {
  env: Env;
  /** The object that has the socket. */
  object: HostProtocol;
  hostId: number;
  token: SocketToken;
  owner: string;
  /** Distinguishes it from other calls of its owner. */
  key: string;
  /** Epoch milliseconds. */
  now: number;
  clock: () => number;
}

/** What a look for jobs requests. */
export interface Look {
  most: number;
  agents: number[] | null;
  leaseSeconds: number;
}

/** What a look found; times in epoch milliseconds. */
export interface LookedUp {
  /** In the form of the answer to `POST .../leases`. */
  leases: { lease_id: string }[];
  /** Whether more jobs are due than were requested. */
  more: boolean;
  /** Whether jobs wait behind others of their schedules. */
  held: boolean;
  /** No other job is due before this, unless there is a change. */
  nextAt: number;
}

/** The sockets' access to D1, by the same verbs as the HTTP calls. */
export interface SocketWork {
  /** The token of a secret's digest, valid at `now`; null if there is none. Throws `unavailable`. */
  findToken: (env: Env, digest: string, now: number) => Promise<SocketToken | null>;
  /** Applies a report of a run. Never throws. */
  report: (call: SocketCall, said: Said<"accept"> | Said<"report">) => Promise<SocketAnswer>;
  /** Appends a chunk to the log of a run. Never throws. */
  appendLog: (call: SocketCall, said: Said<"log">) => Promise<SocketAnswer>;
  /** Leases due jobs. Throws `unavailable`. */
  look: (call: SocketCall, look: Look) => Promise<LookedUp>;
  /** Records in D1 that the host has a socket again since `at`. Never throws. */
  connected: (env: Env, hostId: number, at: number) => Promise<void>;
  /** Records in D1 that the host has had no socket since `at`. Never throws. */
  disconnected: (env: Env, hostId: number, at: number) => Promise<void>;
}
