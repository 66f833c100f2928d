import gotestsum from "./reports/gotestsum.xml?raw";
import jest from "./reports/jest.xml?raw";
import mocha from "./reports/mocha.xml?raw";
import nodeTest from "./reports/node-test.xml?raw";
import pytest from "./reports/pytest.xml?raw";
import surefire from "./reports/surefire.xml?raw";
import vitest from "./reports/vitest.xml?raw";

interface Report {
  file: string;
  /** Name and content of each run that it gives. */
  runs: [string, string][];
  /** Where a case may have been a test and can't be run. */
  status?: 200 | 201;
}

const named = (classname: string, ...names: string[]): [string, string][] =>
  names.map((name) => [name, `${classname}.${name}`]);

/** The names of the cases of which Jest writes the name as the classname too. */
export const TWICE = [
  'Basket adds "two" & <three>',
  "Basket when empty costs nothing",
  "Basket when empty refuses to pay",
  "Basket ships abroad",
  " stands alone",
];

/** The same tests of a shop, as the reporter of each tool wrote them. */
export const REPORTS: Record<string, Report> = {
  Vitest: {
    file: vitest,
    runs: named(
      "basket.test.ts",
      'Basket > adds "two" & <three>',
      "Basket > when empty > costs nothing",
      "Basket > when empty > refuses to pay",
      "Basket > ships abroad",
      "stands alone",
    ),
  },
  "node:test, which nests suites and escapes quotes twice": {
    file: nodeTest,
    runs: [
      ...named("test", "stands alone"),
      ...named("Basket", "adds &quot;two&quot; & <three>"),
      ...named("Basket.when empty", "costs nothing", "refuses to pay"),
      ...named("Basket", "ships abroad"),
    ],
  },
  "Mocha, whose root is one suite": {
    file: mocha,
    runs: [
      ...named("Basket", 'adds "two" & <three>', "ships abroad"),
      ...named("Basket when empty", "costs nothing", "refuses to pay"),
    ],
  },
  "Jest, whose classname is the name again": {
    file: jest,
    runs: TWICE.map((name) => [name, `${name}.${name}`]),
  },
  "pytest, with a file that could not be read": {
    file: pytest,
    runs: [
      ...named(
        "test_basket.TestBasket",
        "test_adds[2+3]",
        'test_adds[a "quoted" & <marked> sum]',
        "test_ships_abroad",
      ),
      ...named("test_basket", "test_refuses_to_pay", "test_with_a_broken_fixture", "test_ümlaut_日本"),
    ],
  },
  gotestsum: {
    file: gotestsum,
    runs: named(
      "shop/basket",
      "TestRefusesToPay",
      "TestShipsAbroad",
      "TestAdds/two_&_<three>",
      "TestAdds/nothing",
      "TestAdds",
    ),
  },
  "Surefire's form, with a class that failed as a whole": {
    file: surefire,
    status: 200,
    runs: [
      ...named(
        "shop.BasketTest",
        "addsTwo",
        'addsAny{int, String}[1] "two" & <three>',
        "shipsAbroad",
        "refusesToPay",
      ),
      ...named("shop.BasketTest$WhenEmpty", "asksTheTill"),
      ...named("shop.BasketTest", "isQuick"),
    ],
  },
};
