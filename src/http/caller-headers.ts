import type { FieldError } from "../wire/refusals.ts";

/** What a request says of its caller (the wire contract's "Requests", "Headers of ours"). */
interface Caller {
  /** Which request it is: the same on each try of it. */
  key: string | undefined;
  /** Which process sends it. */
  owner: string | undefined;
}

const MAX_CHARACTERS = 255;

export const keyIn = (headers: Headers): string | undefined =>
  headers.get("Idempotency-Key") || headers.get("x-qtest-nonce") || undefined;

export const ownerIn = (headers: Headers): string | undefined => headers.get("Lease-Owner") || undefined;

const RUNNING = "Jobs-Running";
const JOB_IDS = /^(\s*[1-9]\d{0,14}\s*(,|$))*$/;
const MAX_RUNNING = 1000;

/** Whether a call says what its process runs now: an empty list says a lot. */
export const saysRunning = (headers: Headers): boolean => headers.has(RUNNING);

/** The jobs that the process of a call runs now; undefined where it does not say, or in no list of ids. */
export const runningIn = (headers: Headers): number[] | undefined => {
  const text = headers.get(RUNNING);
  if (text === null || !JOB_IDS.test(text)) return undefined;
  const ids = text.split(",").filter((id) => id.trim() !== "");
  return ids.length > MAX_RUNNING ? undefined : ids.map(Number);
};

/** What is wrong with a header that says what its process runs, where it is none of the wire's. */
export const runningErrors = (headers: Headers): FieldError[] =>
  saysRunning(headers) && runningIn(headers) === undefined
    ? [
        {
          field: RUNNING,
          message: `must be the ids of the jobs that run now, like 648,649, at most ${MAX_RUNNING}, or empty`,
        },
      ]
    : [];

const isLong = (text = ""): boolean => text.length > MAX_CHARACTERS;

/** What a call heeds of it: a ping nothing; a poll who its caller is, by the owner, else by the key; the others both. */
export type CallerHeaders = "none" | "process" | "all";

/** Whether what a poll says of its caller is longer than is taken. */
export const isLongCaller = (headers: Headers): boolean => isLong(ownerIn(headers) ?? keyIn(headers));

/** What is wrong with what is heeded of it. */
export const headerErrors = ({ key, owner }: Caller, used: CallerHeaders): FieldError[] => {
  if (used === "none") return [];
  const isKeyUsed = used === "all" || owner === undefined;
  return [
    { field: "Idempotency-Key (or x-qtest-nonce)", value: isKeyUsed ? key : undefined },
    { field: "Lease-Owner", value: owner },
  ]
    .filter(({ value }) => isLong(value))
    .map(({ field }) => ({ field, message: `must be at most ${MAX_CHARACTERS} characters` }));
};

/** Where a request came from, as the platform's edge says. */
export const addressIn = (headers: Headers): string | null => headers.get("CF-Connecting-IP");
