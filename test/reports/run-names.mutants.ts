import type { Mutant } from "../mutants/mutant.ts";

const RUN_NAMES = "test/reports/run-names.test.ts";
const REAL = "test/reports/real-results.test.ts";
const CONTENT = "test/reports/content.test.ts";
const file = "src/reports/runnable.ts";

/** The guards of names by which tools run tests again. */
export const mutants: Mutant[] = [
  {
    guard: "a report that shows no tool, or one without a filter, has no names that run",
    code: "tool === null || !PRESET_TOOLS.includes(tool)",
    file,
    instead: "tool === null",
    tests: [RUN_NAMES],
  },
  {
    guard: "a hook runs by no name",
    code: 'each.kind !== "test" || tool === null',
    file,
    instead: "tool === null",
    tests: [RUN_NAMES],
  },
  {
    guard: "what a tool's filter does not take is not runnable",
    code: "return !isNot?.(each);",
    file,
    instead: "return true;",
    tests: [RUN_NAMES, REAL],
  },
  {
    guard: "a rule's name before a scenario's is not taken",
    code: "/ - |\\(outline example : /",
    file,
    instead: "/\\(outline example : /",
    tests: [REAL],
  },
  {
    guard: "names that do not run are counted for a tool's content alone",
    code: 'if (content !== "tool" && !PRESET_TOOLS.includes(content)) return 0;',
    instead: "",
    tests: [RUN_NAMES],
  },
  {
    guard: "minitest's one class is no part of a name",
    code: '["minitest", (traces) => traces.case?.classname === "Minitest::Result"],',
    instead: "",
    tests: [REAL],
  },
  {
    guard: "Catch2's reports are told",
    code: '["catch2", ({ suite }) => suite?.hostname === "tbd"],',
    instead: "",
    tests: [REAL],
  },
  {
    guard: "a report is Meson's only if a name in it has the project",
    code: 'rootHas(traces, "testsuites", MESON) && MESON_NAME.test(mesonName(traces))',
    instead: 'rootHas(traces, "testsuites", MESON)',
    tests: [RUN_NAMES],
  },
  {
    guard: "a report is CTest's only if each class is its name",
    code: "first.classname === first.name && first.name !== undefined",
    instead: "first.name !== undefined",
    tests: [RUN_NAMES],
  },
  {
    guard: "Node's quotes are escaped once",
    code: 'by("{file} > {suite} > {name}")(each).replaceAll("&quot;",',
    instead: 'by("{file} > {suite} > {name}")(each).replaceAll("no quote",',
    tests: [CONTENT],
  },
];
