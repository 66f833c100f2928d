import { expect, test } from "vitest";
import { planRun, RECIPES, recipeFor } from "../../../src/host-program/recipes/table.ts";
import { asked, found, inputOf, planned, recipeNamed } from "./asking.ts";

const BITING = `outer > costs $5 (or .* [a-z], "q" 'r') \\d|y`;
const optionOf = (command: readonly string[] | undefined, option: string): string =>
  command?.find((argument) => argument.startsWith(`${option}=`))?.slice(option.length + 1) ?? "";

test.each(RECIPES.filter(({ name }) => name !== "command").map(({ name }) => name))(
  "%s runs the whole suite for a job without tests, and leaves a report in the run's folder or its own",
  (name) => {
    const whole = planned(name, null);
    const one = planned(name, ["a.test.js > x"]);
    expect(whole.commands).toHaveLength(1);
    expect(whole.commands[0]?.length).toBeLessThanOrEqual(one.commands[0]?.length ?? 0);
    expect(whole.reportFrom === "stdout" || whole.reports.length > 0).toBe(true);
    expect(JSON.stringify([whole.commands, whole.files])).not.toContain("a.test.js");
    expect([...whole.files, ...one.files].every(({ path }) => path.startsWith("/run/"))).toBe(true);
    expect(whole.shell || one.shell).toBe(false);
  },
);

test("no two commands of a plan write the same report", () => {
  const contents = [
    "a.test.js > x",
    "b.test.js > y",
    "features/a.feature:3",
    "Pay > plain",
    "spec/a_spec.rb:3",
  ];
  for (const { name } of RECIPES) {
    const { commands, reports } = planned(name, contents);
    const written = commands.map((command) => reports.find((path) => JSON.stringify(command).includes(path)));
    const known = written.filter((path) => path !== undefined);
    expect(new Set(known).size, name).toBe(known.length);
  }
});

test.each(RECIPES.map(({ name }) => name))(
  "%s starts with the agent's own command where it has one",
  (name) => {
    const { commands } = planned(name, ["a.test.js > x"], { command: ["my", "tool"] });
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.every((command) => command[0] === "my" && command[1] === "tool")).toBe(true);
  },
);

test.each(["vitest", "jest", "mocha", "node:test"])(
  "the pattern of %s takes that title and no other",
  (name) => {
    const [command] = planned(name, [`a.test.js > ${BITING}`]).commands;
    const option = { jest: "--testNamePattern", mocha: "--grep", "node:test": "--test-name-pattern" }[name];
    const pattern = new RegExp(optionOf(command, option ?? "--testNamePattern"));
    const spoken = name === "vitest" ? BITING : BITING.replace(" > ", " ");
    expect(pattern.test(spoken)).toBe(true);
    expect(pattern.test(`${spoken} more`)).toBe(false);
    expect(pattern.test(`more ${spoken}`)).toBe(false);
    expect(pattern.test(spoken.replace("$5", "$55"))).toBe(false);
  },
);

test("files of which the same titles are asked share a command, others have their own", () => {
  const { commands, reports } = planned("jest", ["a.js > x", "b.js > x", "c.js > y", "a.js > z"]);
  const files = commands.map((command) => command.slice(command.indexOf("--runTestsByPath") + 1));
  expect(files).toEqual([["a.js"], ["b.js"], ["c.js"]]);
  expect(planned("jest", ["a.js > x", "b.js > x"]).commands).toHaveLength(1);
  expect(new Set(reports).size).toBe(3);
});

test("Vitest leaves out files whose paths only contain the asked one", () => {
  const [command] = planned("vitest", ["src/a.test.js > x"]).commands;
  expect(command).toContain("--exclude=**/?*src/a.test.js");
  expect(command).toContain("--exclude=*/**/src/a.test.js");
  expect(command).toContain("--exclude=src/a.test.js?*");
});

test("Node drops tests whose own title is the asked one in another describe", () => {
  const [command] = planned("node:test", ["a.test.js > outer > x"]).commands;
  const skipped = new RegExp(optionOf(command, "--test-skip-pattern"));
  for (const kept of ["outer", "x", "outer x", "", "<root>"]) expect(skipped.test(kept), kept).toBe(false);
  for (const dropped of ["inner", "outer y", "outer inner x"])
    expect(skipped.test(dropped), dropped).toBe(true);
});

test("a title's space stands for a line break that a report could not keep", () => {
  const [command] = planned("vitest", ["a.test.js > two lines"]).commands;
  expect(new RegExp(optionOf(command, "--testNamePattern")).test("two\nlines")).toBe(true);
  const broken = found("two\nlines", { file: "/project/a.test.js" });
  expect(recipeNamed("vitest").match(asked("a.test.js > two lines"), broken)).toBe("test");
});

