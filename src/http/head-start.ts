import type { Witness } from "../hosts/witness.ts";

/** What the fast path found of a request before it left it to the router. */
export interface HeadStart {
  witness: Witness;
  /** Whether it was counted against the limit of its token. */
  counted: boolean;
}

const starts = new WeakMap<Request, HeadStart>();

export const giveHeadStart = (request: Request, start: HeadStart): void => {
  starts.set(request, start);
};

/** What is known of a request already; undefined of all but pings and polls. */
export const headStartOf = (request: Request): HeadStart | undefined => starts.get(request);
