import fc from "fast-check";
import { STAGES, type Stage } from "./gate.ts";

/** Old clients by what they send: a Lease-Owner of their process, a new nonce with each request, or nothing. */
export const CLIENTS = ["owner a", "owner b", "nonce", "nothing"] as const;
export type Client = (typeof CLIENTS)[number];

const ENDS = ["COMPLETED", "FAILED", "CANCELLED"] as const;
export type End = (typeof ENDS)[number];

/** How the storage answers the alarm: well; not at all; not, though it did what it was asked; or only later. */
export const ALARM_FAULTS = ["none", "before", "after", "held"] as const;
export type AlarmFault = (typeof ALARM_FAULTS)[number];

/** Where a request is held back, to go on at a later `release`; null: it goes through. */
interface Holdable {
  hold: Stage | null;
}

/**
 * One thing that happens. Jobs, leases and requests are named by their place (modulo how many there are), so
 * that a list of commands means something whatever was taken out of it; what is not there does nothing.
 */
export type Command =
  | ({ do: "poll"; client: Client } & Holdable)
  | ({ do: "start"; client: Client; job: number } & Holdable)
  | ({ do: "end"; client: Client; job: number; status: End } & Holdable)
  | ({ do: "lease"; process: string; most: number; seconds: number; lost: boolean } & Holdable)
  | ({ do: "accept"; lease: number } & Holdable)
  | ({ do: "finish"; lease: number; status: End } & Holdable)
  | ({ do: "renew"; lease: number } & Holdable)
  | ({ do: "give back"; lease: number } & Holdable)
  | ({ do: "cancel"; job: number } & Holdable)
  | ({ do: "cancel schedule"; job: number } & Holdable)
  | { do: "rerun"; job: number; key: number }
  | { do: "ping" }
  | ({ do: "repeat"; request: number } & Holdable)
  | { do: "release"; held: number; until: Stage | null }
  | { do: "abandon"; held: number }
  | { do: "advance"; seconds: number; alarms: boolean }
  | { do: "alarms"; fault: AlarmFault }
  | { do: "tick"; late: number; twice: boolean }
  | { do: "evict" };

const place = fc.nat({ max: 5 });
/** Mostly the newest. */
const newest = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, place);
const hold = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom(...STAGES) },
);
const client = fc.constantFrom(...CLIENTS);
const status = fc.constantFrom(...ENDS);
const is = <Name extends Command["do"]>(name: Name) => fc.constant(name);

const WAITS = [1, 10, 29, 30, 59, 60, 61, 119, 120, 121, 600, 1800, 2160];

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: is("poll"), client, hold }) },
  { weight: 5, arbitrary: fc.record({ do: is("start"), client, job: place, hold }) },
  { weight: 4, arbitrary: fc.record({ do: is("end"), client, job: place, status, hold }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: is("lease"),
      process: fc.constantFrom("p", "q"),
      most: fc.integer({ min: 1, max: 3 }),
      seconds: fc.constantFrom(30, 120),
      lost: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
      hold,
    }),
  },
  { weight: 9, arbitrary: fc.record({ do: is("accept"), lease: newest, hold }) },
  { weight: 5, arbitrary: fc.record({ do: is("finish"), lease: newest, status, hold }) },
  { weight: 5, arbitrary: fc.record({ do: is("renew"), lease: newest, hold }) },
  { weight: 2, arbitrary: fc.record({ do: is("give back"), lease: newest, hold }) },
  { weight: 3, arbitrary: fc.record({ do: is("cancel"), job: place, hold }) },
  { weight: 1, arbitrary: fc.record({ do: is("cancel schedule"), job: place, hold }) },
  { weight: 1, arbitrary: fc.record({ do: is("rerun"), job: place, key: fc.nat({ max: 1 }) }) },
  { weight: 2, arbitrary: fc.record({ do: is("ping") }) },
  { weight: 4, arbitrary: fc.record({ do: is("repeat"), request: newest, hold }) },
  {
    weight: 7,
    arbitrary: fc.record({
      do: is("release"),
      held: place,
      until: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, fc.constant<Stage>("write")),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: is("abandon"), held: place }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: is("advance"),
      seconds: fc.constantFrom(...WAITS),
      alarms: fc.oneof({ weight: 2, arbitrary: fc.constant(true) }, fc.constant(false)),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: is("alarms"), fault: fc.constantFrom(...ALARM_FAULTS) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: is("tick"), late: fc.nat({ max: 1 }), twice: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: is("evict") }) },
);

/** The commands of one run. Not shrunk here: play.ts does it, keeping what broke. */
export const commandsOf = (length: number): fc.Arbitrary<Command[]> =>
  fc.noShrink(fc.array(command, { minLength: length, maxLength: length }));
