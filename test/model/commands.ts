import type { Cadence, Saying } from "./cadences.ts";
import type { Stage } from "./held-requests.ts";

/** Old clients by what they send: a Lease-Owner of their process, a new nonce with each request, or nothing. */
export const CLIENTS = ["owner a", "owner b", "nonce", "nothing"] as const;
export type Client = (typeof CLIENTS)[number];

export const ENDS = ["COMPLETED", "FAILED", "CANCELLED"] as const;
export type End = (typeof ENDS)[number];

/** How a poll looks: an hour ahead, half a minute ahead and not back, or more than a day ahead. */
export const LOOKS = ["hour", "sliding", "wide"] as const;
export type Look = (typeof LOOKS)[number];

/** How the storage answers the alarm: normally; it fails before or after it wrote; or only later. */
export const ALARM_FAULTS = ["none", "before", "after", "held"] as const;
export type AlarmFault = (typeof ALARM_FAULTS)[number];

/** What a process says that it runs: nothing, or all that its host runs. */
export const RUNNING = ["nothing", "all"] as const;
type Running = (typeof RUNNING)[number];

/** The processes on sockets. */
export const OWNERS = ["p", "q", "r"] as const;
export type Owner = (typeof OWNERS)[number];

/** Where a chunk of a log begins: where the log goes on, at its start, or after a gap. */
export const LOG_PLACES = ["end", "start", "gap"] as const;
export type LogPlace = (typeof LOG_PLACES)[number];

/** Which host; the first by default. */
interface AtHost {
  host?: number;
}

/** Where a request is held until a later `release`; null: it is not held. */
interface Holdable {
  hold: Stage | null;
}

/**
 * One thing that happens. Jobs, leases and requests are named by their place (modulo how many there are), so
 * that a list of commands keeps its meaning when some are left out; a command on a missing thing does nothing.
 */
export type Command =
  | ({ do: "poll"; client: Client; own: boolean; look?: Look; running?: Running } & AtHost & Holdable)
  | ({ do: "start"; client: Client; job: number } & Holdable)
  | ({ do: "end"; client: Client; job: number; status: End } & Holdable)
  | ({ do: "lease"; process: string; most: number; seconds: number; lost: boolean } & AtHost & Holdable)
  | ({ do: "accept"; lease: number } & Holdable)
  | ({ do: "finish"; lease: number; status: End } & Holdable)
  | ({ do: "renew"; lease: number } & Holdable)
  | ({ do: "give back"; lease: number } & Holdable)
  | ({ do: "cancel"; job: number } & Holdable)
  | ({ do: "cancel schedule"; job: number } & Holdable)
  | { do: "rerun"; job: number; key: number }
  | ({ do: "ping"; own: boolean; running?: Running } & AtHost)
  | ({ do: "schedule"; ahead: number } & Holdable)
  | ({ do: "activity"; active: boolean } & AtHost & Holdable)
  | ({ do: "pause"; job: number; paused: boolean } & Holdable)
  | { do: "second host" }
  | ({ do: "make schedule"; cadence: Cadence; saying: Saying } & AtHost & Holdable)
  | ({ do: "edit schedule"; schedule: number; cadence: Cadence; saying: Saying } & AtHost & Holdable)
  | ({ do: "rename schedule"; schedule: number } & Holdable)
  | { do: "stranger"; lease: number; gives: boolean }
  | ({ do: "pause schedule"; schedule: number; paused: boolean } & Holdable)
  | ({ do: "delete schedule"; schedule: number } & Holdable)
  | ({ do: "run now"; schedule: number } & Holdable)
  | ({ do: "backfill"; schedule: number; back: number; ahead: number } & Holdable)
  | ({ do: "retire" | "revive" | "delete agent" | "make agent" } & AtHost & Holdable)
  | ({ do: "revoke" } & Holdable)
  | ({ do: "connect"; owner: Owner; slots: number; keeps: boolean } & AtHost & Holdable)
  | { do: "disconnect"; process: number; dies: boolean }
  | { do: "make room"; process: number; slots: number }
  | ({ do: "say accept" | "say renew"; lease: number; twice: boolean } & Holdable)
  | ({ do: "say end"; lease: number; status: End; twice: boolean } & Holdable)
  | { do: "say log"; lease: number; from: LogPlace; twice: boolean }
  | { do: "hold look" }
  | { do: "let look go" }
  | { do: "clear" }
  | ({ do: "repeat"; request: number } & Holdable)
  | { do: "release"; held: number; until: Stage | null }
  | { do: "abandon"; held: number }
  | { do: "advance"; seconds: number; alarms: boolean }
  | { do: "alarms"; fault: AlarmFault }
  | { do: "tick"; late: number; twice: boolean }
  | { do: "evict" };
