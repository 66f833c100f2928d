import type { Early } from "../hosts/early.ts";
import type { Witness } from "../hosts/witness.ts";

/** What the fast path found of a request before it left it to the router. */
export interface HeadStart {
  /** When the request came in; epoch milliseconds. */
  now: number;
  /** The object of the host that pings or polls, for a token that this isolate does not remember. */
  witness?: Witness;
  /** What it answered. */
  early?: Early;
  /** Its body, where that was read: it can be read once. */
  text?: Promise<string | undefined>;
  /** Whether it was counted against the limit of its token. */
  counted?: boolean;
  /** What went wrong, which is for the router to answer. */
  failure?: { error: unknown };
}

const starts = new WeakMap<Request, HeadStart>();

export const giveHeadStart = (request: Request, start: HeadStart): void => {
  starts.set(request, start);
};

/** What is known of a request already. */
export const headStartOf = (request: Request): HeadStart | undefined => starts.get(request);
