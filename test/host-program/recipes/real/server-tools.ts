import { cucumberJs } from "../../../../src/host-program/recipes/cucumber-js.ts";
import { goTest } from "../../../../src/host-program/recipes/go-test.ts";
import { phpunit } from "../../../../src/host-program/recipes/phpunit.ts";
import { playwright } from "../../../../src/host-program/recipes/playwright.ts";
import { pytest } from "../../../../src/host-program/recipes/pytest.ts";
import { rspec } from "../../../../src/host-program/recipes/rspec.ts";
import { type Ask, BITING, NO_SUCH, type RealTool } from "./real-tool.ts";

const one = (what: string, content: string, ...ran: string[]): Ask => ({
  what,
  contents: [content],
  ran,
  outcome: "COMPLETED",
});

const missing = (content: string): Ask => ({
  what: "only a test that is not there",
  contents: [content],
  ran: [],
  outcome: "FAILED",
  tests: ["not_found"],
  reason: NO_SUCH,
});

/** A green test, a red one, and one that is not there, each with its mark. */
const mixed = (
  [green, greenMark]: [string, string],
  [red, redMark]: [string, string],
  gone: string,
): Ask => ({
  what: "a green test, a red one and one that is not there",
  contents: [green, red, gone],
  ran: [greenMark, redMark],
  outcome: "FAILED",
  tests: ["passed", "failed", "not_found"],
});

const ROWS = ["a b", "x]y", "q'\"$HOME", "a::b", "*", "1,2", "a/b.c", "é", "x"];
const PYTEST = `import os
import pytest

def ran(mark):
    with open(os.environ["RAN"], "a", encoding="utf-8") as file:
        file.write("FILE:" + mark + "\\n")

def test_x():
    ran("x")

def test_xy():
    ran("xy")

@pytest.mark.parametrize("row", ${JSON.stringify(ROWS)})
def test_row(row):
    ran("row " + row)

class TestGroup:
    def test_x(self):
        ran("TestGroup.x")

    class TestInner:
        def test_x(self):
            ran("TestGroup.TestInner.x")

def test_red():
    ran("red")
    assert False

@pytest.fixture
def closing():
    yield
    raise RuntimeError("at the end")

def test_teardown(closing):
    ran("teardown")
`;

const pytestTool: RealTool = {
  name: "pytest",
  recipe: pytest,
  command: ["/usr/bin/python3", "-m", "pytest"],
  version: ["/usr/bin/python3", "-m", "pytest", "--version"],
  files: {
    "tests/test_a.py": PYTEST.replace("FILE", "a"),
    "tests/test_ab.py": PYTEST.replace("FILE", "ab"),
    "tests/deep/__init__.py": "",
    "tests/deep/test_a.py": PYTEST.replace("FILE", "deep"),
    "broken/test_broken.py": "import nowhere_at_all\n",
    "conftest.py": "",
  },
  asks: [
    one("a name that begins another", "tests/test_a.py::test_x", "a:x"),
    one(
      "a method of a class in a class",
      "tests/test_a.py::TestGroup::TestInner::test_x",
      "a:TestGroup.TestInner.x",
    ),
    ...ROWS.map((row) =>
      one(`the row ${row}`, `tests/test_a.py::test_row[${row.replace("é", "\\xe9")}]`, `a:row ${row}`),
    ),
    one("a dotted name of a report", "tests.deep.test_a.TestGroup.test_x", "deep:TestGroup.x"),
    one("all rows of a test", "tests/test_a.py::test_row", ...ROWS.map((row) => `a:row ${row}`)),
    {
      what: "tests of two files, one with a failing teardown",
      contents: ["tests/test_a.py::test_xy", "tests/test_ab.py::test_teardown"],
      ran: ["a:xy", "ab:teardown"],
      outcome: "FAILED",
      tests: ["passed", "error"],
    },
    mixed(
      ["tests/test_a.py::test_x", "a:x"],
      ["tests/test_a.py::test_red", "a:red"],
      "tests/test_a.py::test_gone",
    ),
    missing("tests/test_a.py::test_gone"),
    missing("tests/gone.py::test_x"),
  ],
  imported: {
    argv: ["/usr/bin/python3", "-m", "pytest", "--junitxml={report}", "tests/test_a.py", "tests/deep"],
  },
};

