import fc from "fast-check";
import { STAGES, type Stage } from "./held-requests.ts";

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
  | ({ do: "poll"; client: Client; own: boolean } & Holdable)
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
  | { do: "ping"; own: boolean }
  | ({ do: "schedule"; ahead: number } & Holdable)
  | ({ do: "activity"; active: boolean } & Holdable)
  | ({ do: "pause"; job: number; paused: boolean } & Holdable)
  | ({ do: "revoke" } & Holdable)
  | { do: "clear" }
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

const own = fc.boolean();
const release = fc.record({
  do: is("release"),
  held: place,
  until: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, fc.constantFrom(...STAGES)),
});
const advance = fc.record({
  do: is("advance"),
  seconds: fc.constantFrom(...WAITS),
  alarms: fc.oneof({ weight: 2, arbitrary: fc.constant(true) }, fc.constant(false)),
});
const alarms = fc.record({ do: is("alarms"), fault: fc.constantFrom(...ALARM_FAULTS) });
const evict = fc.record({ do: is("evict") });
const poll = fc.record({ do: is("poll"), client, own, hold });
const schedule = fc.record({ do: is("schedule"), ahead: fc.constantFrom(0, 300, 2400), hold });
const activity = fc.record({ do: is("activity"), active: fc.boolean(), hold });
const pause = fc.record({ do: is("pause"), job: place, paused: fc.boolean(), hold });

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: poll },
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
  { weight: 2, arbitrary: fc.record({ do: is("ping"), own }) },
  { weight: 1, arbitrary: schedule },
  { weight: 1, arbitrary: activity },
  { weight: 1, arbitrary: pause },
  { weight: 4, arbitrary: fc.record({ do: is("repeat"), request: newest, hold }) },
  { weight: 7, arbitrary: release },
  { weight: 1, arbitrary: fc.record({ do: is("abandon"), held: place }) },
  { weight: 6, arbitrary: advance },
  { weight: 4, arbitrary: alarms },
  {
    weight: 3,
    arbitrary: fc.record({ do: is("tick"), late: fc.nat({ max: 1 }), twice: fc.boolean() }),
  },
  { weight: 1, arbitrary: evict },
);

/** What happens to a host that has nothing to do, and then has. */
const quietCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 12, arbitrary: poll },
  { weight: 3, arbitrary: fc.record({ do: is("ping"), own }) },
  { weight: 5, arbitrary: schedule },
  { weight: 3, arbitrary: activity },
  { weight: 3, arbitrary: pause },
  { weight: 1, arbitrary: fc.record({ do: is("revoke"), hold }) },
  { weight: 2, arbitrary: fc.record({ do: is("clear") }) },
  { weight: 1, arbitrary: fc.record({ do: is("rerun"), job: place, key: fc.nat({ max: 1 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: is("lease"),
      process: fc.constant("p"),
      most: fc.constant(3),
      seconds: fc.constant(30),
      lost: fc.constant(false),
      hold,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: is("accept"), lease: newest, hold: fc.constant(null) }) },
  { weight: 8, arbitrary: release },
  { weight: 2, arbitrary: fc.record({ do: is("abandon"), held: place }) },
  { weight: 7, arbitrary: advance },
  { weight: 3, arbitrary: alarms },
  { weight: 1, arbitrary: fc.record({ do: is("tick"), late: fc.nat({ max: 1 }), twice: fc.boolean() }) },
  { weight: 3, arbitrary: evict },
);

const CLEAR: Command = { do: "clear" };

/** The commands of one run: of a host with jobs to do, or of one that is quiet. Not shrunk here: play.ts does it, keeping what broke. */
export const commandsOf = (length: number): fc.Arbitrary<Command[]> => {
  const many = (one: fc.Arbitrary<Command>) => fc.array(one, { minLength: length, maxLength: length });
  const quiet = many(quietCommand).map((commands) => [CLEAR, ...commands]);
  return fc.noShrink(fc.oneof(many(command), quiet));
};
