import { expect, test } from "vitest";
import { contentOf } from "../../src/reports/content.ts";
import { readReport } from "../../src/reports/read-report.ts";
import bats from "../test-runs/reports/bats.xml?raw";
import behave from "../test-runs/reports/behave.xml?raw";
import busted from "../test-runs/reports/busted.xml?raw";
import erlang from "../test-runs/reports/erlang.xml?raw";
import gotestsumNested from "../test-runs/reports/gotestsum-nested.xml?raw";
import jestJunit from "../test-runs/reports/jest-junit.xml?raw";
import mochaJunitReporter from "../test-runs/reports/mocha-junit-reporter.xml?raw";
import node20 from "../test-runs/reports/node-20.xml?raw";
import node20Suites from "../test-runs/reports/node-20-suites.xml?raw";
import node24 from "../test-runs/reports/node-24.xml?raw";
import nose2 from "../test-runs/reports/nose2.xml?raw";
import phpunit from "../test-runs/reports/phpunit.xml?raw";
import playwright from "../test-runs/reports/playwright.xml?raw";
import pytestHooks from "../test-runs/reports/pytest-hooks.xml?raw";
import rspec from "../test-runs/reports/rspec.xml?raw";
import testng from "../test-runs/reports/testng.xml?raw";
import vitestHooks from "../test-runs/reports/vitest-hooks.xml?raw";

/**
 * By tool, what each case of a report that it wrote is: the outcome, and the name that the tool's preset gives. What is
 * no test has its kind before.
 */
