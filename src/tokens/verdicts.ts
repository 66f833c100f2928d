import type { TokenRow } from "./store.ts";

/** For how long a token that was found good is not looked up again; counted from before the look-up began. */
const GOOD_FOR_MS = 30_000;
const MOST_KEPT = 10_000;

interface Verdict {
  token: TokenRow;
  readAt: number;
}

/** Found tokens by digest: a cache of this isolate's, whose loss costs a look-up. */
const verdicts = new Map<string, Verdict>();

/** What a look-up found less than 30 s before `now`. Use never extends it. */
export const recallToken = (digest: string, now: number): TokenRow | undefined => {
  const verdict = verdicts.get(digest);
  return verdict && now >= verdict.readAt && now < verdict.readAt + GOOD_FOR_MS ? verdict.token : undefined;
};

/** Keeps what a look-up that began at `readAt` found. */
export const keepToken = (digest: string, token: TokenRow, readAt: number): void => {
  if (verdicts.size >= MOST_KEPT) verdicts.clear();
  verdicts.set(digest, { token, readAt });
};
