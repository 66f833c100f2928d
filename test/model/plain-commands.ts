import fc from "fast-check";
import {
  activity,
  advance,
  alarms,
  client,
  evict,
  hold,
  is,
  newest,
  own,
  pause,
  place,
  poll,
  release,
  schedule,
  status,
} from "./arbitraries.ts";
import type { Command } from "./commands.ts";

/** Commands for a host with jobs to do. */
export const command: fc.Arbitrary<Command> = fc.oneof(
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
export const quietCommand: fc.Arbitrary<Command> = fc.oneof(
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