test("a case of another file of the same name's end is not the asked one", () => {
  const { match } = recipeNamed("vitest");
  expect(match(asked("a.test.js > x"), found("x", { file: "/project/a.test.js" }))).toBe("test");
  expect(match(asked("a.test.js > x"), found("x", { file: "/project/aa.test.js" }))).toBe(null);
  expect(match(asked("a.test.js > inner > x"), found("inner x", { file: "/project/a.test.js" }))).toBe(null);
});

test("a content may be a whole file, of which each test is a part", () => {
  const [command] = planned("jest", ["src/a.test.js"]).commands;
  expect(command?.slice(-2)).toEqual(["--runTestsByPath", "src/a.test.js"]);
  expect(optionOf(command, "--testNamePattern")).toBe("");
  expect(
    recipeNamed("jest").match(asked("src/a.test.js"), found("x", { file: "/project/src/a.test.js" })),
  ).toBe("part");
});

test("the older dotted contents are understood", () => {
  const [command] = planned("vitest", ["a.test.js.outer > x"]).commands;
  expect(command?.at(-1)).toBe("a.test.js");
  expect(new RegExp(optionOf(command, "--testNamePattern")).test("outer > x")).toBe(true);
});

test("Playwright is given a list of tests, unescaped", () => {
  const { files, commands } = planned("playwright", [
    `a.spec.js › ${BITING.replace(" > ", " › ")}`,
    "[p 2] › b.spec.js › x",
  ]);
  expect(files[0]?.text).toBe(`a.spec.js › ${BITING.replace(" > ", " › ")}\n[p 2] › b.spec.js › x\n`);
  expect(commands[0]).toContain("--test-list=/run/tests.txt");
  const other = found("x", { classname: "b.spec.js", hostname: "p 1" });
  expect(recipeNamed("playwright").match(asked("[p 2] › b.spec.js › x"), other)).toBe(null);
});

test("pytest's tests stand in a file, and its plugin's folder in front of the Python path that is there", () => {
  const { env, files } = planned("pytest", ["tests/test_a.py::test_p[a::b]"], {
    env: { PYTHONPATH: "/lib" },
  });
  expect(env.PYTHONPATH).toBe("/run:/lib");
  expect(files.find(({ path }) => path.endsWith(".json"))?.text).toBe('["tests/test_a.py::test_p[a::b]"]');
});

test("Go matches level by level, package by package, with nothing from its cache", () => {
  const { commands } = planned("go test", ["e.org/m TestA", "e.org/m.TestS/costs $5/x", "e.org/n TestA"]);
  expect(commands).toEqual([
    ["go", "test", "-json", "-count=1", "-run=^TestA$|^TestS$/^costs_\\$5$/^x$", "e.org/m"],
    ["go", "test", "-json", "-count=1", "-run=^TestA$", "e.org/n"],
  ]);
});

test("PHPUnit is given an expression of whole names, with rows by number and by name", () => {
  const [command] = planned("phpunit", [
    "My.Ns.ATest.testX",
    "My\\Ns\\ATest::testRow#1",
    "A::t@a b",
  ]).commands;
  const filter = /^\/(.*)\/s$/.exec(optionOf(command, "--filter"))?.[1] ?? "";
  const pattern = new RegExp(filter, "s");
  for (const name of [
    "My\\Ns\\ATest::testX",
    "My\\Ns\\ATest::testRow with data set #1",
    'A::t with data set "a b"',
  ]) {
    expect(pattern.test(name), name).toBe(true);
  }
  for (const name of [
    "My\\Ns\\ATest::testXY",
    "My\\Ns\\BATest::testX",
    "My\\Ns\\ATest::testRow with data set #11",
  ]) {
    expect(pattern.test(name), name).toBe(false);
  }
});

test("Maven is given classes and methods, and knows the rows of each engine", () => {
  const [command] = planned("maven", ["p.ATest#x", "p.ATest$In.y", "p.ATest#row[0]", "p.BTest"]).commands;
  expect(optionOf(command, "-Dtest")).toBe("p.ATest#x,p.ATest$In#y,p.ATest#row,p.ATest#row?0?,p.BTest");
  const { match } = recipeNamed("maven");
  const row = found("row(int)[2]", { classname: "p.ATest" });
  expect(match(asked("p.ATest#row(int)[2]"), row)).toBe("test");
  expect(match(asked("p.ATest#row(int)[1]"), row)).toBe(null);
  expect(match(asked("p.ATest#row"), row)).toBe("part");
  expect(match(asked("p.ATest#ro"), row)).toBe(null);
});

