/** Milliseconds that only go forward, whatever happens to the clock; the same for all threads. They stand still while the machine sleeps. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);