const GO = `package FILE

import (
	"os"
	"testing"
)

func ran(mark string) {
	file, _ := os.OpenFile(os.Getenv("RAN"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	file.WriteString("FILE:" + mark + "\\n")
	file.Close()
}

func TestX(t *testing.T)  { ran("TestX") }
func TestXY(t *testing.T) { ran("TestXY") }
func TestSub(t *testing.T) {
	for _, name := range []string{"a b", "costs $5", ".*", "q\\"'", "x", "xy", "dup", "dup", "é\\\\d|(z)", "[1,2]"} {
		t.Run(name, func(t *testing.T) { ran("sub " + t.Name()) })
	}
}
func TestRed(t *testing.T) { ran("TestRed"); t.Error("as it should") }
`;

const goTool: RealTool = {
  name: "go test",
  recipe: goTest,
  version: ["go", "version"],
  files: {
    "go.mod": "module example.org/m/v2\n\ngo 1.19\n",
    "a/a_test.go": GO.replaceAll("FILE", "a"),
    "b/b_test.go": GO.replaceAll("FILE", "b"),
    "broken/broken_test.go":
      'package broken\n\nimport "testing"\n\nfunc TestX(t *testing.T) { undefined() }\n',
  },
  asks: [
    one("a name that begins another", "example.org/m/v2/a TestX", "a:TestX"),
    ...["a_b", "costs_$5", ".*", "q\"'", "x", "dup#01", "é\\d|(z)", "[1,2]"].map((name) =>
      one(`the subtest ${name}`, `example.org/m/v2/b TestSub/${name}`, `b:sub TestSub/${name}`),
    ),
    one("a subtest as the code spells it", "example.org/m/v2/a TestSub/a b", "a:sub TestSub/a_b"),
    one("classname.name of a report", "example.org/m/v2/a.TestSub/xy", "a:sub TestSub/xy"),
    one("go's own pattern", "./a ^TestSub$/^costs_\\$5$", "a:sub TestSub/costs_$5"),
    {
      what: "tests of several depths in two packages",
      contents: ["example.org/m/v2/a TestX", "example.org/m/v2/a TestSub/xy", "example.org/m/v2/b TestXY"],
      ran: ["a:TestX", "a:sub TestSub/xy", "b:TestXY"],
      outcome: "COMPLETED",
    },
    mixed(
      ["example.org/m/v2/a TestX", "a:TestX"],
      ["example.org/m/v2/a TestRed", "a:TestRed"],
      "example.org/m/v2/a TestGone",
    ),
    missing("example.org/m/v2/a TestGone"),
    {
      what: "a package that does not build",
      contents: ["example.org/m/v2/broken TestX"],
      ran: [],
      outcome: "FAILED",
      tests: ["not_found"],
      reason: /does not build/,
    },
  ],
};

const rubyMarks = BITING.map(
  (_, index) => `  it(TITLES[${index}]) { ran("outer " + TITLES[${index}]) }`,
).join("\n");
const RSPEC = `require "json"
TITLES = JSON.parse(File.read("titles.json")) unless defined?(TITLES)
def ran(mark)
  File.open(ENV.fetch("RAN"), "a") { |file| file.puts(mark) }
end
RSpec.describe "outer" do
${rubyMarks}
  it("x") { ran("FILE x") }
  it("x y") { ran("FILE x y") }
  context("inner") { it("z") { ran("FILE z") } }
  it("red") { ran("FILE red"); expect(1).to eq 2 }
  it { ran("FILE made up"); is_expected.to eq "outer" }
end
`;

