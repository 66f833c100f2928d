import { type Seam, standingAround, type Trip } from "../fault-injection.ts";

/**
 * How a call out of the Worker goes wrong. `passing`: as the platform fails now and then, to be tried again.
 * `overloaded`: it asks to be left alone. `dead`: the Worker dies there, and nothing that it would have done
 * afterwards happens.
 */
const KINDS = ["passing", "overloaded", "dead"] as const;
export type Kind = (typeof KINDS)[number];

/**
 * The call that goes wrong, counted from 1: before it took effect, after it did, or `twice`: its first try
 * before, its second after.
 */
export interface Planned {
  nth: number;
  when: "before" | "after" | "twice";
  kind: Kind;
}

const errorOf = (to: Trip["to"], kind: Kind): Error => {
  if (kind === "dead") return new Error("the Worker died here");
  if (to === "r2")
    return new Error(
      kind === "passing"
        ? "put: We encountered an internal error. Please try again. (10001)"
        : "put: Reduce your concurrent request rate for the same object. (10058)",
    );
  if (to === "object") {
    return Object.assign(new Error("the object did not answer"), {
      retryable: kind === "passing",
      overloaded: kind === "overloaded",
    });
  }
  return new Error(
    kind === "passing"
      ? "D1_ERROR: Network connection lost."
      : "D1_ERROR: D1 DB is overloaded. Too many requests queued.",
  );
};

/** A seam under which planned calls go wrong; `trips` are the calls since it was last armed. */
export const planned = () => {
  let plans: readonly Planned[] = [];
  let trips: Trip[] = [];
  let dead = false;
  const seam: Seam = standingAround(async (trip, go) => {
    if (dead) throw errorOf(trip.to, "dead");
    // No answer waits for what tells pages.
    if (trip.to === "pages") return go();
    trips.push(trip);
    const plan = plans.find(({ nth, when }) => {
      const tried = trips.length - nth;
      return tried === 0 || (tried === 1 && when === "twice");
    });
    if (!plan) return go();
    if (plan.when === "after" || trips.length > plan.nth) await go();
    dead = plan.kind === "dead";
    throw errorOf(trip.to, plan.kind);
  });
  return {
    seam,
    /** Counts from here; the planned calls go wrong. */
    arm: (...next: Planned[]): void => {
      plans = next;
      trips = [];
      dead = false;
    },
    trips: (): readonly Trip[] => trips,
  };
};

const every = (calls: number, when: Planned["when"], kind: Kind): Planned[] =>
  Array.from({ length: calls }, (_, at) => ({ nth: at + 1, when, kind }));

/**
 * Every way in which one of so many calls may go wrong. A Worker that dies before a call leaves what one leaves
 * that died after the call before it.
 */
export const everyPlan = (calls: number, kind: Kind): Planned[] => {
  if (kind === "passing") return every(calls, "twice", kind);
  const after = every(calls, "after", kind);
  return [...every(kind === "dead" ? 1 : calls, "before", kind), ...after];
};

/** Each of so many calls goes wrong twice, then is made: the tries of those before it count too. */
export const allPassing = (calls: number): Planned[] =>
  Array.from({ length: calls }, (_, at) => ({ nth: 3 * at + 1, when: "twice", kind: "passing" }));

/** What a planned fault met, for the message of a failed expectation. */
export const faultText = ({ nth, when, kind }: Planned, trips: readonly Trip[]): string => {
  const trip = trips[nth - 1];
  const what = trip?.to === "d1" ? `D1 ${trip.statements[0]?.slice(0, 60)}` : `${trip?.to} ${trip?.method}`;
  return `${kind}, ${when} call ${nth} (${what})`;
};
