import { describe, expect, test } from "vitest";
import type { Trip } from "../fault-injection.ts";
import { refusalIn } from "../http/refusals.ts";
import { FAR_START } from "../lease-client.ts";
import { type Answer, World } from "../world.ts";
import { everyPlan, faultText, type Planned, planned } from "./plan.ts";
import type { Write } from "./requests.ts";
import { countRows, pictureOf, withoutIds } from "./stored-state.ts";

/** Prepares a write, sends it under a fault, and again where `again` says so. Gives what came of it. */
const played = async ({ prepare }: Write, plan: Planned | undefined, again = false) => {
  const { seam, arm, trips } = planned();
  const world = new World({ seam, now: FAR_START });
  const { ready, sent } = await prepare(world);
  const { method, path, ...options } = sent;
  const before = await countRows();
  if (plan) arm(plan);
  else arm();
  const first = await world.request(method, path, options);
  const calls = [...trips()];
  arm();
  const last = again ? await world.request(method, path, options) : first;
  return { first, last, calls, picture: await pictureOf(ready, before) };
};

/** Whether a repeat was answered as one may be: as the first would have been, or as the write says of repeats. */
const isAcceptable = ({ status, repeated = [] }: Write, answer: Answer): boolean =>
  answer.status === status ||
  repeated.includes(answer.status) ||
  (answer.status >= 400 && repeated.includes(refusalIn(answer, answer.status).code));

/** A host's object need not hear that a change ended; of some changes not that it begins, as long as it hears one of both. */
const mayBeUnheard = ({ urgent }: Write, trip: Trip | undefined): boolean =>
  trip?.to === "object" &&
  (trip.method === "endChange" || (urgent === true && trip.method === "beginChange"));

/** What has something to send is looked for once the answer is on its way: nobody hears of it if that fails. */
const isBehindAnswer = (trip: Trip | undefined): boolean =>
  trip?.to === "d1" &&
  trip.statements.length === 1 &&
  /^SELECT w\.id FROM webhooks w\b/.test(trip.statements[0] ?? "");

const shown = ({ status, text }: Answer): string => `${status} ${withoutIds(text)}`;

/** Two tests for each write: a fault at every call out of the Worker, before and after that call took effect. */
export const testUnderFaults = (writes: Record<string, Write>): void =>
  describe.each(Object.entries(writes))("%s", (_, write) => {
    let plain: ReturnType<typeof played> | undefined;
    /** The same with nothing going wrong. */
    const undisturbed = () => {
      plain ??= played(write, undefined);
      return plain;
    };

    test("a transient fault anywhere: the same request answers as usual, and takes effect once", async () => {
      const { first: expected, calls, picture } = await undisturbed();
      expect(expected.status, expected.text).toBe(write.status);
      for (const plan of everyPlan(calls.length, "passing")) {
        const { first, picture: seen } = await played(write, plan);
        const message = faultText(plan, calls);
        if (write.ownEffectUnknown && shown(first) !== shown(expected)) {
          expect(isAcceptable(write, first), `${message}: ${shown(first)}`).toBe(true);
          if (write.repeatDiffers === "picture") continue;
        } else expect(shown(first), message).toBe(shown(expected));
        expect(seen, message).toEqual(picture);
      }
    });

    test("the Worker dies anywhere, or storage is overloaded: the caller's repeat converges", async () => {
      const { first: expected, calls, picture } = await undisturbed();
      const overloads = everyPlan(calls.length, "overloaded").filter(({ when }) => when === "before");
      for (const plan of [...everyPlan(calls.length, "dead"), ...overloads]) {
        const { first, last, calls: made, picture: seen } = await played(write, plan, true);
        const message = faultText(plan, calls);
        const call = calls[plan.nth - 1];
        const isLogged = write.toldAfter === true && call?.to === "object" && call.method === "endChange";
        if (isBehindAnswer(call)) expect(first.status, message).toBe(write.status);
        else if (plan.kind === "dead") expect(first.status, message).toBe(isLogged ? write.status : 500);
        else if (mayBeUnheard(write, call)) expect(first.status, message).toBe(write.status);
        else {
          expect(refusalIn(first, 503).code, message).toBe("unavailable");
          expect(Number(first.headers.get("Retry-After")), message).toBeGreaterThan(0);
          expect(made.length, message).toBe(plan.nth);
        }
        expect(isAcceptable(write, last), `${message}: ${shown(last)}`).toBe(true);
        if (last.status === write.status && write.repeatDiffers === undefined) {
          expect(shown(last), message).toBe(shown(expected));
        }
        if (write.repeatDiffers !== "picture") expect(seen, message).toEqual(picture);
      }
    });
  });
