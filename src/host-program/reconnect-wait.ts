/** The wait that the service asks for before the next socket: `afterMs`, then a random time within `withinMs`. */
export interface Again {
  afterMs: number;
  withinMs: number;
}

/** The longest wait before the socket is retried: a proxy that breaks sockets keeps breaking them. */
const MAX_WAIT_MS = 5 * 60_000;

/**
 * How long to wait before the socket is opened again, in milliseconds: what the service asked for, and a backoff that
 * doubles with each failure in a row, of which up to half is left out at random. They are added, so that no second has
 * more of a fleet than the service spreads over it. `random` gives numbers from 0 to 1, as `Math.random` does.
 */
export const reconnectWaitMs = (
  { failures, retryMs, again }: { failures: number; retryMs: number; again: Again },
  random: () => number,
): number => {
  const backoff = Math.min(retryMs * 2 ** failures, MAX_WAIT_MS) * (0.5 + random() / 2);
  return again.afterMs + backoff + random() * again.withinMs;
};
