import type { Prefetched } from "../host-object/protocol.ts";
import type { TokenLookup } from "../host-object/token-lookup.ts";

/** What the fast path learned of a request, for the router. */
export interface Handover {
  /** When the request arrived; epoch milliseconds. */
  now: number;
  /** The token lookup in the host's object, for a token that this isolate has not cached. */
  lookup?: TokenLookup;
  /** The object's reply. */
  prefetched?: Prefetched;
  /** The body, if it was read: it can be read only once. */
  text?: Promise<string | undefined>;
  /** Whether the request has news that the object alone cannot store. */
  hasNews?: boolean;
  /** Whether it was counted against its token's limit. */
  counted?: boolean;
  /** An error that the router answers. */
  failure?: { error: unknown };
}

const handovers = new WeakMap<Request, Handover>();

export const handOver = (request: Request, handover: Handover): void => {
  handovers.set(request, handover);
};

export const handoverOf = (request: Request): Handover | undefined => handovers.get(request);
