import fc from "fast-check";
import { ALARM_FAULTS, CLIENTS, type Command, ENDS } from "./commands.ts";
import { STAGES } from "./held-requests.ts";

/* The parts that the lists of commands are made of. */

export const place = fc.nat({ max: 5 });
/** Mostly the newest. */
export const newest = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, place);
export const hold = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom(...STAGES) },
);
export const client = fc.constantFrom(...CLIENTS);
export const status = fc.constantFrom(...ENDS);
export const is = <Name extends Command["do"]>(name: Name) => fc.constant(name);

const WAITS = [1, 10, 29, 30, 59, 60, 61, 119, 120, 121, 600, 1800, 2160];

export const own = fc.boolean();
export const release = fc.record({
  do: is("release"),
  held: place,
  until: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, fc.constantFrom(...STAGES)),
});
export const advance = fc.record({
  do: is("advance"),
  seconds: fc.constantFrom(...WAITS),
  alarms: fc.oneof({ weight: 2, arbitrary: fc.constant(true) }, fc.constant(false)),
});
export const alarms = fc.record({ do: is("alarms"), fault: fc.constantFrom(...ALARM_FAULTS) });
export const evict = fc.record({ do: is("evict") });
export const poll = fc.record({ do: is("poll"), client, own, hold });
export const schedule = fc.record({ do: is("schedule"), ahead: fc.constantFrom(0, 300, 2400), hold });
export const activity = fc.record({ do: is("activity"), active: fc.boolean(), hold });
export const pause = fc.record({ do: is("pause"), job: place, paused: fc.boolean(), hold });
