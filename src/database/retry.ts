import { DomainError } from "../wire/refusals.ts";

const TRIES = 5;
const FIRST_WAIT_MS = 20;

/** Parts of D1's error messages after which the same statement may be sent again. */
const TRANSIENT = [
  "Network connection lost",
  "storage caused object to be reset",
  "reset because its code was updated",
  "transient issue on remote node",
];
/** D1 is overloaded: a retry would add load. */
const OVERLOADED = "overloaded";

/** The messages of an error and its causes, without the values that Drizzle adds. Drizzle hides D1's error in `cause`. */
export const causeChain = (error: unknown): string[] => {
  const texts: string[] = [];
  for (let link = error; link instanceof Error && texts.length < 10; link = link.cause)
    texts.push(link.message.replace(/\nparams: .*$/s, ""));
  return texts;
};

const UNAVAILABLE = "the storage did not answer; nothing was changed by halves: send the same request again";
export const unavailable = (cause: unknown): DomainError => {
  const refusal = new DomainError("unavailable", UNAVAILABLE);
  refusal.cause = cause;
  return refusal;
};

/**
 * Runs `attempt` with at most five tries, and growing, jittered waits between them. Throws `unavailable`
 * (503) if the storage does not answer; other errors are thrown unchanged.
 */
export const retrying = async <Answer>(attempt: () => Promise<Answer>): Promise<Answer> => {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      const causes = causeChain(error).join("\n");
      if (causes.includes(OVERLOADED)) throw unavailable(error);
      if (!TRANSIENT.some((text) => causes.includes(text))) throw error;
      if (tried === TRIES) throw unavailable(error);
      await jitteredWait(tried);
    }
  }
};

/** Waits before try `tried` + 1: at most 20, 40, 80, 160 ms, and at least half of that. */
export const jitteredWait = (tried: number): Promise<void> => {
  const most = FIRST_WAIT_MS * 2 ** (tried - 1);
  return new Promise((resolve) => setTimeout(resolve, most / 2 + (Math.random() * most) / 2));
};
