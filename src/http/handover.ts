import type { Prefetched } from "../host-object/protocol.ts";
import type { TokenLookup } from "../host-object/token-lookup.ts";

/** What the fast path found of a request before it left it to the router. */
export interface Handover {
  /** When the request came in; epoch milliseconds. */
  now: number;
  /** The object of the host that pings, polls or renews, for a token that this isolate does not remember. */
  lookup?: TokenLookup;
  /** What it answered. */
  prefetched?: Prefetched;
  /** Its body, where that was read: it can be read once. */
  text?: Promise<string | undefined>;
  /** Whether it says what its object alone can't take. */
  hasNews?: boolean;
  /** Whether it was counted against the limit of its token. */
  counted?: boolean;
  /** What went wrong, which is for the router to answer. */
  failure?: { error: unknown };
}

const starts = new WeakMap<Request, Handover>();

export const handOver = (request: Request, start: Handover): void => {
  starts.set(request, start);
};

/** What is known of a request already. */
export const handoverOf = (request: Request): Handover | undefined => starts.get(request);
