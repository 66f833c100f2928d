import { jitteredWait, unavailable } from "../database/retry.ts";

const TRIES = 3;
/** The codes in R2's messages for transient errors: unnamed, internal, service unavailable. */
const TRANSIENT = /\((0|10001|10043|10054)\)\s*$/;
/** R2's code for too many requests: a retry would add one. */
const OVERLOADED = /\(10058\)\s*$/;

const says = (error: unknown, what: RegExp): boolean => error instanceof Error && what.test(error.message);

/** Whether the same call may succeed later. */
export const isTransient = (error: unknown): boolean => says(error, TRANSIENT) || says(error, OVERLOADED);

/** Calls R2 with at most three tries. Throws `unavailable` (503). */
export const retrying = async <Answer>(once: () => Promise<Answer>): Promise<Answer> => {
  for (let tried = 1; ; tried++) {
    try {
      return await once();
    } catch (error) {
      if (says(error, OVERLOADED)) throw unavailable(error);
      if (!says(error, TRANSIENT)) throw error;
      if (tried === TRIES) throw unavailable(error);
      await jitteredWait(tried);
    }
  }
};
