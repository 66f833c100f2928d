import type { CacheTable } from "./cache-table.ts";
import type { LeaseTable } from "./lease-table.ts";
import type { HostProtocol } from "./protocol.ts";
import type { SocketList } from "./socket-list.ts";
import type { SocketWork } from "./socket-work.ts";
import type { Timing } from "./timing.ts";

/** What the sockets share with their host's object. */
export interface SocketParts {
  env: () => Env;
  list: SocketList;
  leases: LeaseTable;
  cache: CacheTable;
  object: HostProtocol;
  work: SocketWork;
  /** Epoch milliseconds. */
  clock: () => number;
  timingAt: (now: number) => Timing;
  /** Sets the object's alarm for its earliest deadline. */
  setAlarm: () => void;
  /** Records when the host's last socket was lost; epoch milliseconds. */
  noteLost: (at: number) => number;
}
