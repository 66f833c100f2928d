import { expect, test } from "vitest";
import { contentOf } from "../../src/reports/content.ts";
import { readReport } from "../../src/reports/read-report.ts";
import bats from "../test-runs/reports/bats.xml?raw";
import behave from "../test-runs/reports/behave.xml?raw";
import busted from "../test-runs/reports/busted.xml?raw";
import erlang from "../test-runs/reports/erlang.xml?raw";
import gotestsumNested from "../test-runs/reports/gotestsum-nested.xml?raw";
import nose2 from "../test-runs/reports/nose2.xml?raw";
import phpunit from "../test-runs/reports/phpunit.xml?raw";
import pytestHooks from "../test-runs/reports/pytest-hooks.xml?raw";
import rspec from "../test-runs/reports/rspec.xml?raw";
import testng from "../test-runs/reports/testng.xml?raw";
import { JAVASCRIPT, type RealReport } from "./javascript-reports.ts";

/**
 * By tool, what each case of a report that it wrote is: the outcome, and the name that the tool's preset gives. What is
 * no test has its kind before.
 */
const REPORTS: Record<string, RealReport> = {
  ...JAVASCRIPT,
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
    "behave",
    [
      "passed: same",
      "passed: same",
      "passed: adds -- @1.1 sums",
      "failed: adds -- @1.2 sums",
      "failed: lacks a step",
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
    "busted",
    [
      "passed: spec/a_spec.lua > outer inner same",
      "passed: spec/a_spec.lua > outer same",
      "error: spec/a_spec.lua > outer red",
      "passed: spec/a_spec.lua > outer adds 1",
      "passed: spec/a_spec.lua > outer adds 2",
      "passed: spec/a_spec.lua > outer row",
      "passed: spec/a_spec.lua > outer row",
      "skipped: spec/a_spec.lua > outer later",
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