test("a row of a TestNG data provider as Gradle writes it is a part of its method", () => {
  const { match } = recipeNamed("gradle");
  for (const name of ["row[0](a b)", "row[1](*)", "row[2](x[3], (y))", "row[3]()"]) {
    const row = found(name, { classname: "p.ATest" });
    expect(match(asked("p.ATest#row"), row), name).toBe("part");
    expect(match(asked(`p.ATest.${name}`), row), name).toBe("test");
    expect(match(asked("p.ATest.row[9](z)"), row), name).toBe(null);
  }
  expect(planned("gradle", ["p.ATest.row[1](*)"]).files[0]?.text).toContain(
    "includeTestsMatching('p.ATest.row')",
  );
});

test("Gradle's tests stand in an init script, quoted for Groovy", () => {
  const { files, commands } = planned("gradle", ["p.ATest.costs 'one' $x"]);
  expect(files[0]?.text).toContain("includeTestsMatching('p.ATest.costs \\'one\\' $x')");
  expect(commands[0]).toEqual(["./gradlew", "--init-script", "/run/muster.gradle", "--continue", "test"]);
});

test("dotnet's filter escapes its signs", () => {
  const [command] = planned("dotnet test", ["N.C.M", "N.C.Row(a|b)"]).commands;
  expect(command?.at(-1)).toBe(
    "FullyQualifiedName=N.C.M|FullyQualifiedName=N.C.Row\\(a\\|b\\)|DisplayName=N.C.Row\\(a\\|b\\)",
  );
});

test("Robot's tests stand in an argument file, with globs quoted", () => {
  expect(planned("robot", ["Suite.Pays 5* [now]?"]).files[0]?.text).toBe(
    "--test Suite.Pays 5[*] [[]now][?]\n",
  );
  expect(recipeNamed("robot").match(asked("suite.pays_now"), found("Pays Now", { classname: "Suite" }))).toBe(
    "test",
  );
});

test("Cucumber-JVM is given places in a list and names in one expression", () => {
  const { commands, files } = planned("cucumber-jvm", [
    "features/a.feature:3",
    "Pay - outline - first - #1.1: pays $5",
  ]);
  expect(files[0]?.text).toBe("features/a.feature:3\n");
  expect(commands[0]).toContain("-Dcucumber.features=@/run/features.txt");
  expect(commands[1]?.at(-1)).toBe("-Dcucumber.filter.name=^(?:pays \\$5)$");
});

test("Cucumber-JVM runs a name of a feature's file in that file alone", () => {
  const contents = ["features/a.feature > Ruled - plain", "features/b.feature > x", "y"];
  const [first, second, third] = planned("cucumber-jvm", contents).commands;
  expect(first?.slice(-2)).toEqual([
    "-Dcucumber.features=features/a.feature",
    "-Dcucumber.filter.name=^(?:Ruled - plain|plain)$",
  ]);
  expect(second?.slice(-2)).toEqual([
    "-Dcucumber.features=features/b.feature",
    "-Dcucumber.filter.name=^(?:x)$",
  ]);
  expect(third?.slice(-1)).toEqual(["-Dcucumber.filter.name=^(?:y)$"]);
  expect(third?.join(" ")).not.toContain("cucumber.features");
});

test("a scenario is told from its namesakes by its feature or file, its rule and its row", () => {
  const { match } = recipeNamed("cucumber-js");
  const place = { classname: "Pay (it)", file: "features/a.feature" };
  const plain = found("plain", place);
  const ruled = found("Ruled - plain", { ...place, suites: ["Ruled"] });
  const row = found("same - some - #1.2", place);
  const titled = found("outline <v> - #1.1: outline 1", place);
  const of = (content: string) => [plain, ruled, row, titled].map((each) => match(asked(content), each));
  expect(of("Pay (it) > plain")).toEqual(["test", "part", null, null]);
  expect(of("features/a.feature > plain")).toEqual(["test", "part", null, null]);
  expect(of("features/a.feature > Ruled - plain")).toEqual([null, "test", null, null]);
  expect(of("plain")).toEqual(["test", "part", null, null]);
  expect(of("same")).toEqual([null, null, "part", null]);
  expect(of("Pay (it) > same - some - #1.2")).toEqual([null, null, "test", null]);
  expect(of("outline 1")).toEqual([null, null, null, "part"]);
  for (const other of ["Other > plain", "features/b.feature > plain", "Other.plain", "plain more"])
    expect(of(other), other).toEqual([null, null, null, null]);
});

