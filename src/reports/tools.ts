import { OWN_REPORT } from "./own-report.ts";

type Attributes = Readonly<Record<string, string>>;

/** The parts of a report that identify its tool. */
export interface Traces {
  root: { element: string; attributes: Attributes } | undefined;
  /** The attributes of the first <testsuite> and of the first case. */
  suite: Attributes | undefined;
  case: Attributes | undefined;
  /** Property names. */
  properties: string[];
  comments: string[];
}

type Form = (traces: Traces) => boolean;

const run =
  (name: string, element = "testsuites"): Form =>
  ({ root }) =>
    root?.element === element && root.attributes.name === name;

const suite =
  (name: RegExp): Form =>
  ({ suite }) =>
    name.test(suite?.name ?? "");

const property =
  (name: RegExp): Form =>
  ({ properties }) =>
    properties.some((each) => name.test(each));

const NODE_COMMENT = /^ ?(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) \d/;

/** Whether the report is that of the tool `tap`. */
export const isOfTap = run("TAP Tests");

/** Forms that only one tool writes, tried in this order. */
const FORMS: readonly (readonly [tool: string, form: Form])[] = [
  ["muster", run(OWN_REPORT)],
  ["vitest", run("vitest tests")],
  ["jest", run("jest tests")],
  ["mocha", run("Mocha Tests")],
  ["mocha-xunit", run("Mocha Tests", "testsuite")],
  ["bun", run("bun test")],
  ["deno", run("deno test")],
  ["gtest", run("AllTests")],
  ["criterion", run("Criterion Tests")],
  ["tap", isOfTap],
  ["pytest", suite(/^pytest$/)],
  ["cucumber-js", suite(/^cucumber-js$/)],
  // Cucumber-JVM writes the same form.
  ["cucumber", run("Cucumber", "testsuite")],
  ["nose2", suite(/^nose2-junit$/)],
  ["unittest", suite(/-\d{14}$/)],
  ["rspec", suite(/^rspec\d*$/)],
  ["bats", suite(/\.bats$/)],
  ["go", property(/^go\.version$/)],
  ["qttest", property(/^QTestVersion$/)],
  ["ant", property(/^ant\./)],
  ["surefire", property(/^(surefire\.|java\.specification)/)],
  ["surefire", ({ suite }) => /surefire/.test(suite?.["xsi:noNamespaceSchemaLocation"] ?? "")],
  ["minitest", ({ suite }) => suite?.filepath !== undefined && suite.assertions !== undefined],
  ["phpunit", (traces) => traces.suite?.assertions !== undefined && traces.case?.assertions !== undefined],
  ["testng", ({ comments }) => comments.some((each) => each.includes(" org.testng.reporters."))],
  ["common-test", (traces) => traces.case?.group !== undefined || /\.erl$/.test(traces.case?.file ?? "")],
  [
    "playwright",
    ({ root, suite }) =>
      root?.attributes.id !== undefined &&
      root.attributes.skipped !== undefined &&
      (suite === undefined || suite.hostname !== undefined),
  ],
  [
    "node",
    ({ root, comments }) =>
      root?.element === "testsuites" &&
      Object.keys(root.attributes).length === 0 &&
      comments.some((each) => NODE_COMMENT.test(each)),
  ],
];

export const toolOf = (traces: Traces): string | null => FORMS.find(([, form]) => form(traces))?.[0] ?? null;
