import * as z from "zod";

const MOST_CHARACTERS = 255;

const header = (description: string) =>
  z
    .string()
    .max(MOST_CHARACTERS, `must be at most ${MOST_CHARACTERS} characters`)
    .optional()
    .describe(description);

const KEY = "Idempotency-Key";
const NONCE = "x-qtest-nonce";
const OWNER = "Lease-Owner";

/** What a request says of its caller (the wire contract's "Requests", "Headers of ours"). */
export const callerHeaders = z.object({
  [KEY]: header("Constant over the retries of one request: a repeat makes nothing twice."),
  [NONCE]: header(`The same as ${KEY}, which goes before it.`),
  [OWNER]: header("The process that calls, by an id of its own: its polls and reports are known by it."),
});

/** Which request it is: the same on each try of it. */
export const keyIn = (headers: Headers): string | undefined =>
  headers.get(KEY) || headers.get(NONCE) || undefined;

/** Which process sends it. */
export const ownerIn = (headers: Headers): string | undefined => headers.get(OWNER) || undefined;

/** What a call heeds of it: a ping nothing; a poll who its caller is, by the owner, else by the key; the others both. */
export type Heeded = "nothing" | "caller" | "both";

/** Whether what a poll says of its caller is longer than is taken. */
export const isLongCaller = (headers: Headers): boolean =>
  (ownerIn(headers) ?? keyIn(headers) ?? "").length > MOST_CHARACTERS;

/** Those of these headers that are heeded. */
export const heededHeaders = (
  { [KEY]: key, [NONCE]: nonce, [OWNER]: owner }: Partial<Record<string, string>>,
  heeded: Heeded,
): z.input<typeof callerHeaders> => {
  if (heeded === "nothing") return {};
  if (heeded === "caller" && owner) return { [OWNER]: owner };
  return { [key ? KEY : NONCE]: key || nonce, [OWNER]: owner };
};
