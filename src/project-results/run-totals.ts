/** A run's results of one kind, for charts. `failed` are all red ones; a flaky one is not among the passed. */
export interface RunTotals {
  job: number;
  attempt: number;
  /** Epoch milliseconds. */
  at: number;
  passed: number;
  flaky: number;
  skipped: number;
  failed: number;
  /** The sum of its tests' durations. */
  durationMs: number;
  discounted: boolean;
}
