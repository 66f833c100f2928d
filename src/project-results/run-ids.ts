/** The maximum of results of one run, resent ones included. */
export const PLACES = 2 ** 24;

/** A result's id contains its run, so that a run's results are adjacent and later runs follow. */
export const firstIdOf = (run: number): number => run * PLACES;
/** SQL for the run of a result id. */
export const RUN_OF_ID = (id: string): string => `(${id} >> 24)`;

/** An attempt that has results, by its number. */
export interface KnownAttempt {
  attempt: number;
  hostId: number;
  /** When its first report came; epoch milliseconds. */
  at: number;
}
