/** Monotonic milliseconds, the same in all threads. They stand still while the machine sleeps. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);
