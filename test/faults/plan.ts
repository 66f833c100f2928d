import { type Seam, standingAround, type Trip } from "../seams.ts";

/**
 * How a call out of the Worker goes wrong. `passing`: as the platform fails now and then, to be tried again.
 * `overloaded`: it asks to be left alone. `dead`: the Worker dies there, and nothing that it would have done
 * afterwards happens.
 */
export const KINDS = ["passing", "overloaded", "dead"] as const;
export type Kind = (typeof KINDS)[number];

/** The call that goes wrong, counted from 1, before or after it took effect. */
export interface Planned {
  nth: number;
  when: "before" | "after";
  kind: Kind;
}

const errorOf = (to: Trip["to"], kind: Kind): Error => {
  if (kind === "dead") return new Error("the Worker died here");
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

/** A seam under which one planned call goes wrong; `trips` are the calls since it was last told what to do. */
export const planned = () => {
  let plan: Planned | undefined;
  let trips: Trip[] = [];
  let dead = false;
  const seam: Seam = standingAround(async (trip, go) => {
    if (dead) throw errorOf(trip.to, "dead");
    trips.push(trip);
    if (!plan || trips.length !== plan.nth) return go();
    if (plan.when === "after") await go();
    dead = plan.kind === "dead";
    throw errorOf(trip.to, plan.kind);
  });
  return {
    seam,
    /** Counts from here; with a plan, one call goes wrong. */
    arm: (next?: Planned): void => {
      plan = next;
      trips = [];
      dead = false;
    },
    trips: (): readonly Trip[] => trips,
  };
};

/** Every way in which one of so many calls may go wrong. */
export const everyPlan = (calls: number, kind: Kind): Planned[] =>
  Array.from({ length: calls }, (_, at) => at + 1).flatMap((nth) => [
    { nth, when: "before" as const, kind },
    { nth, when: "after" as const, kind },
  ]);

/** What a planned fault met, for the message of a failed expectation. */
export const told = ({ nth, when, kind }: Planned, trips: readonly Trip[]): string => {
  const trip = trips[nth - 1];
  const what = trip?.to === "d1" ? `D1 ${trip.statements[0]?.slice(0, 60)}` : `object ${trip?.method}`;
  return `${kind}, ${when} call ${nth} (${what})`;
};
