import fc from "fast-check";
import { client, hold, is, newest, place, release, status } from "./arbitraries.ts";
import { CADENCES, MISSED, ON_LOST, OVERLAPS } from "./cadences.ts";
import { type Command, LOOKS, RUNNING } from "./commands.ts";
import { STAGES } from "./held-requests.ts";

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
export const make = fc.record({ do: is("make schedule"), host, cadence, saying, hold: rarely });
const atPlaces = fc.constantFrom("retire", "revive", "revive", "delete agent", "make agent", "make agent");

/** Commands about schedules, and their hosts and agents. */
export const plannedCommand: fc.Arbitrary<Command> = fc.oneof(
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