const rspecTool: RealTool = {
  name: "rspec",
  recipe: rspec,
  command: ["rspec"],
  version: ["rspec", "--version"],
  files: {
    "titles.json": JSON.stringify(BITING),
    "spec/a_spec.rb": RSPEC.replaceAll("FILE", "a"),
    "spec/b_spec.rb": RSPEC.replaceAll("FILE", "b").replace('describe "outer"', 'describe "other"'),
    "late/late_spec.rb":
      'RSpec.describe("late") { after(:all) { raise "at the end" }; it("ok") { File.write(ENV["RAN"], "late ok\\n") } }\n',
    "late/broken_spec.rb": 'require "nowhere_at_all"\n',
  },
  asks: [
    ...BITING.map((title) =>
      one(`the title ${title}`, `./spec/a_spec.rb > outer ${title}`, `outer ${title}`),
    ),
    one("a description that begins another", "./spec/a_spec.rb > outer x", "a x"),
    one("a description in a context", "outer inner z", "a z"),
    one("classname.name of a report", "spec.b_spec.other x y", "b x y"),
    one("an example by its id, which has no description", "./spec/a_spec.rb[1:10]", "a made up"),
    one("an example by its line", "spec/b_spec.rb:12", "b x"),
    mixed(["outer x", "a x"], ["other red", "b red"], "outer gone"),
    missing("outer gone"),
    {
      what: "a green example whose after hook fails",
      contents: ["late/late_spec.rb[1:1]"],
      ran: ["late ok"],
      outcome: "FAILED",
      tests: ["passed"],
      reason: /outside of the tests|at the end/,
    },
  ],
  imported: {
    argv: [
      "rspec",
      "-r",
      "rspec_junit_formatter",
      "-f",
      "RspecJunitFormatter",
      "-o",
      "{report}",
      "spec/a_spec.rb",
    ],
    except: {
      './spec/a_spec.rb > outer is expected to eq "outer"': "RSpec makes this description up while it runs",
    },
  },
};

const PHPUNIT = `<?php
namespace My\\Ns;

class CLASSTest extends \\PHPUnit\\Framework\\TestCase {
    private function ran($mark) { file_put_contents(getenv("RAN"), "CLASS " . $mark . "\\n", FILE_APPEND); $this->assertTrue(true); }
    public function testX() { $this->ran("testX"); }
    public function testXY() { $this->ran("testXY"); }
    public static function rows() { return [["one"], "a b" => ["named"], 'q"$.*/|' => ["odd"], "x" => ["x"]]; }
    /** @dataProvider rows */
    public function testRow($row) { $this->ran("row " . $row); }
    public function testRed() { file_put_contents(getenv("RAN"), "CLASS red\\n", FILE_APPEND); $this->assertTrue(false); }
}
`;

const phpunitTool: RealTool = {
  name: "phpunit",
  recipe: phpunit,
  command: ["phpunit", "tests"],
  version: ["phpunit", "--version"],
  files: {
    "tests/ATest.php": PHPUNIT.replaceAll("CLASS", "A"),
    "tests/BATest.php": PHPUNIT.replaceAll("CLASS", "BA"),
  },
  asks: [
    one("a method that begins another", "My\\Ns\\ATest::testX", "A testX"),
    one("classname.name of a report", "My.Ns.BATest.testXY", "BA testXY"),
    one("a numbered row", "My\\Ns\\ATest::testRow with data set #0", "A row one"),
    one("a named row", 'My\\Ns\\ATest::testRow with data set "a b"', "A row named"),
    one("a row's short form", "My\\Ns\\ATest::testRow@x", "A row x"),
    one("a row with every sign", 'My\\Ns\\ATest::testRow with data set "q"$.*/|"', "A row odd"),
    one("all rows", "My\\Ns\\ATest::testRow", "A row one", "A row named", "A row odd", "A row x"),
    mixed(
      ["My\\Ns\\ATest::testX", "A testX"],
      ["My\\Ns\\BATest::testRed", "BA red"],
      "My\\Ns\\ATest::testGone",
    ),
    missing("My\\Ns\\ATest::testGone"),
  ],
  imported: { argv: ["phpunit", "tests", "--log-junit", "{report}"] },
};

const PLAYWRIGHT = `import { test } from "@playwright/test";
import { appendFileSync } from "node:fs";
const ran = (mark) => appendFileSync(process.env.RAN, "FILE:" + mark + "\\n");
test.describe("outer", () => {
  test.describe("inner", () => {
    test("x", () => ran("outer/inner/x"));
    test("xy", () => ran("outer/inner/xy"));
  });
${BITING.map((title) => `  test(${JSON.stringify(title)}, () => ran(${JSON.stringify(`outer/${title}`)}));`).join("\n")}
  test("tagged @slow", () => ran("outer/tagged"));
  test("red", () => {
    ran("red");
    throw new Error("as it should");
  });
});
test("x", () => ran("x"));
`;

