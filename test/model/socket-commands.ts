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
import { type Command, LOG_PLACES, OWNERS } from "./commands.ts";

const twice = fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true));
const slots = fc.constantFrom(0, 1, 2, 3);

/** Commands for a host whose processes are on sockets, and also ask by HTTP. */
export const socketCommand: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      do: is("connect"),
      owner: fc.constantFrom(...OWNERS),
      slots,
      keeps: fc.boolean(),
      hold,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: is("disconnect"), process: place, dies: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: is("make room"), process: place, slots }) },
  { weight: 9, arbitrary: fc.record({ do: is("say accept"), lease: newest, twice, hold }) },
  { weight: 4, arbitrary: fc.record({ do: is("say renew"), lease: newest, twice, hold: fc.constant(null) }) },
  { weight: 5, arbitrary: fc.record({ do: is("say end"), lease: newest, status, twice, hold }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: is("say log"),
      lease: newest,
      from: fc.constantFrom(...LOG_PLACES),
      twice,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: is("hold look") }) },
  { weight: 2, arbitrary: fc.record({ do: is("let look go") }) },
  { weight: 4, arbitrary: schedule },
  { weight: 2, arbitrary: activity },
  { weight: 2, arbitrary: pause },
  { weight: 2, arbitrary: poll },
  {
    weight: 3,
    arbitrary: fc.record({
      do: is("lease"),
      process: fc.constantFrom("p", "q"),
      most: fc.integer({ min: 1, max: 2 }),
      seconds: fc.constantFrom(30, 120),
      lost: fc.boolean(),
      hold,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: is("accept"), lease: newest, hold }) },
  { weight: 2, arbitrary: fc.record({ do: is("finish"), lease: newest, status, hold }) },
  { weight: 2, arbitrary: fc.record({ do: is("give back"), lease: newest, hold }) },
  { weight: 1, arbitrary: fc.record({ do: is("start"), client, job: place, hold }) },
  { weight: 4, arbitrary: fc.record({ do: is("cancel"), job: place, hold }) },
  { weight: 1, arbitrary: fc.record({ do: is("cancel schedule"), job: place, hold }) },
  { weight: 1, arbitrary: fc.record({ do: is("rerun"), job: place, key: fc.nat({ max: 1 }) }) },
  { weight: 1, arbitrary: fc.record({ do: is("ping"), own }) },
  { weight: 3, arbitrary: fc.record({ do: is("repeat"), request: newest, hold }) },
  { weight: 7, arbitrary: release },
  { weight: 1, arbitrary: fc.record({ do: is("abandon"), held: place }) },
  { weight: 7, arbitrary: advance },
  { weight: 4, arbitrary: alarms },
  { weight: 1, arbitrary: fc.record({ do: is("tick"), late: fc.constant(0), twice: fc.boolean() }) },
  { weight: 3, arbitrary: evict },
);
