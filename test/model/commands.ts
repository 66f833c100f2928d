import fc from "fast-check";
import { CADENCES, type Cadence, MISSED, ON_LOST, OVERLAPS, type Saying } from "./cadences.ts";
import { STAGES, type Stage } from "./held-requests.ts";

/** Old clients by what they send: a Lease-Owner of their process, a new nonce with each request, or nothing. */
const CLIENTS = ["owner a", "owner b", "nonce", "nothing"] as const;
export type Client = (typeof CLIENTS)[number];

const ENDS = ["COMPLETED", "FAILED", "CANCELLED"] as const;
export type End = (typeof ENDS)[number];

/** How a poll looks: an hour ahead, half a minute ahead and not back, or more than a day ahead. */
const LOOKS = ["hour", "sliding", "wide"] as const;
export type Look = (typeof LOOKS)[number];

/** How the storage answers the alarm: normally; it fails before or after it wrote; or only later. */
const ALARM_FAULTS = ["none", "before", "after", "held"] as const;
export type AlarmFault = (typeof ALARM_FAULTS)[number];

/** What a process says that it runs: nothing, or all that its host runs. */
const RUNNING = ["nothing", "all"] as const;
type Running = (typeof RUNNING)[number];

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

/** Commands for a host that has nothing to do, and then gets a job. */
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

const host = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) });
const schedulePlace = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat({ max: 2 }));
/** Some are expensive, and rare. */
const cadence = fc.oneof(
  { weight: 1, arbitrary: fc.constant("each minute" as const) },
  { weight: 12, arbitrary: fc.constantFrom(...CADENCES.slice(1)) },
);
const saying = fc.record({
  overlap: fc.constantFrom(...OVERLAPS),
  missed: fc.constantFrom(...MISSED),
  onLost: fc.constantFrom(...ON_LOST),
  expires: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
});
const rarely = fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, fc.constantFrom(...STAGES));
const make = fc.record({ do: is("make schedule"), host, cadence, saying, hold: rarely });
const atPlaces = fc.constantFrom("retire", "revive", "revive", "delete agent", "make agent", "make agent");

/** Commands about schedules, and their hosts and agents. */
const plannedCommand: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: is("poll"),
      client,
      own: fc.constant(false),
      look: fc.constantFrom(...LOOKS),
      host,
      hold: rarely,
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: is("start"), client, job: place, hold: rarely }) },
  { weight: 4, arbitrary: fc.record({ do: is("end"), client, job: place, status, hold: rarely }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: is("lease"),
      process: fc.constantFrom("p", "q"),
      most: fc.constantFrom(1, 9),
      seconds: fc.constantFrom(30, 120),
      lost: fc.constant(false),
      host,
      hold: fc.constant(null),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: is("accept"), lease: newest, hold: rarely }) },
  { weight: 2, arbitrary: fc.record({ do: is("finish"), lease: newest, status, hold: rarely }) },
  { weight: 2, arbitrary: fc.record({ do: is("renew"), lease: newest, hold: fc.constant(null) }) },
  { weight: 1, arbitrary: fc.record({ do: is("give back"), lease: newest, hold: fc.constant(null) }) },
  { weight: 2, arbitrary: fc.record({ do: is("cancel"), job: place, hold: rarely }) },
  { weight: 1, arbitrary: fc.record({ do: is("cancel schedule"), job: place, hold: rarely }) },
  { weight: 1, arbitrary: fc.record({ do: is("rerun"), job: place, key: fc.nat({ max: 1 }) }) },
  { weight: 2, arbitrary: fc.record({ do: is("ping"), own: fc.constant(false), host }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: is("ping"),
      own: fc.constant(false),
      host,
      running: fc.constantFrom(...RUNNING),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: is("poll"),
      client,
      own: fc.constant(false),
      look: fc.constant("hour" as const),
      running: fc.constantFrom(...RUNNING),
      host,
      hold: rarely,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: is("stranger"), lease: newest, gives: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: is("rename schedule"), schedule: schedulePlace, hold: rarely }) },
  { weight: 2, arbitrary: make },
  {
    weight: 6,
    arbitrary: fc.record({
      do: is("edit schedule"),
      schedule: schedulePlace,
      host,
      cadence,
      saying,
      hold: rarely,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: is("pause schedule"),
      schedule: schedulePlace,
      paused: fc.oneof(
        { weight: 3, arbitrary: fc.constant(false) },
        { weight: 2, arbitrary: fc.constant(true) },
      ),
      hold: rarely,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: is("delete schedule"), schedule: schedulePlace, hold: rarely }) },
  { weight: 2, arbitrary: fc.record({ do: is("run now"), schedule: schedulePlace, hold: rarely }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: is("backfill"),
      schedule: schedulePlace,
      back: fc.constantFrom(0, 120),
      ahead: fc.constantFrom(0, 60, 998),
      hold: hold,
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: atPlaces, host, hold: rarely }) },
  { weight: 2, arbitrary: fc.record({ do: is("activity"), active: fc.boolean(), host, hold: rarely }) },
  { weight: 2, arbitrary: fc.record({ do: is("repeat"), request: newest, hold: fc.constant(null) }) },
  { weight: 4, arbitrary: release },
  { weight: 1, arbitrary: fc.record({ do: is("abandon"), held: place }) },
  {
    weight: 10,
    arbitrary: fc.record({
      do: is("advance"),
      seconds: fc.constantFrom(30, 60, 61, 270, 300, 900, 1770, 1800, 2160, 7200, 43_200),
      alarms: fc.constant(true),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: is("tick"), late: fc.constant(0), twice: fc.boolean() }) },
);

const CLEAR: Command = { do: "clear" };

/** The commands of one run: of a host with jobs to do, of one that is quiet, or of two whose schedules change. Not shrunk here: play.ts does it, keeping what broke. */
export const commandsOf = (length: number): fc.Arbitrary<Command[]> => {
  const many = (one: fc.Arbitrary<Command>) => fc.array(one, { minLength: length, maxLength: length });
  const quiet = many(quietCommand).map((commands) => [CLEAR, ...commands]);
  const first = make.map((made): Command => ({ ...made, host: 0, hold: null }));
  const planned = fc
    .tuple(first, many(plannedCommand))
    .map(([made, commands]): Command[] => [{ do: "second host" }, CLEAR, made, ...commands]);
  return fc.noShrink(fc.oneof(many(command), quiet, { weight: 2, arbitrary: planned }));
};
