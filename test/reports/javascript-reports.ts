import jestJunit from "../test-runs/reports/jest-junit.xml?raw";
import mochaJunitReporter from "../test-runs/reports/mocha-junit-reporter.xml?raw";
import node20 from "../test-runs/reports/node-20.xml?raw";
import node20Suites from "../test-runs/reports/node-20-suites.xml?raw";
import node24 from "../test-runs/reports/node-24.xml?raw";
import playwright from "../test-runs/reports/playwright.xml?raw";
import vitestHooks from "../test-runs/reports/vitest-hooks.xml?raw";

/** A report that a tool wrote, the name of its preset, and what each of its cases is. */
export type RealReport = [xml: string, tool: string | null, cases: string[]];

/** Reports of the tools that run JavaScript. */
export const JAVASCRIPT: Record<string, RealReport> = {
  "Node 20's runner, which names no file": [
    node20,
    "node",
    [
      "passed: buyer > pays",
      "passed: buyer > refuses",
      "passed: buyer > abroad > pays",
      "passed: seller > pays",
      "passed: seller > refuses",
      "passed: seller > abroad > pays",
      "failed: stands alone",
      "passed: adds 1",
      "passed: adds 2",
      "skipped: later",
      "file, failed: /srv/node/broken.test.mjs",
      "failed: till > opens",
      "passed: buyer > pays",
    ],
  ],
  "Node 20's runner, over suites of its own": [
    node20Suites,
    "node",
    [
      "passed: buyer > pays",
      "passed: buyer > refuses",
      "passed: seller > pays",
      "passed: seller > refuses",
      "passed: basket > pays",
      "passed: basket > refuses",
      "passed: till > pays",
      "passed: till > refuses",
    ],
  ],
  "Node 24's runner": [
    node24,
    "node",
    [
      "passed: /srv/node/basket.test.mjs > buyer > pays",
      "passed: /srv/node/basket.test.mjs > buyer > refuses",
      "passed: /srv/node/basket.test.mjs > buyer > abroad > pays",
      "passed: /srv/node/basket.test.mjs > seller > pays",
      "passed: /srv/node/basket.test.mjs > seller > refuses",
      "passed: /srv/node/basket.test.mjs > seller > abroad > pays",
      "failed: /srv/node/basket.test.mjs > stands alone",
      "passed: /srv/node/basket.test.mjs > adds 1",
      "passed: /srv/node/basket.test.mjs > adds 2",
      "skipped: /srv/node/basket.test.mjs > later",
      "file, failed: /srv/node/broken.test.mjs > broken.test.mjs",
      "failed: /srv/node/till.test.mjs > till > opens",
      "passed: /srv/node/till.test.mjs > buyer > pays",
    ],
  ],
  "Vitest 5.1": [
    vitestHooks,
    "vitest",
    [
      "passed: t/a.test.js > outer > inner > same",
      "passed: t/a.test.js > outer > same",
      "failed: t/a.test.js > outer > red",
      "passed: t/a.test.js > adds 1",
      "passed: t/a.test.js > adds 2",
      "passed: t/a.test.js > same name of a row",
      "passed: t/a.test.js > same name of a row",
      "nameless, passed: t/a.test.js",
      "passed: t/a.test.js > retried",
      "skipped: t/a.test.js > hooked > x",
      "skipped: t/a.test.js > later",
      "hook, failed: t/a.test.js > hooked",
      "file, failed: t/b.test.js > t/b.test.js",
    ],
  ],
  "jest-junit 17 under Jest 30": [
    jestJunit,
    "jest",
    [
      "passed: outer inner same",
      "passed: outer same",
      "failed: outer red",
      "passed: adds 1",
      "passed: adds 2",
      "passed: same row",
      "passed: same row",
      "passed: later",
      "failed: hooked x",
      "passed: closing x",
      "hook, failed: Test execution failure: could be caused by test hooks like 'afterAll'.",
    ],
  ],
  "mocha-junit-reporter 2.2 under Mocha 11": [
    mochaJunitReporter,
    "mocha",
    [
      "passed: adds 1",
      "passed: adds 2",
      "passed: twice",
      "failed: twice",
      "passed: outer same",
      "failed: outer red",
      "passed: outer inner same",
      'hook, failed: hooked "before all" hook for "x"',
      "passed: closing x",
      'hook, failed: closing "after each" hook for "x"',
    ],
  ],
  "Playwright 1.65, with two projects": [
    playwright,
    "playwright",
    [
      "passed: a.spec.js › outer › inner › same",
      "passed: a.spec.js › outer › same",
      "failed: a.spec.js › outer › red",
      "passed: a.spec.js › adds 1",
      "passed: a.spec.js › adds 2",
      "passed: a.spec.js › retried",
      "error: a.spec.js › hooked › x",
      "skipped: a.spec.js › hooked › y",
      "skipped: a.spec.js › later",
      "passed: b.spec.js › outer › same",
      "passed: a.spec.js › outer › inner › same",
      "passed: a.spec.js › outer › same",
      "failed: a.spec.js › outer › red",
      "passed: a.spec.js › adds 1",
      "passed: a.spec.js › adds 2",
      "passed: a.spec.js › retried",
      "error: a.spec.js › hooked › x",
      "skipped: a.spec.js › hooked › y",
      "skipped: a.spec.js › later",
      "passed: b.spec.js › outer › same",
    ],
  ],
};