/** Runs the plugin of cucumber-js's plan over scenarios of the features `Pay` and `Other`. */
const selected = async (contents: readonly string[]): Promise<string[]> => {
  const text = planned("cucumber-js", contents).files[0]?.text ?? "";
  const plugin = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  const scenario = (id: string, name: string) => ({ scenario: { id, name, examples: [] } });
  const feature = (name: string) => ({
    feature: {
      name,
      children: [
        scenario("s1", "plain"),
        { rule: { name: "Ruled", children: [scenario("s2", "plain"), scenario("s3", "alone")] } },
      ],
    },
  });
  const ids: Record<string, string> = { s1: "plain", s2: "plain", s3: "alone" };
  const pickles = [
    ["features/a.feature", "Pay"],
    ["features/b.feature", "Other"],
  ].flatMap(([uri, name]) =>
    Object.entries(ids).map(([id, title]) => ({
      gherkinDocument: feature(name ?? ""),
      pickle: { name: title, uri, astNodeIds: [id] },
    })),
  );
  let chosen: typeof pickles = [];
  plugin.default.coordinator({
    transform: (_: string, choose: (all: typeof pickles) => typeof pickles) => {
      chosen = choose(pickles);
    },
  });
  return chosen.map(({ pickle }) => `${pickle.uri}/${pickle.astNodeIds.join()}`);
};

test.each([
  ["Pay > plain", ["features/a.feature/s1"]],
  ["features/b.feature > Ruled - plain", ["features/b.feature/s2"]],
  ["./features/b.feature > plain", ["features/b.feature/s1"]],
  ["features\\b.feature.plain", ["features/b.feature/s1"]],
  ["Other.alone", ["features/b.feature/s3"]],
  ["plain", ["features/a.feature/s1", "features/b.feature/s1"]],
  ["alone", ["features/a.feature/s3", "features/b.feature/s3"]],
  ["Pay > gone", []],
  ["features/c.feature > plain", []],
])(
  "cucumber-js's plugin selects of %s no scenario of another name, feature or rule",
  async (content, ids) => {
    expect(await selected([content])).toEqual(ids);
  },
);

test.each([
  ["Vitest", "vitest"],
  ["TestNG", "maven"],
  ["robot-framework", "robot"],
  ["go", "go test"],
])("an agent of the framework %s has the recipe %s", (framework, name) => {
  expect(recipeFor(framework)?.name).toBe(name);
});

/** Names as long as real ones, of some classes and files. */
const MANY = Array.from({ length: 5000 }, (_, place) => place);
const NAMES: Record<string, (place: number) => string> = {
  maven: (place) => `org.example.shop.Part${place % 50}Test#aRatherLongNameOfATest${place}`,
  "go test": (place) => `example.org/shop TestARatherLongNameOfATest/a_row_of_it_that_is_${place}`,
};
const manyOf = (name: string, count = MANY.length) =>
  MANY.slice(0, count).map(
    NAMES[name] ?? ((place) => `a.test.js > a rather long title of a test > and its row ${place}`),
  );

test.each(RECIPES.map(({ name }) => name).filter((name) => name !== "command"))(
  "%s runs more tests than a command line takes by several commands, each test by one, with a report of its own",
  (name) => {
    const contents = manyOf(name);
    for (const [platform, most] of [
      ["linux", 131_072],
      ["win32", 8191],
    ] as const) {
      const input = inputOf(contents.slice(0, platform === "win32" ? 500 : undefined), { platform });
      const { commands, files, reports } = planRun(recipeNamed(name), input);
      const longest = platform === "win32" ? commands.map((words) => words.join(" ")) : commands.flat();
      expect(Math.max(...longest.map((each) => Buffer.byteLength(each)))).toBeLessThan(most);
      const written = files.map(({ path }) => path);
      expect(new Set(written).size).toBe(written.length);
      const texts = commands.map((words) => words.join(" "));
      const own = reports.filter((path) => !path.includes("*"));
      for (const path of own)
        expect(texts.filter((text) => text.includes(path)).length).toBeLessThanOrEqual(1);
    }
  },
);

test("tests in parts are all run, each once, and Maven's of one class together", () => {
  const contents = manyOf("maven");
  const { commands } = planRun(recipeNamed("maven"), inputOf(contents));
  const parts = commands.map((command) => optionOf(command, "-Dtest").split(","));
  expect(parts.length).toBeGreaterThan(1);
  expect(parts.flat().toSorted()).toEqual([...new Set(contents)].toSorted());
  const classes = parts.flatMap((part) => [...new Set(part.map((test) => test.split("#")[0]))]);
  expect(new Set(classes).size).toBe(classes.length);
});

test("an agent's own command is started once, however many its tests are", () => {
  const { commands } = planRun(
    recipeNamed("command"),
    inputOf(manyOf("command"), { command: ["x", "{tests}"] }),
  );
  expect(commands).toHaveLength(1);
});

test("a framework that no recipe knows has none", () => {
  expect(recipeFor("cobol")).toBe(undefined);
  expect(inputOf(null).tests).toBe(null);
});
