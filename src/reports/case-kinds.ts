import { isPassing, type Kind, type ReportCase } from "./report-case.ts";

type Rule = (each: ReportCase) => boolean;

const isRed: Rule = ({ outcome }) => !isPassing(outcome);

const COMMON_TEST_HOOK = /^(init|end)_per_(suite|group|testcase)$/;
const SOURCE_FILE = /[\\/][^\\/]+\.[cm]?[jt]sx?$/;
/** Node writes the name as the file was given, and the file as a whole path. */
const isFileItself = (name: string, file: string | null): boolean =>
  name === file || file?.endsWith(`/${name}`) === true;
const UNITTEST_HOOK = /^(setUp|tearDown)(Class|Module) \(/;
const MOCHA_HOOK = /"(before|after) (all|each)" hook\b/;

/** Cases that are not tests, by tool. The first matching rule counts. */
const RULES: readonly (readonly [tool: string | null, kind: Kind, rule: Rule])[] = [
  [null, "nameless", ({ name }) => name.trim() === ""],
  ["bun", "hook", (each) => isRed(each) && each.name === "(unnamed)"],
  ["cucumber", "hook", ({ name, classname }) => classname === "" && /\.[cm]?[jt]sx?:\d+$/.test(name)],
  ["common-test", "hook", ({ name }) => COMMON_TEST_HOOK.test(name)],
  ["go", "load_error", (each) => isRed(each) && each.name === "TestMain"],
  ["jest", "hook", ({ name }) => name.trim().startsWith("Test execution failure")],
  ["jest", "load_error", (each) => isRed(each) && /Test suite failed to run$/.test(each.name)],
  ["mocha", "hook", (each) => isRed(each) && MOCHA_HOOK.test(each.name)],
  ["mocha-xunit", "hook", (each) => isRed(each) && MOCHA_HOOK.test(each.name)],
  ["node", "file", ({ name, file }) => isFileItself(name, file) || SOURCE_FILE.test(name)],
  ["node", "suite", ({ classname }) => classname === "suite"],
  ["phpunit", "load_error", ({ name, classname }) => classname === "" && /^(Error|Warning)$/.test(name)],
  ["pytest", "load_error", (each) => isRed(each) && each.classname === ""],
  ["qttest", "hook", ({ name }) => name === "initTestCase" || name === "cleanupTestCase"],
  ["vitest", "file", ({ name, classname }) => name === classname],
  [null, "hook", ({ name }) => UNITTEST_HOOK.test(name)],
  [null, "hook", ({ name, classname }) => UNITTEST_HOOK.test(classname) && name.endsWith(")")],
  [null, "hook", (each) => isRed(each) && each.classname === "junit.framework.TestSuite"],
  [null, "load_error", (each) => isRed(each) && /^(initializationError|executionError)$/.test(each.name)],
  [null, "hook", (each) => isRed(each) && each.name === "classMethod"],
  ["surefire", "hook", (each) => isRed(each) && each.name === each.classname],
];

/** Vitest reports a failed beforeAll as a case with the describe's title, and skips all tests of that describe. */
const describesBroken = (cases: readonly ReportCase[]): Rule => {
  const tests = new Map<string, { ran: boolean }>();
  for (const { classname, name, outcome } of cases) {
    const describes = name.split(" > ").slice(0, -1).slice(0, 20);
    for (const describe of new Set(describes)) {
      const key = JSON.stringify([classname, describe]);
      const known = tests.get(key) ?? { ran: false };
      known.ran ||= outcome !== "skipped";
      tests.set(key, known);
    }
  }
  return (each) => isRed(each) && tests.get(JSON.stringify([each.classname, each.name]))?.ran === false;
};

/** The kind of each case, in order. */
export const kindsOf = (tool: string | null, cases: readonly ReportCase[]): Kind[] => {
  const rules = RULES.filter(([of]) => of === null || of === tool);
  if (tool === "vitest") rules.push(["vitest", "hook", describesBroken(cases)]);
  return cases.map((each) => rules.find(([, , rule]) => rule(each))?.[1] ?? "test");
};
