/*
 * What the runs of a project report here: always the same tests. One test in 50 is flaky, one in 100 is broken in every
 * tenth stretch of ten runs, and all others pass. Whoever fails has a message and a stack of some lines.
 */

/** What came of one test in one run. */
export interface MadeCase {
  durationMs: number;
  /** Null if it passed. */
  failure: { message: string; detail: string } | null;
}

/** The chance that a flaky test fails. */
const FLAKINESS = 0.2;

/** A number from 0 up to 1 that depends on the test and the run alone. */
const draw = (test: number, run: number): number => {
  const mixed = Math.imul(Math.imul(test + 1, 2_654_435_761) ^ (run + 1), 2_246_822_519);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
};

const isRed = (test: number, run: number): boolean => {
  if (test % 50 === 3) return draw(test, run) < FLAKINESS;
  return test % 100 === 7 && Math.floor(run / 10) % 10 === test % 10;
};

const classOf = (test: number): string => `shop.orders.Module${Math.floor(test / 100)}Test`;
const titleOf = (test: number): string => `keeps the order of ${test % 100} goods in case ${test}`;

export const caseOf = (test: number, run: number): MadeCase => ({
  durationMs: Math.ceil(2000 * draw(test, run) ** 4),
  failure: isRed(test, run)
    ? {
        message: `expected ${test} goods, but there were ${run}`,
        detail: Array.from({ length: 20 }, (_, line) => `at ${classOf(test)}.step(Orders.java:${line})`).join(
          "\n",
        ),
      }
    : null,
});

/** The report of one run of the first `tests` tests, as JUnit XML. */
export const reportOf = (tests: number, run: number): string => {
  const cases = Array.from({ length: tests }, (_, test) => {
    const { durationMs, failure } = caseOf(test, run);
    const head = `<testcase classname="${classOf(test)}" name="${titleOf(test)}" time="${durationMs / 1000}"`;
    return failure === null
      ? `${head}/>`
      : `${head}><failure message="${failure.message}">${failure.detail}</failure></testcase>`;
  });
  return `<testsuites>\n<testsuite name="orders" tests="${tests}">\n${cases.join("\n")}\n</testsuite>\n</testsuites>\n`;
};
