import { describe, expect, test } from "vitest";
import { contentOf, fill, templateFault } from "../../src/reports/content.ts";
import { type ReportCase, reportCase } from "../../src/reports/report-case.ts";

const aCase = (said: Partial<ReportCase>): ReportCase =>
  reportCase({ name: "x", outcome: "passed", place: { number: 1, line: 1 }, ...said });

describe("classname.name", () => {
  test.each([
    ["has the classname before the name", { classname: "a.B", suites: ["s"] }, "a.B.x"],
    ["has the suites where there is no classname", { suites: ["outer", "inner"] }, "outer.inner.x"],
    ["has them where every test has the same", { classname: "test", suites: ["outer"] }, "outer.x"],
    [
      "has them for minitest's one classname",
      { classname: "Minitest::Result", suites: ["TestA"] },
      "TestA.x",
    ],
    ["keeps such a classname where there is no suite", { classname: "test" }, "test.x"],
    ["leaves out suites that are called as the tool", { suites: ["Mocha Tests"] }, "x"],
  ])("%s", (_, said, content) => {
    expect(contentOf(aCase(said), "classname.name", null)).toBe(content);
  });
});

describe("A preset gives what the tool takes back", () => {
  test.each([
    ["vitest", { classname: "a.test.js", name: "o > x" }, "a.test.js > o > x"],
    ["jest", { classname: " adds", name: " adds" }, "adds"],
    ["jest", { file: "a.test.js", name: "o x" }, "a.test.js > o x"],
    ["mocha", { classname: "x", name: "o x" }, "o x"],
    ["mocha-xunit", { classname: "o", name: "x" }, "o x"],
    ["playwright", { classname: "a.spec.js", name: "o › x" }, "a.spec.js › o › x"],
    ["node", { classname: "test", file: "/a.mjs", suites: ["o", "i"] }, "/a.mjs > o > i > x"],
    ["go", { classname: "example.org/m/v2", name: "TestSub/x/y" }, "example.org/m/v2 TestSub/x/y"],
    ["pytest", { classname: "tests.test_a", name: "test_p[a.b]" }, "tests/test_a.py::test_p[a.b]"],
    ["pytest", { classname: "tests.test_a.TestB", name: "test_x" }, "tests/test_a.py::TestB::test_x"],
    [
      "pytest",
      { classname: "tests.test_a.spec", name: "x", file: "tests/test_a.py" },
      "tests/test_a.py::spec::x",
    ],
    ["surefire", { classname: "shop.BasketTest", name: "adds" }, "shop.BasketTest#adds"],
    ["phpunit", { classname: "My.Ns.ATest", name: "testX with data set #0" }, "My\\Ns\\ATest::testX#0"],
    ["phpunit", { classname: "ATest", name: 'testX with data set "a b"' }, "ATest::testX@a b"],
    ["gtest", { classname: "S/T", name: "x/0" }, "S/T.x/0"],
    ["rspec", { file: "./spec/a_spec.rb", name: "A is x" }, "./spec/a_spec.rb > A is x"],
    ["cucumber", { classname: "Pay", suites: ["Cucumber"] }, "Pay > x"],
    ["cucumber-js", { classname: "Pay", suites: ["cucumber-js"] }, "Pay > x"],
    ["cucumber", { suites: ["Cucumber"] }, "x"],
    [
      "cucumber",
      { classname: "Pay", file: "features/a.feature", suites: ["Ruled"] },
      "features/a.feature > Ruled - x",
    ],
    [
      "cucumber-js",
      { classname: "Pay", file: "a.feature", suites: ["Ruled"], name: "Ruled - x - #1.2" },
      "a.feature > Ruled - x - #1.2",
    ],
    ["minitest", { classname: "Minitest::Result", suites: ["Minitest::Result"], name: "test_x" }, "test_x"],
    ["node", { file: "/a.mjs", name: "adds &quot;two&quot;" }, '/a.mjs > adds "two"'],
    ["criterion", { classname: "", suites: ["basket"] }, "basket/x"],
    ["criterion", { classname: "", suites: ["a"], name: "basket::x" }, "basket/x"],
    ["boost", { classname: "basket.empty" }, "basket/empty/x"],
    ["boost", {}, "x"],
    ["busted", { classname: "spec/a_spec.lua:12", name: "o x" }, "spec/a_spec.lua > o x"],
    ["cpputest", { classname: "shop.Basket" }, "Basket.x"],
    ["deno", { file: "a_test.ts" }, "a_test.ts > x"],
    ["jasmine", { classname: "o.i" }, "o i x"],
    ["jasmine", { suites: ["o", "i"] }, "o i x"],
    ["junit5", { classname: "p.ATest$In", name: "pays()" }, "p.ATest$In#pays"],
    ["junit5", { classname: "p.ATest", name: "adds(int)[1]" }, "p.ATest#adds(int)[1]"],
    ["meson", { classname: "shop", name: "shop:a+b / c / d" }, "c / d"],
    ["qttest", { name: "adds(one)" }, "adds:one"],
    ["qttest", { name: "pays()" }, "pays"],
    ["minitest", { classname: "Minitest::Result", suites: ["TestA"], name: "test_x" }, "TestA#test_x"],
  ])("%s (%#)", (tool, said, content) => {
    expect(contentOf(aCase(said), tool, null)).toBe(content);
    expect(contentOf(aCase(said), "tool", tool)).toBe(content);
  });

  test("and a tool without one is named by classname and name", () => {
    expect(contentOf(aCase({ classname: "a" }), "tool", "cmocka")).toBe("a.x");
    expect(contentOf(aCase({ classname: "a" }), "tool", null)).toBe("a.x");
  });
});

describe("A template", () => {
  test.each([
    ["{file} {suite} {name}", { file: "a.js", suites: ["o", "i"] }, "a.js o > i x"],
    ["{file} › {suite} › {name}", { suites: ["o"] }, "o › x"],
    ["{file} › {suite} › {name}", { file: "a.js" }, "a.js › x"],
    ["^{classname}/{name}$", {}, "^x$"],
    ["{hostname}/{package}:{line}", { hostname: "h", package: "p", line: 4 }, "h/p:4"],
    ["{file}", {}, ""],
    ["-- {file} {name} {classname}", { name: "{file}" }, "-- {file}"],
  ])("%j leaves out what stands beside an empty field", (template, said, content) => {
    expect(fill(template, aCase(said))).toBe(content);
  });

  test.each([
    ["{name}", undefined],
    ["{suite} {nam}", "has no field {nam}; the fields are {suite} {classname} {name} {file}"],
    ["{", "must be a template whose braces close"],
    ["{name} }", "must be a template whose braces close"],
    ["{__proto__}", "has no field {__proto__}"],
  ])("%j is judged before a report is read", (template, fault) => {
    if (fault === undefined) expect(templateFault(template)).toBeUndefined();
    else expect(templateFault(template)).toContain(fault);
  });
});
