import type { Mutant } from "../mutants/mutant.ts";

const tests = ["test/reports/stable-names.test.ts"];

/** The guards of names that do not change with the outcome, and of outcomes that no element says. */
export const mutants: Mutant[] = [
  {
    guard: "criterion's words behind a name are no part of it",
    code: "{ name: test, reason, failure };",
    instead: "{ name, reason, failure };",
    tests,
  },
  {
    guard: "how a test crashed is its message",
    code: 'failure === "" ? node.output : [failure, ...node.output]',
    instead: "node.output",
    tests,
  },
  {
    guard: "Check's words behind a name are no part of it",
    code: '{ name: test, reason, failure: ok ? "" : words }',
    instead: '{ name, reason, failure: ok ? "" : words }',
    tests,
  },
  {
    guard: "a point is Check's only if it passed with Check's word",
    code: '(!ok || name.endsWith(": Passed"))',
    instead: "true",
    tests,
  },
  {
    guard: "names are lab's only if all are numbered",
    code: 'nodes.every(({ point }) => LAB.test(nameOrReason(point) ?? ""))',
    instead: 'nodes.some(({ point }) => LAB.test(nameOrReason(point) ?? ""))',
    tests,
  },
  {
    guard: "the reason of a skipped test of lab and cmocka is its name",
    code: 'name === "" && directive === "skip" ? reason : name',
    instead: "name",
    tests,
  },
  {
    guard: "tape's mark of a todo is no part of its name",
    code: 'node.point.directive === "todo" ? /^TODO / : ""',
    instead: '""',
    tests,
  },
  {
    guard: "the file that only failed tests of tap have is no part of their name",
    code: "  phpunit,\n  tap,\n  rspec",
    instead: "  phpunit,\n  rspec",
    tests,
  },
  {
    guard: "tap's todo is skipped",
    code: 'around.outcome = "skipped"; } #find',
    instead: "} #find",
    tests,
  },
  {
    guard: "tap's failing todo is skipped",
    code: "owner.todo = true;",
    instead: "",
    tests,
  },
  {
    guard: "a property todo says something in tap's reports alone",
    code: 'name !== "todo" || !isOfTap(this.#traces)',
    instead: 'name !== "todo"',
    tests,
  },
  {
    guard: "QtTest's comment says that a test was skipped",
    code: 'if (type === "skip" && found.outcome === "passed") found.outcome = "skipped";',
    instead: "",
    tests,
  },
  {
    guard: "only QtTest's comments say something of a test",
    code: "if (found && this.#isQt) readQtComment",
    instead: "if (found) readQtComment",
    tests,
  },
  {
    guard: "QtTest's expected and blacklisted failures are skipped",
    code: 'result === "xfail" || result === "bfail" ? "skipped" : "passed"',
    instead: '"passed"',
    tests,
  },
  {
    guard: "QtTest's counts of messages make no run red",
    code: "if (this.#isQt) return;",
    instead: "",
    tests,
  },
];
