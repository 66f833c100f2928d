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

/** The attributes of the root in reports of tools that write no name of their own. */
const JUNITXML = ["errors", "failures", "name", "tests", "time"];
const MESON = ["tests", "errors", "failures"];
const JASMINE = ["disabled", "errors", "failures", "tests", "time"];

/** Meson writes the project and the suites before a test's name, or as the class of the points of its TAP. */
const MESON_NAME = /\S \/ \S/;
const mesonName = ({ case: first }: Traces): string => `${first?.name} ${first?.classname}`;

const NODE_COMMENT = /^ ?(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) \d/;

const rootHas = ({ root }: Traces, element: string, attributes: readonly string[]): boolean =>
  root?.element === element && Object.keys(root.attributes).sort().join() === [...attributes].sort().join();

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
  ["busted", suite(/^Run \d+ of \d+$/)],
  ["junit5", suite(/^JUnit (Jupiter|Vintage)$/)],
  ["luaunit", property(/^LuaUnit Version$/)],
  ["catch2", ({ suite }) => suite?.hostname === "tbd"],
  ["doctest", ({ suite }) => suite?.doctest_version !== undefined],
  ["kyua", (traces) => rootHas(traces, "testsuite", []) && traces.properties.includes("cwd")],
  ["subunit", (traces) => traces.suite?.name === "" && rootHas(traces, "testsuite", JUNITXML)],
  ["boost", ({ root, case: first }) => root?.attributes.id === "0" && /^\d+$/.test(first?.assertions ?? "")],
  ["meson", (traces) => rootHas(traces, "testsuites", MESON) && MESON_NAME.test(mesonName(traces))],
  [
    "ctest",
    ({ suite, case: first }) =>
      suite?.disabled !== undefined &&
      first?.status !== undefined &&
      first.classname === first.name &&
      first.name !== undefined,
  ],
  [
    "cpputest",
    ({ suite, case: first }) =>
      suite?.hostname === "localhost" && first?.assertions !== undefined && first.line !== undefined,
  ],
  ["jasmine", (traces) => rootHas(traces, "testsuites", JASMINE) && traces.suite?.hostname === "localhost"],
  [
    "behave",
    ({ suite, case: first }) =>
      /^(passed|failed|skipped|untested|undefined)$/.test(first?.status ?? "") &&
      first?.classname !== undefined &&
      first.classname === suite?.name,
  ],
  ["qttest", property(/^QTestVersion$/)],
  ["ant", property(/^ant\./)],
  ["surefire", property(/^(surefire\.|java\.specification)/)],
  ["surefire", ({ suite }) => /surefire/.test(suite?.["xsi:noNamespaceSchemaLocation"] ?? "")],
  ["minitest", ({ suite }) => suite?.filepath !== undefined && suite.assertions !== undefined],
  ["minitest", (traces) => traces.case?.classname === "Minitest::Result"],
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