const playwrightTool: RealTool = {
  name: "playwright",
  recipe: playwright,
  packages: { "@playwright/test": "1.65.1" },
  version: ["npx", "--no-install", "playwright", "--version"],
  files: {
    "package.json": '{ "type": "module" }',
    "a.spec.js": PLAYWRIGHT.replace("FILE", "a"),
    "aa.spec.js": PLAYWRIGHT.replace("FILE", "aa"),
    "odd (1)/[id]/c.spec.js": PLAYWRIGHT.replace("FILE", "c"),
    "playwright.config.js": 'export default { projects: [{ name: "one" }] };\n',
  },
  asks: [
    ...BITING.map((title) => one(`the title ${title}`, `a.spec.js › outer › ${title}`, `a:outer/${title}`)),
    one("a nested title", "a.spec.js › outer › inner › x", "a:outer/inner/x"),
    one("a title with a tag", "a.spec.js › outer › tagged @slow", "a:outer/tagged"),
    one("a top-level title, of a project", "[one] › a.spec.js › x", "a:x"),
    one("a file with brackets and spaces", "odd (1)/[id]/c.spec.js › x", "c:x"),
    {
      ...mixed(["a.spec.js › x", "a:x"], ["aa.spec.js › outer › red", "aa:red"], "a.spec.js › gone"),
      // What a test throws is an error, a failed expectation is a failure.
      tests: ["passed", "error", "not_found"],
    },
    missing("a.spec.js › gone"),
  ],
  imported: {
    argv: ["npx", "--no-install", "playwright", "test", "a.spec.js", "--reporter=junit"],
    env: { PLAYWRIGHT_JUNIT_OUTPUT_FILE: "{report}" },
  },
};

const FEATURE = `Feature: FEATURE
  Scenario: costs $5 .* [a-z], "q" 'r' \\d|y (it)
    Given ok "FILE bite"
  Scenario: plain
    Given ok "FILE plain"
  Scenario: plain more
    Given ok "FILE plain more"
  Scenario Outline: outline <v>
    Given ok "FILE first <v>"
    Examples: first
      | v |
      | 1 |
      | 2 |
    Examples:
      | v |
      | 3 |
  Scenario Outline: same
    Given ok "FILE same <v>"
    Examples:
      | v |
      | 1 |
      | 2 |
  Scenario: red
    Given red
  Rule: Ruled
    Scenario: plain
      Given ok "FILE ruled plain"
`;

const cucumberTool: RealTool = {
  name: "cucumber-js",
  recipe: cucumberJs,
  packages: { "@cucumber/cucumber": "13.3.0" },
  version: ["npx", "--no-install", "cucumber-js", "--version"],
  files: {
    "package.json": '{ "type": "module" }',
    "cucumber.json": '{ "default": { "import": ["steps.mjs"] } }',
    "steps.mjs": `import { Given } from "@cucumber/cucumber";
import { appendFileSync } from "node:fs";
Given("ok {string}", (mark) => appendFileSync(process.env.RAN, mark + "\\n"));
Given("red", () => {
  appendFileSync(process.env.RAN, "red\\n");
  throw new Error("as it should");
});
`,
    "features/a.feature": FEATURE.replace("FEATURE", "Pay (it)").replaceAll("FILE", "a"),
    "features/b.feature": FEATURE.replace("FEATURE", "Other").replaceAll("FILE", "b"),
  },
  asks: [
    one("a name with every sign", `Pay (it) > costs $5 .* [a-z], "q" 'r' \\d|y (it)`, "a bite"),
    one("a name that begins another, of one feature", "Other.plain", "b plain"),
    one("a scenario of a rule", "Pay (it) > Ruled - plain", "a ruled plain"),
    one("a row as reports call it", "Pay (it) > outline <v> - first - #1.2: outline 2", "a first 2"),
    one("a row whose title is its outline's", "features/b.feature > same - #1.2", "b same 2"),
    one("a name of a feature's file", "features/b.feature > plain", "b plain"),
    one("a scenario by its line", "features/a.feature:6", "a plain more"),
    {
      what: "scenarios by line and by name",
      contents: ["features/a.feature:4", "Other > plain more"],
      ran: ["a plain", "b plain more"],
      outcome: "COMPLETED",
    },
    mixed(["Other > plain", "b plain"], ["Pay (it) > red", "red"], "Pay (it) > gone"),
    missing("Pay (it) > gone"),
  ],
  imported: ["junit", "message"].map((format) => ({
    argv: ["npx", "--no-install", "cucumber-js", `--format=${format}:{report}`, "features/a.feature"],
  })),
};

export const serverTools: RealTool[] = [
  pytestTool,
  goTool,
  rspecTool,
  phpunitTool,
  playwrightTool,
  cucumberTool,
];
