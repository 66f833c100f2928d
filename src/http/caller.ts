import type { FieldError } from "./errors.ts";

/** What a request says of its caller (the wire contract's "Requests", "Headers of ours"). */
interface Caller {
  /** Which request it is: the same on each try of it. */
  key: string | undefined;
  /** Which process sends it. */
  owner: string | undefined;
}

const MOST_CHARACTERS = 255;

export const keyIn = (headers: Headers): string | undefined =>
  headers.get("Idempotency-Key") || headers.get("x-qtest-nonce") || undefined;

export const ownerIn = (headers: Headers): string | undefined => headers.get("Lease-Owner") || undefined;

const isLong = (text = ""): boolean => text.length > MOST_CHARACTERS;

/** Whether what a request says of its caller is longer than is taken. */
export const hasLongHeader = (headers: Headers): boolean =>
  isLong(keyIn(headers)) || isLong(ownerIn(headers));

/** What is wrong with it. */
export const headerErrors = ({ key, owner }: Caller): FieldError[] =>
  [
    { field: "Idempotency-Key (or x-qtest-nonce)", value: key },
    { field: "Lease-Owner", value: owner },
  ]
    .filter(({ value }) => isLong(value))
    .map(({ field }) => ({ field, message: `must be at most ${MOST_CHARACTERS} characters` }));