const REPORTS: Record<string, [xml: string, tool: string | null, cases: string[]]> = {
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
  "pytest 7.2": [
    pytestHooks,
    "pytest",
    [
      "load_error, error: .py::tests.test_b",
      "passed: tests/test_a.py::TestBasket::TestInner::test_same",
      "passed: tests/test_a.py::TestBasket::test_same",
      "failed: tests/test_a.py::TestBasket::test_red",
      "passed: tests/test_a.py::test_adds[a.b]",
      "passed: tests/test_a.py::test_adds[x::y]",
      "passed: tests/test_a.py::test_adds[[1]]",
      "error: tests/test_a.py::test_broken",
      "failed: tests/test_a.py::test_messy",
      "error: tests/test_a.py::test_messy",
      "skipped: tests/test_a.py::test_later",
      "failed: tests/test_a.py::test_unexpected",
    ],
  ],
  "nose2 0.12": [
    nose2,
    "nose2",
    [
      "passed: test_n.test_gen:1",
      "passed: test_n.test_gen:2",
      "hook, error: setUpClass (test_n.H)",
      "failed: test_n.T.test_red",
      "passed: test_n.T.test_same",
    ],
  ],
  "behave 1.2": [
    behave,
    null,
    [
      "passed: a.Basket.same",
      "passed: a.Basket.same",
      "passed: a.Basket.adds -- @1.1 sums",
      "failed: a.Basket.adds -- @1.2 sums",
      "failed: a.Basket.lacks a step",
    ],
  ],
  "rspec_junit_formatter 0.4": [
    rspec,
    "rspec",
    [
      "passed: ./spec/a_spec.rb > Basket same",
      "failed: ./spec/a_spec.rb > Basket red",
      "passed: ./spec/a_spec.rb > Basket adds 1",
      "passed: ./spec/a_spec.rb > Basket adds 2",
      "passed: ./spec/a_spec.rb > Basket row",
      "passed: ./spec/a_spec.rb > Basket row",
      "passed: ./spec/a_spec.rb > Basket is expected to eq 1",
      "skipped: ./spec/a_spec.rb > Basket later",
      "passed: ./spec/a_spec.rb > Basket inner same",
      "failed: ./spec/a_spec.rb > Basket hooked x",
      "failed: ./spec/a_spec.rb > Basket hooked y",
      "passed: ./spec/a_spec.rb > Basket closing x",
    ],
  ],
  "PHPUnit 9.6": [
    phpunit,
    "phpunit",
    [
      "passed: Shop\\BasketTest::testPlain",
      "failed: Shop\\BasketTest::testRed",
      "passed: Shop\\BasketTest::testRows#0",
      "passed: Shop\\BasketTest::testRows#1",
      "passed: Shop\\BasketTest::testRows@a b",
      "load_error, error: ::Error",
      "skipped: Shop\\BasketTest::testLater",
      "error: Shop\\BasketTest::testRisky",
      "error: Shop\\TillTest::testX",
      "skipped: Shop\\TillTest::testY",
    ],
  ],
  "bats 1.8, with a setup_file that fails": [
    bats,
    "bats",
    [
      "passed: a.bats > adds two",
      "passed: a.bats > costs $5",
      "failed: a.bats > red",
      "skipped: a.bats > later",
      "nameless, failed: b.bats",
      "passed: c.bats > begin 6 adds two",
    ],
  ],
  "gotestsum 1.8, with a package that does not build": [
    gotestsumNested,
    "go",
    [
      "failed: example.org/shop/v2 TestRed",
      "skipped: example.org/shop/v2 TestLater",
      "passed: example.org/shop/v2 TestAdds/two",
      "passed: example.org/shop/v2 TestAdds/a_b",
      "passed: example.org/shop/v2 TestAdds/x/y",
      "passed: example.org/shop/v2 TestAdds",
      "passed: example.org/shop/v2/sub TestAdds",
    ],
  ],
  "TestNG 6.9": [
    testng,
    "testng",
    [
      "passed: BasketTest.pays",
      "passed: BasketTest.adds",
      "passed: BasketTest.pays2",
      "error: BasketTest.after",
      "passed: BasketTest.adds",
      "failed: BasketTest.red",
      "passed: BasketTest.adds",
    ],
  ],
  "busted 2.1": [
    busted,
    null,
    [
      "passed: spec/a_spec.lua:2.outer inner same",
      "passed: spec/a_spec.lua:3.outer same",
      "error: spec/a_spec.lua:4.outer red",
      "passed: spec/a_spec.lua:5.outer adds 1",
      "passed: spec/a_spec.lua:5.outer adds 2",
      "passed: spec/a_spec.lua:6.outer row",
      "passed: spec/a_spec.lua:6.outer row",
      "skipped: spec/a_spec.lua:7.outer later",
    ],
  ],
  "Erlang's Common Test, with groups": [
    erlang,
    "common-test",
    [
      "hook, passed: basket_SUITE.init_per_suite",
      "passed: basket_SUITE.pays",
      "passed: basket_SUITE.refuses",
      "hook, passed: basket_SUITE.buyer.init_per_group",
      "passed: basket_SUITE.buyer.pays",
      "passed: basket_SUITE.buyer.refuses",
      "hook, passed: basket_SUITE.buyer.abroad.init_per_group",
      "passed: basket_SUITE.buyer.abroad.pays",
      "hook, passed: basket_SUITE.buyer.abroad.end_per_group",
      "hook, passed: basket_SUITE.buyer.end_per_group",
      "hook, passed: basket_SUITE.seller.init_per_group",
      "passed: basket_SUITE.seller.pays",
      "passed: basket_SUITE.seller.refuses",
      "hook, passed: basket_SUITE.seller.end_per_group",
      "hook, failed: basket_SUITE.broken.init_per_group",
      "skipped: basket_SUITE.broken.pays",
      "hook, skipped: basket_SUITE.broken.end_per_group",
      "failed: basket_SUITE.broken.red",
      "skipped: basket_SUITE.broken.later",
      "hook, passed: basket_SUITE.broken.end_per_suite",
    ],
  ],
};

test.each(Object.entries(REPORTS))("A report of %s", (_, [xml, tool, cases]) => {
  const report = readReport(new TextEncoder().encode(xml), "");
  expect(report.tool).toBe(tool);
  expect(
    report.cases.map((each) => {
      const kind = each.kind === "test" ? "" : `${each.kind}, `;
      return `${kind}${each.outcome}: ${contentOf(each, "tool", report.tool)}`;
    }),
  ).toEqual(cases);
});
